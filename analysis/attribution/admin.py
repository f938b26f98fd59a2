"""Opinions in the admin: to read, never to change. Experts' opinions are kept on the works' pages."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analysis.attribution.models import AttributionOpinion, Decision, ExpertOpinion
from artmarket.core.admin_base import ReadOnlyAdmin


class FindingAdmin(ReadOnlyAdmin):
    """Goes with its work, never by itself, and must not hold the work's deletion up."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        match = request.resolver_match
        own = f"{self.opts.app_label}_{self.opts.model_name}_"
        own_pages = match is None or (match.url_name or "").startswith(own)
        return not own_pages and super().has_delete_permission(request, obj)


@admin.register(AttributionOpinion)
class AttributionOpinionAdmin(FindingAdmin):
    list_display = [
        "artwork",
        "leading",
        "leading_share",
        "unknown",
        "strength",
        "abstained",
        "model_version",
        "created_at",
    ]
    list_filter = ["strength", "abstained"]
    list_select_related = ["artwork", "leading", "model_version"]
    exclude = ["parts"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttributionOpinion]:
        return AttributionOpinion.objects.visible_to(request.user)


@admin.register(Decision)
class DecisionAdmin(FindingAdmin):
    list_display = ["opinion", "organisation", "verdict", "decided_by", "created_at", "withdrawn_at"]
    list_filter = ["verdict"]
    list_select_related = ["opinion", "organisation", "decided_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return Decision.objects.visible_to(request.user)


@admin.register(ExpertOpinion)
class ExpertOpinionAdmin(FindingAdmin):
    list_display = ["artwork", "expert", "qualifier", "artist", "confidence", "organisation", "withdrawn_at"]
    list_filter = ["confidence"]
    list_select_related = ["artwork", "artist", "organisation"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExpertOpinion]:
        return ExpertOpinion.objects.visible_to(request.user)
