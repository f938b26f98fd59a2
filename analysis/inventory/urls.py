"""Addresses of this room."""

from django.urls import path

from analysis.inventory import views

app_name = "inventory"

urlpatterns = [
    path("", views.item_list, name="item-list"),
    path("totals/", views.totals, name="totals"),
    path("refresh/", views.refresh, name="refresh"),
    path("file/", views.item_bulk, name="item-bulk"),
    path("export/", views.item_export, name="item-export"),
    path("add/<int:pk>/", views.item_new, name="item-new"),
    path("<int:pk>/", views.item_edit, name="item-edit"),
    path("<int:pk>/remove/", views.item_remove, name="item-remove"),
    path("<int:pk>/restore/", views.item_restore, name="item-restore"),
    path("artworks/<int:pk>/panel/", views.artwork_panel, name="artwork-panel"),
]
