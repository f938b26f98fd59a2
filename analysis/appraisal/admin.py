"""Criteria to keep; appraisals and ratings to read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analysis.appraisal.models import Appraisal, Criterion, Rating
from artmarket.core.admin_base import ReadOnlyAdmin, RecordAdmin


@admin.register(Criterion)
class CriterionAdmin(RecordAdmin):
    list_display = ["code", "label", "place", "is_asked"]
    ordering = ["place", "pk"]


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    list_display = ["artwork", "criterion", "score", "rater", "organisation", "created_at", "withdrawn_at"]
    list_filter = ["criterion", "organisation"]
    list_select_related = ["artwork", "criterion", "rater", "organisation"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rating]:
        return Rating.objects.visible_to(request.user)


@admin.register(Appraisal)
class AppraisalAdmin(ReadOnlyAdmin):
    """Why a picture was not measured is found here; deleting a row has it looked at again."""

    list_display = ["image", "state", "reason", "code_version", "created_at"]
    list_filter = ["state", "reason", "code_version"]
    list_select_related = ["image__artwork"]
    exclude = ["overlays"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appraisal]:
        return Appraisal.objects.visible_to(request.user).defer("overlays")
