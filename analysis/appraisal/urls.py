"""Addresses of this room."""

from django.urls import path

from analysis.appraisal import rating_views

app_name = "appraisal"

urlpatterns = [
    path("artworks/<int:pk>/rate/", rating_views.rate, name="rate"),
    path("artworks/<int:pk>/ratings/panel/", rating_views.ratings_panel, name="ratings-panel"),
    path("ratings/mine/", rating_views.own_ratings, name="own-ratings"),
    path("ratings/next/", rating_views.rate_next, name="rate-next"),
    path("ratings/<int:pk>/withdraw/", rating_views.withdraw, name="withdraw"),
    path("ratings/<int:pk>/restore/", rating_views.restore, name="restore"),
]
