"""COPY into tables by psycopg, inside Django's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows in one statement, so that statement-level history runs once for all of them."""
    names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def next_ids(model: type[Model], count: int) -> list[int]:
    """Fresh keys of the model's own sequence, so that rows can name each other before they are written."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [f'"{table}"', count]
        )
        return [row[0] for row in cursor.fetchall()]


def tell_history() -> None:
    """Hand the history context (who, which import) to the transaction: COPY cannot carry it by itself."""
    with connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '60s'")


def refresh_statistics(*models: type[Model]) -> None:
    """Tell the planner what has just been loaded; until autovacuum comes by it would plan for empty tables."""
    names = sql.SQL(", ").join(sql.Identifier(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("analyze {}").format(names).as_string(cursor.connection))
