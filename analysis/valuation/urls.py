"""Addresses of this room."""

from django.urls import include, path

from analysis.valuation import views

app_name = "valuation"

urlpatterns = [
    path("<int:pk>/", views.valuation_detail, name="valuation-detail"),
    path("<int:pk>/comparables/", views.comparables, name="comparables"),
    path("<int:pk>/amended/", views.amend, name="amend"),
    path("", include("analysis.valuation.more_urls")),
    path("artworks/<int:pk>/panel/", views.artwork_panel, name="artwork-panel"),
    path("lots/<int:pk>/panel/", views.lot_panel, name="lot-panel"),
]
