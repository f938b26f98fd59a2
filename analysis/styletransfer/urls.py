"""Addresses of this room."""

from django.urls import path, re_path

from analysis.styletransfer import picture_views, views

app_name = "styletransfer"
SHARED = r"(?P<token>[A-Za-z0-9_-]{20,43})"
ACTIONS = "keep|release|share|unshare|cancel|again|discard"

urlpatterns = [
    path("", views.home, name="home"),
    path("train/", views.train, name="train"),
    path("new/", views.new, name="new"),
    path("new/upload/", views.upload, name="upload"),
    path("new/ask/", views.ask, name="ask"),
    path("contents/<uuid:pk>.webp", picture_views.content, name="content"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/panel/", views.panel, name="panel"),
    path("<uuid:pk>/before.webp", picture_views.before, name="before"),
    path("<uuid:pk>/preview.webp", picture_views.preview, name="preview"),
    path("<uuid:pk>/restyled.png", picture_views.export, name="export"),
    path("<uuid:pk>/<str:size>.webp", picture_views.picture, name="picture"),
    re_path(rf"^(?P<pk>[0-9a-f-]{{36}})/(?P<action>{ACTIONS})/$", views.change, name="change"),
    re_path(rf"^shared/{SHARED}/$", views.shared, name="shared"),
    re_path(rf"^shared/{SHARED}/(?P<size>card|large)\.webp$", picture_views.shared_picture, name="shared-picture"),
]
