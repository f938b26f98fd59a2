"""Addresses of this room."""

from django.urls import path

from analysis.generation import views

app_name = "generation"

urlpatterns = [
    path("", views.home, name="home"),
]
