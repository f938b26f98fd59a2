"""Addresses of this room."""

from django.urls import path

from artmarket.intake import views

app_name = "intake"

urlpatterns = [
    path("", views.import_list, name="import-list"),
    path("new/", views.import_new, name="import-new"),
    path("<uuid:pk>/", views.import_detail, name="import-detail"),
    path("<uuid:pk>/columns/", views.import_columns, name="import-columns"),
    path("<uuid:pk>/commit/", views.import_commit, name="import-commit"),
    path("<uuid:pk>/undo/", views.import_undo, name="import-undo"),
    path("<uuid:pk>/discard/", views.import_discard, name="import-discard"),
    path("<uuid:pk>/progress/", views.import_progress, name="import-progress"),
    path("<uuid:pk>/rows/", views.import_rows, name="import-rows"),
    path("<uuid:pk>/errors.csv", views.import_errors, name="import-errors"),
    path("<uuid:pk>/review/", views.import_review, name="import-review"),
]
