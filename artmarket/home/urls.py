"""Addresses of this room."""

from django.urls import path

from artmarket.home import views

app_name = "home"

urlpatterns = [path("", views.home, name="home")]
