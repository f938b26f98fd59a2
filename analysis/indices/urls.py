"""Addresses of this room."""

from django.urls import path

from analysis.indices import views

app_name = "indices"

urlpatterns = [
    path("", views.index_list, name="index-list"),
    path("new/", views.index_new, name="index-new"),
    path("<int:pk>/", views.index_detail, name="index-detail"),
    path("<int:pk>/points.csv", views.index_file, name="index-file"),
    path("<int:pk>/compute/", views.index_compute, name="index-compute"),
    path("artists/<int:pk>/panel/", views.artist_panel, name="artist-panel"),
]
