"""Keyset pages: "the rows after this one" instead of "rows 5,001 to 5,050": page 1,000 costs what page 1 does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

SALT = "artmarket.keyset"


class BadCursor(ValueError):
    """A cursor that we did not give, or gave for another order."""


@dataclass(frozen=True)
class Keyset:
    """An order of rows: columns in one direction, the last one unique, the first one perhaps null (then last).

    >>> Keyset("-price_usd", "-id")
    """

    columns: tuple[str, ...]

    def __init__(self, *columns: str) -> None:
        if len({column.startswith("-") for column in columns}) != 1:
            raise ValueError("a keyset runs in one direction")
        object.__setattr__(self, "columns", columns)

    @property
    def descending(self) -> bool:
        return self.columns[0].startswith("-")

    @property
    def names(self) -> list[str]:
        return [column.lstrip("-") for column in self.columns]

    def page(self, rows: QuerySet[Any], *, limit: int, cursor: str = "") -> tuple[list[Any], str]:
        """Up to ``limit`` rows after ``cursor``, and the next cursor ("" at the end). Raises ``BadCursor``.

        Rows whose first column is null come last, by a second query at that border only, so that each query is
        one walk along an index.
        """
        after = self.read(cursor, rows.model) if cursor else None
        nullable = find_field(rows.model, self.names[0]).null
        found: list[Any] = []
        if after is None or after[0] is not None:
            found = list(self.known(rows, after, nullable)[: limit + 1])
        if nullable and len(found) <= limit:
            found += self.unknown(rows, after)[: limit + 1 - len(found)]
        more = len(found) > limit
        return found[:limit], self.write(found[limit - 1]) if more else ""

    def known(self, rows: QuerySet[Any], after: Sequence[Any] | None, nullable: bool) -> QuerySet[Any]:
        """Rows with a value in the first column, after the given ones."""
        if nullable:
            rows = rows.filter(**{f"{self.names[0]}__isnull": False})
        if after is not None:
            compare = TupleLessThan if self.descending else TupleGreaterThan
            rows = rows.filter(compare(Tuple(*(F(name) for name in self.names)), tuple(after)))
        return rows.order_by(*self.ordering(nullable))

    def unknown(self, rows: QuerySet[Any], after: Sequence[Any] | None) -> QuerySet[Any]:
        """Rows without a value in the first column, by the rest of the order."""
        rows = rows.filter(**{f"{self.names[0]}__isnull": True})
        behind = after[1:] if after is not None and after[0] is None else None
        return Keyset(*self.columns[1:]).known(rows, behind, nullable=False)

    def ordering(self, nullable: bool) -> list[Any]:
        if not nullable:
            return list(self.columns)
        first = F(self.names[0])
        ordered = first.desc(nulls_last=True) if self.descending else first.asc(nulls_last=True)
        return [ordered, *self.columns[1:]]

    def write(self, row: Any) -> str:
        """A signed cursor that stands behind ``row``."""
        values = [as_text(read_value(row, name)) for name in self.names]
        return signing.dumps([list(self.columns), values], salt=SALT)

    def read(self, cursor: str, model: type[Model]) -> list[Any]:
        try:
            columns, values = signing.loads(cursor, salt=SALT)
            if columns != list(self.columns):
                raise BadCursor(cursor)
            return [find_field(model, name).to_python(value) for name, value in zip(self.names, values, strict=True)]
        except (signing.BadSignature, ValueError, TypeError, ValidationError) as error:
            raise BadCursor(cursor) from error


def find_field(model: type[Model], name: str) -> Field[Any, Any]:
    """The column behind a path such as ``sale__date``."""
    *path, last = name.split("__")
    for step in path:
        related = model._meta.get_field(step).related_model
        if not isinstance(related, type):
            raise FieldDoesNotExist(name)
        model = related
    field = model._meta.get_field("id" if last == "pk" else last)
    if not isinstance(field, Field):
        raise FieldDoesNotExist(name)
    return field


def read_value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for step in name.split("__"):
        row = getattr(row, step)
    return row


def as_text(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value
