"""A library of models for pictures and prices. It knows neither Django nor Celery."""
