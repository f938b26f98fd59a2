"""Estimates in the admin: to read, never to change."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analysis.valuation.models import Valuation
from artmarket.core.admin_base import ReadOnlyAdmin


@admin.register(Valuation)
class ValuationAdmin(ReadOnlyAdmin):
    list_display = ["artwork", "effective_date", "currency", "low", "middle", "high", "model_version", "requested_by"]
    list_filter = ["currency", "effective_date"]
    list_select_related = ["artwork", "model_version", "requested_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Valuation]:
        return Valuation.objects.visible_to(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Valuation | None = None) -> bool:
        """Not by themselves; with their work or lot they go, and must not hold its deletion up."""
        match = request.resolver_match
        own_pages = match is None or (match.url_name or "").startswith("valuation_valuation_")
        return not own_pages and super().has_delete_permission(request, obj)
