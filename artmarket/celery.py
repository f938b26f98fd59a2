"""The worker's and the clock's entry point: ``celery -A artmarket worker`` and ``celery -A artmarket beat``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings")

app = Celery("artmarket")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
