"""Addresses of this room."""

from django.urls import path

from analysis.generation import teaching_urls, views

app_name = "generation"

urlpatterns = [
    path("", views.home, name="home"),
    *teaching_urls.urlpatterns,
]
