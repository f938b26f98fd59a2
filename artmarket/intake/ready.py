"""Checked rows on their way to becoming records: read lean and fast, marked with what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from django.db import connection

from artmarket.intake.identity import SaleKey, sale_key
from artmarket.intake.models import ImportRow, ImportSession
from artmarket.intake.problems import Issue

Json = dict[str, Any]
State = ImportRow.State


@dataclass
class ReadyRow:
    """A row being written, without what only its page shows."""

    pk: int
    number: int
    natural_key: str
    artist_id: int | None
    parsed: Json
    state: str = State.VALID
    artwork_id: int | None = None
    lot_id: int | None = None

    @cached_property
    def sale(self) -> SaleKey:
        return sale_key(self.parsed)

    @property
    def lot_number(self) -> str:
        return str(self.parsed["lot"]["number"])


def ready_numbers(session: ImportSession, *, after: int, count: int) -> list[int]:
    """Numbers of the next rows that are ready."""
    ready = ImportRow.objects.filter(session=session, state=State.VALID, number__gt=after).order_by("number")
    return list(ready.values_list("number", flat=True)[:count])


def ready_rows(session: ImportSession, numbers: Sequence[int]) -> list[ReadyRow]:
    """The rows of a run of numbers that are still ready."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, number, natural_key, artist_id, parsed::text from intake_importrow "
            "where session_id = %s and state = %s and number between %s and %s order by number",
            [session.pk, str(State.VALID), numbers[0], numbers[-1]],
        )
        found = cursor.fetchall()
    return [ReadyRow(pk, number, key, artist, orjson.loads(parsed)) for pk, number, key, artist, parsed in found]


def refuse(pk: int, issue: Issue) -> None:
    """Write on a row why it was refused."""
    row = ImportRow.objects.get(pk=pk)
    row.state = State.INVALID
    row.errors = [*row.errors, issue.as_json()]
    row.error_codes = [*row.error_codes, issue.tag]
    row.save(update_fields=["state", "errors", "error_codes"])


def mark(rows: Sequence[ReadyRow]) -> None:
    """Say of each row what it became, in one statement."""
    columns = [[getattr(row, name) for row in rows] for name in ("pk", "artist_id", "artwork_id", "lot_id")]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update intake_importrow as row
            set state = new.state, artist_id = new.artist, artwork_id = new.artwork, lot_id = new.lot
            from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])
                as new (id, artist, artwork, lot, state)
            where row.id = new.id
            """,
            [*columns, [str(row.state) for row in rows]],
        )
