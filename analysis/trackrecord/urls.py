"""Addresses of this room."""

from django.urls import path

from analysis.trackrecord import views

app_name = "trackrecord"

urlpatterns = [
    path("", views.record, name="record"),
    path("runs/<int:pk>/", views.run_detail, name="run-detail"),
    path("runs/<int:pk>/report.json", views.run_json, name="run-json"),
    path("runs/<int:pk>/figures.csv", views.run_figures, name="run-figures"),
    path("runs/<int:pk>/lots.csv", views.run_lots, name="run-lots"),
    path("forecasts/", views.forecast_list, name="forecast-list"),
    path("forecasts/<int:pk>/", views.forecast_detail, name="forecast-detail"),
    path("houses/", views.ledger, name="ledger"),
    path("houses/<int:pk>/", views.house_ledger, name="house-ledger"),
    path("houses/<int:pk>/panel/", views.house_panel, name="house-panel"),
    path("lots/<int:pk>/panel/", views.lot_panel, name="lot-panel"),
]
