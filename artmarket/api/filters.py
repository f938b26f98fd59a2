"""Filters of lists: a room's FilterSet, as on its page, and no parameter that nothing reads."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from artmarket.api.problems import Problem

ALWAYS = {"limit", "order", "cursor", "format"}


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]
    """Answers 400 to a misspelt parameter or a bad value; silently ignoring it would return the wrong rows."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        known = ALWAYS | (set(filterset.filters) if filterset else set())
        errors = [
            {"parameter": name, "code": "unknown_parameter", "detail": _("This list has no such filter.")}
            for name in request.query_params
            if name not in known and not is_part(name, known)
        ]
        if filterset is not None and not filterset.is_valid():
            errors += [
                {"parameter": name, "code": error["code"] or "invalid", "detail": error["message"]}
                for name, problems in filterset.errors.get_json_data().items()
                for error in problems
            ]
        if errors:
            raise Problem(400, "invalid_parameter", detail=_("Some parameters were refused."), errors=errors)
        return filterset.qs if filterset is not None else queryset


def is_part(name: str, known: set[str]) -> bool:
    """Whether ``name`` is one end of a range filter, e.g. ``year_min`` of ``year``."""
    stem, _mark, end = name.rpartition("_")
    return stem in known and end in {"min", "max", "after", "before"}
