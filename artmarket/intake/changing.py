"""Lots that are known already: only what the source itself changed is written, so that people's edits stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model

from artmarket.catalogue.models import Artwork
from artmarket.intake.identity import last_written
from artmarket.intake.models import ImportedRecord, ImportRow, ImportSession
from artmarket.intake.ready import ReadyRow
from artmarket.sales.models import Lot, LotArtwork, Outcome

Json = dict[str, Any]
LOT_FIELDS = (
    "description",
    "currency",
    "estimate_low",
    "estimate_high",
    "opening_bid",
    "price",
    "price_basis",
    "outcome",
    "source_url",
)
WORK_FIELDS = (
    "title",
    "attribution",
    "attribution_text",
    "date_text",
    "date_earliest",
    "date_latest",
    "date_circa",
    "dimensions_text",
    "height_cm",
    "width_cm",
    "depth_cm",
    "medium_text",
    "medium",
    "support",
    "signature",
    "edition",
    "style",
    "genre",
    "subjects",
    "provenance",
    "exhibitions",
    "literature",
    "notes",
)
EMPTY: tuple[Any, ...] = (None, "", [], False, "unknown")


def update_known(
    session: ImportSession, rows: Sequence[ReadyRow], lots: Mapping[int, Lot], *, now: dt.datetime
) -> list[int]:
    """Bring known lots and their works up to date; keeps what was there before, for undoing.

    ``lots`` gives the lot of each row by the row's key. A row that changes nothing becomes "already known". Returns
    the keys of the lots that were changed.
    """
    if not rows:
        return []
    lots_changed = []
    written = last_written([row.natural_key for row in rows])
    works = sole_works(session, [lot.pk for lot in lots.values()])
    for row in rows:
        lot, earlier = lots[row.pk], written.get(row.natural_key)
        work = works.get(lot.pk)
        changed = apply(session, lot, LOT_FIELDS, row.parsed["lot"], (earlier or {}).get("lot"), now)
        if changed:
            lots_changed.append(lot.pk)
        if work is not None:
            changed |= apply(session, work, WORK_FIELDS, row.parsed["work"], (earlier or {}).get("work"), now)
            changed |= change_artist(session, work, row, (earlier or {}).get("artist"), now)
        row.lot_id, row.artwork_id = lot.pk, work.pk if work else None
        row.state = ImportRow.State.COMMITTED if changed else ImportRow.State.UNCHANGED
    return lots_changed


def sole_works(session: ImportSession, lot_ids: Sequence[int]) -> dict[int, Artwork]:
    """The work of each lot that has exactly one, of the session's organisation."""
    places: dict[int, list[Artwork]] = {}
    for place in LotArtwork.objects.filter(lot_id__in=lot_ids).select_related("artwork"):
        places.setdefault(place.lot_id, []).append(place.artwork)
    return {
        lot_id: works[0]
        for lot_id, works in places.items()
        if len(works) == 1 and works[0].organisation_id == session.organisation_id
    }


def apply(
    session: ImportSession,
    record: Lot | Artwork,
    names: Sequence[str],
    new: Json,
    earlier: Json | None,
    now: dt.datetime,
) -> bool:
    """Set the fields that the source now gives otherwise; a value that it no longer knows stays."""
    before = {}
    for name in names:
        value = typed(record, name, new[name])
        if value in EMPTY or (earlier is not None and earlier.get(name) == new[name]):
            continue
        if getattr(record, name) != value:
            before[name] = getattr(record, name)
            setattr(record, name, value)
    if isinstance(record, Lot) and record.price is not None and record.outcome != Outcome.SOLD:
        before.setdefault("price", record.price)
        record.price = None
    return save_changes(session, record, before, now)


def change_artist(session: ImportSession, work: Artwork, row: ReadyRow, earlier: Json | None, now: dt.datetime) -> bool:
    new = row.parsed["artist"]
    if new is None or row.artist_id is None or new == earlier or work.artist_id == row.artist_id:
        return False
    before = {"artist_id": work.artist_id}
    work.artist_id = row.artist_id
    return save_changes(session, work, before, now)


def save_changes(session: ImportSession, record: Lot | Artwork, before: Json, now: dt.datetime) -> bool:
    if not before:
        return False
    before["updated_at"], record.updated_at = record.updated_at, now
    type(record)._default_manager.filter(pk=record.pk).update(**{name: getattr(record, name) for name in before})
    keep_before(session, record, before, now)
    return True


def keep_before(session: ImportSession, record: Model, before: Json, now: dt.datetime) -> None:
    """Remember the oldest values that this import replaced; records that it made itself need none."""
    table = record._meta.db_table
    kept, made = ImportedRecord.objects.get_or_create(
        session=session,
        table=table,
        object_id=record.pk,
        defaults={"before": {name: plain(value) for name, value in before.items()}, "written_at": now},
    )
    if not made:
        if kept.before is not None:
            kept.before = {name: plain(value) for name, value in before.items()} | kept.before
        kept.written_at = now
        kept.save(update_fields=["before", "written_at"])


def plain(value: Any) -> Any:
    """A field's value as JSON keeps it."""
    return value.isoformat() if isinstance(value, dt.date) else str(value) if isinstance(value, Decimal) else value


def typed(record: Model, name: str, value: Any) -> Any:
    """A JSON value as the field's own type."""
    if value is None or name == "artist_id":
        return value
    field: Any = record._meta.get_field(name)
    return field.to_python(value)
