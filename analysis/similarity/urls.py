"""Addresses of this room."""

from django.urls import path

from analysis.similarity import duplicate_views, map_views, views

app_name = "similarity"

urlpatterns = [
    path("", views.search_by_picture, name="search"),
    path("artworks/<int:pk>/", views.artwork, name="artwork"),
    path("artworks/<int:pk>/panel/", views.artwork_panel, name="artwork-panel"),
    path("artworks/<int:pk>/duplicates/", duplicate_views.artwork_duplicates, name="artwork-duplicates"),
    path("searches/<uuid:pk>/", views.picture_search, name="picture-search"),
    path("searches/<uuid:pk>/results/", views.picture_results, name="picture-results"),
    path("searches/<uuid:pk>/picture.webp", views.searched_picture, name="searched-picture"),
    path("duplicates/", duplicate_views.duplicate_list, name="duplicate-list"),
    path("duplicates/<int:pk>/decide/", duplicate_views.duplicate_decide, name="duplicate-decide"),
    path("duplicates/<int:pk>/undo/", duplicate_views.duplicate_undo, name="duplicate-undo"),
    path("map/", map_views.collection_map, name="map"),
    path("map/points/", map_views.map_points, name="map-points"),
    path("map/cards/<int:pk>/", map_views.map_card, name="map-card"),
    path("map/draw/", map_views.map_draw, name="map-draw"),
    path("selections/", map_views.selection_list, name="selection-list"),
    path("selections/new/", map_views.selection_new, name="selection-new"),
    path("selections/<uuid:pk>/", map_views.selection, name="selection"),
    path("selections/<uuid:pk>/change/", map_views.selection_change, name="selection-change"),
]
