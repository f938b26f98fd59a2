"""The record in the admin: to read, never to change."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analysis.trackrecord.models import BacktestRun, Forecast
from artmarket.core.admin_base import ReadOnlyAdmin


@admin.register(BacktestRun)
class BacktestRunAdmin(ReadOnlyAdmin):
    list_display = ["scope", "start", "end", "created_at", "code_version"]
    list_filter = ["scope"]
    exclude = ["lots", "dots"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[BacktestRun]:
        return BacktestRun.objects.visible_to(request.user).defer("lots", "dots")


@admin.register(Forecast)
class ForecastAdmin(ReadOnlyAdmin):
    list_display = ["lot", "sale_date", "made_at", "currency", "low_80", "middle", "high_80", "scope"]
    list_filter = ["scope", "sale_date"]
    list_select_related = ["lot"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Not by themselves; with their lot they go, and must not hold its deletion up."""
        match = request.resolver_match
        own_pages = match is None or (match.url_name or "").startswith("trackrecord_forecast_")
        return not own_pages and super().has_delete_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Forecast]:
        return Forecast.objects.visible_to(request.user)
