"""Addresses of this room."""

from django.urls import path

from analysis.classification import views

app_name = "classification"

urlpatterns = [
    path("", views.suggestion_list, name="suggestion-list"),
    path("train/", views.train, name="train"),
    path("artworks/<int:pk>/panel/", views.artwork_panel, name="artwork-panel"),
    path("artworks/<int:pk>/read/", views.read, name="read"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/take-back/", views.take_back, name="take-back"),
]
