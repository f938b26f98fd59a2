"""Addresses of the panels below an estimate."""

from django.urls import path

from analysis.valuation import more_views

urlpatterns = [
    path("<int:pk>/selling/", more_views.selling_panel, name="selling-panel"),
    path("<int:pk>/what-if/", more_views.what_if_panel, name="what-if-panel"),
    path("<int:pk>/missing/", more_views.missing_panel, name="missing-panel"),
]
