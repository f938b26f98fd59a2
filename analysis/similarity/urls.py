"""Addresses of this room."""

from django.urls import path

from analysis.similarity import views

app_name = "similarity"

urlpatterns = [
    path("", views.search_by_picture, name="search"),
    path("artworks/<int:pk>/", views.artwork, name="artwork"),
    path("artworks/<int:pk>/panel/", views.artwork_panel, name="artwork-panel"),
    path("searches/<uuid:pk>/", views.picture_search, name="picture-search"),
    path("searches/<uuid:pk>/results/", views.picture_results, name="picture-results"),
    path("searches/<uuid:pk>/picture.webp", views.searched_picture, name="searched-picture"),
]
