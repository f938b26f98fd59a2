# ruff: noqa: S608 - only identifiers, whole numbers and the ORM's own SQL are composed; values are bound
"""Exact or by the index: the way that suits the number of candidates that the filters leave."""

from __future__ import annotations

import enum
import json
import time
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from analysis.similarity.filters import Filters
from artmarket.accounts.ownership import Actor

EXACT_UP_TO = 5_000
CLEARLY_MANY = 4 * EXACT_UP_TO
REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 1_000

# How many works a filter leaves changes slowly, and a wrong guess costs time, not hits: ask once a minute.
_remembered: dict[tuple[Any, ...], tuple[float, Route]] = {}


class Route(enum.Enum):
    """Compare every candidate, or walk the HNSW graph."""

    EXACT = "exact"
    HNSW = "hnsw"


def choose_route(user: Actor, filters: Filters, works: QuerySet[Any], pictures: int) -> Route:
    """Few candidates: exact, which is quick and misses nothing. Many: the index.

    Visibility keeps most works for nearly everybody, so alone it is not estimated; a walk that comes back short
    is done again exactly in any case.
    """
    if pictures <= EXACT_UP_TO:
        return Route.EXACT
    if filters.is_empty:
        return Route.HNSW
    key = (user.pk, getattr(user, "acting_organisation_id", None), filters)
    until, route = _remembered.get(key, (0.0, Route.EXACT))
    if until < time.monotonic():
        route = Route.EXACT if is_few(works) else Route.HNSW
        remember(key, route)
    return route


def remember(key: tuple[Any, ...], route: Route) -> None:
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[key] = (time.monotonic() + REMEMBERED_SECONDS, route)


def is_few(works: QuerySet[Any]) -> bool:
    """At most ``EXACT_UP_TO`` works: the planner's word is taken where it is clear, else they are counted so far."""
    ids = works.values("pk")
    if planned_rows(ids) >= CLEARLY_MANY:
        return False
    sql, parameters = ids.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql} LIMIT {EXACT_UP_TO + 1}) few", parameters)
        return bool(cursor.fetchone()[0] <= EXACT_UP_TO)


def planned_rows(rows: QuerySet[Any]) -> int:
    """How many rows the planner expects, by its statistics alone."""
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])
