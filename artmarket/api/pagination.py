"""Pages of a list in the API: ``?limit=&order=&cursor=``, without counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from artmarket.api.keyset import BadCursor, Keyset
from artmarket.api.problems import Problem

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class KeysetPagination(BasePagination):
    """Reads ``orders`` from the view: names of orders and their keysets; the first is the default.

    >>> orders = {"newest": Keyset("-sale_date", "-id"), "dearest": Keyset("-price_usd", "-id")}
    """

    parameters = ("limit", "order", "cursor")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        limit, keyset = read_limit(request), read_order(request, view.orders)
        try:
            rows, cursor = keyset.page(queryset, limit=limit, cursor=request.query_params.get("cursor", ""))
        except BadCursor as error:
            detail = _("The cursor was not given by this list in this order; start again without it.")
            raise bad_parameter("cursor", "bad_cursor", detail) from error
        here = request.build_absolute_uri()
        self.next = replace_query_param(here, "cursor", cursor) if cursor else None
        self.first = remove_query_param(here, "cursor")
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        links = [f'<{self.first}>; rel="first"', *([f'<{self.next}>; rel="next"'] if self.next else [])]
        return Response({"next": self.next, "results": data}, headers={"Link": ", ".join(links)})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = {"type": "string", "format": "uri", "nullable": True, "description": "Address of the next page."}
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": following, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orders = list(getattr(view, "orders", {}))
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        return [
            query_parameter("limit", limit, "Rows a page."),
            query_parameter("order", {"type": "string", "enum": orders, "default": orders[0]}, "Order of the rows."),
            query_parameter("cursor", {"type": "string"}, "Where to go on: taken from `next`."),
        ]


def query_parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def read_limit(request: Request) -> int:
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_LIMIT):
        raise bad_parameter("limit", "out_of_range", _("A whole number from 1 to %(most)s.") % {"most": MAX_LIMIT})
    return int(text)


def read_order(request: Request, orders: Mapping[str, Keyset]) -> Keyset:
    name = request.query_params.get("order", next(iter(orders)))
    if name not in orders:
        raise bad_parameter("order", "unknown_order", _("One of: %(orders)s.") % {"orders": ", ".join(orders)})
    return orders[name]


def bad_parameter(name: str, code: str, detail: str) -> Problem:
    """A 400 that names the query parameter."""
    errors = [{"parameter": name, "code": code, "detail": detail}]
    return Problem(400, code, detail=detail, errors=errors)
