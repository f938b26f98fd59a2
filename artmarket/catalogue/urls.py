"""Addresses of this room."""

from django.urls import path

from artmarket.catalogue import pictures, views

app_name = "catalogue"

urlpatterns = [
    path("artworks/", views.artwork_list, name="artwork-list"),
    path("artworks/<int:pk>/", views.artwork_detail, name="artwork-detail"),
    path("artists/", views.artist_list, name="artist-list"),
    path("artists/<int:pk>/", views.artist_detail, name="artist-detail"),
    path("pictures/<int:pk>/<str:size>.webp", pictures.picture, name="picture"),
]
