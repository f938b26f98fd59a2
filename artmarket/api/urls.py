"""Addresses of the API. Rooms bring their endpoints in ``api.py``."""

from __future__ import annotations

from django.urls import include, path, re_path

from artmarket.api.router import discover
from artmarket.api.views import DocsView, RootView, SchemaView, UnknownAddressView

app_name = "api"

router = discover()

urlpatterns = [
    path("v1/", RootView.as_view(router=router), name="root"),
    path("v1/schema/", SchemaView.as_view(), name="schema"),
    path("v1/", include(router.urls)),
    re_path(r"^v1/.*$", UnknownAddressView.as_view()),
    path("docs/", DocsView.as_view(), name="docs"),
]
