"""Admin pages of records that belong to organisations."""

from __future__ import annotations

from typing import Any

from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest

from artmarket.accounts.queries import editable_organisation_ids
from artmarket.core.admin_base import RecordAdmin


class OwnedAdmin(RecordAdmin):
    """Records of organisations: seen by ``visible_to``, changed by ``editable_by``, chosen from what may be seen."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.may_edit(request, obj)

    def may_edit(self, request: HttpRequest, obj: Model | None) -> bool:
        if obj is None or obj.pk is None:
            return True
        rows: Any = self.model._default_manager.filter(pk=obj.pk)
        return bool(rows.editable_by(request.user).exists())

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        rows = choices_for(db_field, request)
        if rows is not None:
            kwargs.setdefault("queryset", rows)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        editable: Any = queryset
        super().delete_queryset(request, editable.editable_by(request.user))


def choices_for(db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any] | None:
    """Owners: the organisations for which the user edits; others: what the user sees; None where all may be chosen."""
    user: Any = request.user
    if db_field.name == "organisation":
        rows = db_field.remote_field.model._default_manager.all()
        return rows if user.is_superuser else rows.filter(pk__in=editable_organisation_ids(user))
    rows = db_field.remote_field.model._default_manager.all()
    return rows.visible_to(user) if hasattr(rows, "visible_to") else None
