"""Addresses of this room."""

from django.urls import URLPattern

app_name = "similarity"

urlpatterns: list[URLPattern] = []
