"""Addresses of this room."""

from django.urls import path

from analysis.appraisal import rating_views, views

app_name = "appraisal"

urlpatterns = [
    path("", views.work_list, name="work-list"),
    path("export/", views.export, name="export"),
    path("compare/", views.compare, name="compare"),
    path("artworks/<int:pk>/", views.artwork, name="artwork"),
    path("artworks/<int:pk>/panel/", views.artwork_panel, name="artwork-panel"),
    path("artworks/<int:pk>/appraise/", views.appraise, name="appraise"),
    path("artworks/<int:pk>/rate/", rating_views.rate, name="rate"),
    path("artworks/<int:pk>/ratings/panel/", rating_views.ratings_panel, name="ratings-panel"),
    path("ratings/", rating_views.ratings_overview, name="ratings-overview"),
    path("ratings/train/", rating_views.train, name="train"),
    path("ratings/mine/", rating_views.own_ratings, name="own-ratings"),
    path("ratings/next/", rating_views.rate_next, name="rate-next"),
    path("ratings/<int:pk>/withdraw/", rating_views.withdraw, name="withdraw"),
    path("ratings/<int:pk>/restore/", rating_views.restore, name="restore"),
]
