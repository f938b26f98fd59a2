"""Indices in the admin: to read, and definitions to delete."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analysis.indices.models import IndexDefinition, IndexVintage
from artmarket.core.admin_base import ReadOnlyAdmin


@admin.register(IndexDefinition)
class IndexDefinitionAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "market", "currency", "period", "organisation", "visibility"]
    list_filter = ["market", "currency", "period"]
    list_select_related = ["artist", "organisation"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[IndexDefinition]:
        return IndexDefinition.objects.visible_to(request.user)


@admin.register(IndexVintage)
class IndexVintageAdmin(ReadOnlyAdmin):
    """Vintages go only with their definition."""

    list_display = ["definition", "method", "is_real", "created_at", "last_sale", "code_version"]
    list_filter = ["method", "is_real"]
    list_select_related = ["definition__artist"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[IndexVintage]:
        return IndexVintage.objects.filter(definition__in=IndexDefinition.objects.visible_to(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: IndexVintage | None = None) -> bool:
        match = request.resolver_match
        own_pages = match is None or (match.url_name or "").startswith("indices_indexvintage_")
        return not own_pages and super().has_delete_permission(request, obj)
