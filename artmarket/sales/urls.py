"""Addresses of this room."""

from django.urls import path

from artmarket.sales import artist_pages, panels, settling, views

app_name = "sales"

urlpatterns = [
    path("houses/", views.house_list, name="house-list"),
    path("houses/<int:pk>/", views.house_detail, name="house-detail"),
    path("sales/", views.sale_list, name="sale-list"),
    path("sales/<int:pk>/", views.sale_detail, name="sale-detail"),
    path("lots/", views.lot_list, name="lot-list"),
    path("lots/<int:pk>/", views.lot_detail, name="lot-detail"),
    path("sales/artworks/<int:pk>/panel/", panels.artwork_panel, name="artwork-panel"),
    path("sales/artists/<int:pk>/panel/", panels.artist_panel, name="artist-panel"),
    path("sales/artists/<int:pk>/statistics/", artist_pages.statistics_page, name="artist-statistics"),
    path("sales/artists/<int:pk>/statistics.csv", artist_pages.statistics_csv, name="artist-statistics-csv"),
    path("settlement/", settling.settlement_page, name="settlement"),
    path("lots/<int:pk>/settlement/", settling.lot_panel, name="lot-settlement"),
    path("sales/artworks/<int:pk>/settlement/", settling.artwork_panel, name="artwork-settlement"),
]
