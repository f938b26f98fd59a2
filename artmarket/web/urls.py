"""Addresses of this room."""

from django.urls import path

from artmarket.web import views

app_name = "web"

urlpatterns = [
    path("theme/", views.choose_theme, name="theme"),
    path("language/", views.choose_language, name="language"),
]
