"""What every admin page shares: who sees what, saving by services, history in sight, no counting of millions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from artmarket.core.versions import versions_of

COUNT_AT_MOST = 10_000


class BigTablePaginator(Paginator):
    """Counts at most ten thousand rows; of a whole table the planner's estimate is told."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted = int(rows.order_by().values("pk")[:COUNT_AT_MOST].count())
        if counted < COUNT_AT_MOST or rows.query.where:
            return counted
        with connection.cursor() as cursor:
            cursor.execute(
                "select reltuples::bigint from pg_class where oid = %s::regclass", [rows.model._meta.db_table]
            )
            return max(counted, int(cursor.fetchone()[0]))


class ServiceForm(forms.ModelForm):
    """A form whose record is understood and checked as its service will, so that every refusal names its field."""

    unchecked: tuple[str, ...] = ()

    def understand(self) -> None:
        """Hook: fill parsed values before the record is checked, but for the fields named in ``unchecked``."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.understand()
            self.instance.full_clean(exclude=self.unchecked, validate_unique=False)
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]


class ReadOnlyAdmin(admin.ModelAdmin):
    """What is to be read and never changed by hand."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class RecordAdmin(admin.ModelAdmin):
    """A page of records. Rooms name their service in ``save_record``."""

    list_per_page = 50
    show_full_result_count = False
    paginator = BigTablePaginator
    save_on_top = True
    object_history_template = "admin/artmarket/history.html"

    class Media:
        css = {"all": ("web/admin.css",)}

    def save_record(self, request: HttpRequest, record: Any, form: forms.ModelForm, change: bool) -> None:
        """Hook: save by the room's service; a form without one saves itself."""
        super().save_model(request, record, form, change)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.save_record(request, obj, form, change)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what and when, from the history that the database itself keeps."""
        record = self.get_object(request, object_id)
        if record is None or not hasattr(record, "events"):
            return super().history_view(request, object_id, extra_context)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": record},
            "versions": versions_of(record),
            "object": record,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def tell(self, request: HttpRequest, error: ValidationError | PermissionDenied) -> None:
        """Show why an action was refused."""
        texts = error.messages if isinstance(error, ValidationError) else [str(error) or _("You may not do this.")]
        for text in texts:
            self.message_user(request, text, messages.ERROR)


def changed_fields(form: forms.BaseModelForm) -> Iterable[str]:
    """The fields that the person set."""
    return list(form.changed_data)
