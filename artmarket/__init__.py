"""What is known: records, their history, who may see them. The Celery app is imported so that tasks bind to it."""

from artmarket.celery import app as celery_app

__all__ = ["celery_app"]
