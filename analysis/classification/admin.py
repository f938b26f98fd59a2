"""Readings and suggestions, to look at."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analysis.classification.models import Reading, Suggestion
from artmarket.core.admin_base import ReadOnlyAdmin


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    list_display = ["artwork", "field", "value", "probability", "state", "decided_by", "decided_at"]
    list_filter = ["state", "field"]
    list_select_related = ["artwork", "decided_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suggestion]:
        return Suggestion.objects.visible_to(request.user)


@admin.register(Reading)
class ReadingAdmin(ReadOnlyAdmin):
    list_display = ["artwork", "abstained", "distance", "model_version", "created_at"]
    list_filter = ["abstained"]
    list_select_related = ["artwork", "model_version"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reading]:
        return Reading.objects.visible_to(request.user)
