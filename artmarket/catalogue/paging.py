"""One page of a list, as keyset pages need it: no counts, and an address that can be shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from artmarket.api.keyset import BadCursor, Keyset


@dataclass(frozen=True)
class Order:
    """A way to sort a list."""

    label: str | Promise
    keyset: Keyset


@dataclass(frozen=True)
class Page:
    """Rows and the ways on. ``previous_query`` is None on the first page, ``next_query`` "" on the last."""

    rows: list[Any]
    order: str
    next_query: str
    previous_query: str | None


def page_of(request: HttpRequest, rows: QuerySet[Any], orders: Mapping[str, Order], *, limit: int) -> Page:
    """The page that ``?order=&cursor=`` asks for; an unknown order or a foreign cursor leads to the beginning."""
    order = request.GET.get("order", "")
    if order not in orders:
        order = next(iter(orders))
    cursor = request.GET.get("cursor", "")
    keyset = orders[order].keyset
    try:
        found, following = keyset.page(rows, limit=limit, cursor=cursor)
    except BadCursor:
        cursor = ""
        found, following = keyset.page(rows, limit=limit)
    query = request.GET.copy()
    query.pop("cursor", None)
    return Page(found, order, with_cursor(query, following), query.urlencode() if cursor else None)


def with_cursor(query: QueryDict, cursor: str) -> str:
    if not cursor:
        return ""
    onward = query.copy()
    onward["cursor"] = cursor
    return onward.urlencode()


def chosen_view(request: HttpRequest) -> str:
    """``grid`` or ``table``."""
    return "table" if request.GET.get("view") == "table" else "grid"
