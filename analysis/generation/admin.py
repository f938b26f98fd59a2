"""The studio in the admin: to read. People work with it on its own pages."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analysis.generation.models import GeneratedImage, StudioModel, TrainingRun
from artmarket.core.admin_base import ReadOnlyAdmin


@admin.register(StudioModel)
class StudioModelAdmin(ReadOnlyAdmin):
    list_display = ["name", "architecture", "side_px", "works", "organisation", "visibility", "created_at"]
    list_select_related = ["organisation"]
    exclude = ["grid"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StudioModel]:
        return StudioModel.objects.visible_to(request.user).defer("grid")


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnlyAdmin):
    list_display = ["name", "architecture", "side_px", "minutes", "steps", "organisation", "made_by", "created_at"]
    list_select_related = ["organisation", "made_by"]
    exclude = ["grid"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrainingRun]:
        return TrainingRun.objects.visible_to(request.user).defer("grid")


@admin.register(GeneratedImage)
class GeneratedImageAdmin(ReadOnlyAdmin):
    list_display = ["id", "model", "kind", "depth", "verdict", "is_favourite", "published_at", "made_by", "created_at"]
    list_filter = ["kind", "verdict", "is_favourite"]
    list_select_related = ["model", "made_by"]
    exclude = ["picture", "style"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GeneratedImage]:
        return GeneratedImage.objects.visible_to(request.user).light()
