"""Restyled pictures in the admin: to read, never to change."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analysis.styletransfer.models import StyledImage
from artmarket.core.admin_base import ReadOnlyAdmin


@admin.register(StyledImage)
class StyledImageAdmin(ReadOnlyAdmin):
    list_display = ["id", "made_by", "organisation", "method", "is_kept", "shared_at", "created_at"]
    list_filter = ["method", "is_kept"]
    list_select_related = ["made_by", "organisation"]
    exclude = ["mask", "preview"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StyledImage]:
        return StyledImage.objects.visible_to(request.user).defer("mask", "preview")
