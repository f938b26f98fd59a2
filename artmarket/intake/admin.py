"""Imports in the admin: to look at, since pages and services move them on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from artmarket.accounts.owned_admin import OwnedAdmin
from artmarket.core.admin_base import RecordAdmin
from artmarket.intake.models import ColumnMap, ImportedRecord, ImportRow, ImportSession


class LookOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ColumnMap)
class ColumnMapAdmin(OwnedAdmin):
    list_display = ("name", "house", "organisation", "visibility", "updated_at")
    list_select_related = ("house", "organisation")
    list_filter = ("visibility",)
    search_fields = ("name", "house__name")
    autocomplete_fields = ("house", "organisation")


@admin.register(ImportSession)
class ImportSessionAdmin(LookOnly, OwnedAdmin):
    list_display = ("file_name", "house", "state", "created_by", "created_at", "page")
    list_select_related = ("house", "created_by", "organisation")
    list_filter = ("state", "policy")
    search_fields = ("file_name", "file_sha256")
    date_hierarchy = None

    @admin.display(description=gettext_lazy("page"))
    def page(self, session: ImportSession) -> str:
        return format_html('<a href="{}">{}</a>', session.get_absolute_url(), gettext_lazy("open"))


@admin.register(ImportRow)
class ImportRowAdmin(LookOnly, RecordAdmin):
    list_display = ("session", "number", "state", "error_codes")
    list_select_related = ("session",)
    list_filter = ("state",)
    search_fields = ("session__file_name",)
    ordering = ("-session_id", "number")

    def get_queryset(self, request: HttpRequest) -> Any:
        sessions: Any = ImportSession.objects.all()
        return super().get_queryset(request).filter(session__in=sessions.visible_to(request.user))


@admin.register(ImportedRecord)
class ImportedRecordAdmin(LookOnly, RecordAdmin):
    list_display = ("session", "table", "object_id")
    list_select_related = ("session",)
    list_filter = ("table",)
    search_fields = ("session__file_name",)

    def get_queryset(self, request: HttpRequest) -> Any:
        sessions: Any = ImportSession.objects.all()
        return super().get_queryset(request).filter(session__in=sessions.visible_to(request.user))
