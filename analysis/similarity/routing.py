# ruff: noqa: S608 - only identifiers, whole numbers and the ORM's own SQL are composed; values are bound
"""Exact or by the index: the way that suits the number of candidates that the filters leave."""

from __future__ import annotations

import enum
import json
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from analysis.similarity.filters import Filters
from artmarket.accounts.ownership import Actor

EXACT_UP_TO = 5_000
CLEARLY_MANY = 4 * EXACT_UP_TO


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
    return Route.EXACT if is_few(works) else Route.HNSW


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
