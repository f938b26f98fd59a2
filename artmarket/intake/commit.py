"""Write checked rows into artists, artworks, sales and lots by COPY, one transaction a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from artmarket.catalogue.models import Artist, Artwork
from artmarket.intake.artists import credit_key
from artmarket.intake.changing import update_known
from artmarket.intake.copying import copy_rows, next_ids, refresh_statistics, tell_history
from artmarket.intake.identity import SaleKey, is_ours, known_sales, sale_key
from artmarket.intake.models import ImportedRecord, ImportRow, ImportSession
from artmarket.intake.problems import Issue
from artmarket.intake.progress import Progress
from artmarket.sales.models import Lot, LotArtwork, Sale

BATCH = 5_000
Json = dict[str, Any]
State = ImportRow.State

ARTIST = (
    "id",
    "created_at",
    "updated_at",
    "organisation_id",
    "visibility",
    "name",
    "sort_name",
    "name_key",
    "other_names",
    "birth_text",
    "birth_earliest",
    "birth_latest",
    "death_text",
    "death_earliest",
    "death_latest",
    "nationality",
    "movement",
    "biography",
    "is_invented",
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
    "inventory_number",
)
WORK = ("id", "created_at", "updated_at", "organisation_id", "visibility", "is_invented", "artist_id", *WORK_FIELDS)
LOT_FIELDS = (
    "number",
    "number_sort",
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
LOT = ("id", "created_at", "updated_at", "sale_id", "sale_date", *LOT_FIELDS)
PLACE = ("lot_id", "artwork_id", "position")
RECORD = ("session_id", "table", "object_id", "written_at")


@dataclass
class Batch:
    """One transaction's work: its rows, the moment that all its records carry, what it made."""

    session: ImportSession
    rows: list[ImportRow]
    now: dt.datetime = field(default_factory=timezone.now)
    made: list[tuple[str, int]] = field(default_factory=list)

    @property
    def stamp(self) -> tuple[Any, ...]:
        return (self.now, self.now, self.session.organisation_id, self.session.visibility)


def commit_rows(session: ImportSession, progress: Progress) -> None:
    """Write all rows that are ready, batch by batch. Safe to call again after a kill: written rows are not ready."""
    ready = ImportRow.objects.filter(session=session, state=State.VALID).order_by("number").defer("raw", "candidates")
    total, done, last = ready.count(), 0, -1
    with pghistory.context(user=session.created_by_id, import_session=str(session.pk)):
        # From number to number, not "the first ones left": written rows would be stepped over again in every batch.
        while rows := list(ready.filter(number__gt=last)[:BATCH]):
            progress.step(done, total, phase="writing")
            write_or_split(session, rows)
            done, last = done + len(rows), rows[-1].number
    progress.step(done, total, phase="writing")
    if done:
        refresh_statistics(ImportRow, Artist, Artwork, Sale, Lot, LotArtwork)


def write_or_split(session: ImportSession, rows: list[ImportRow]) -> None:
    """Write a batch; where the database refuses it, find the refused rows by halving and keep the rest."""
    before = [(row.state, row.artist_id, row.artwork_id, row.lot_id) for row in rows]
    try:
        with transaction.atomic():
            write_batch(Batch(session, rows))
    except (IntegrityError, DataError) as error:
        for row, (state, artist_id, artwork_id, lot_id) in zip(rows, before, strict=True):
            row.state, row.artist_id, row.artwork_id, row.lot_id = state, artist_id, artwork_id, lot_id
        if len(rows) == 1:
            refuse(rows[0], Issue("row", "database", detail=str(error).splitlines()[0]))
            return
        middle = len(rows) // 2
        write_or_split(session, rows[:middle])
        write_or_split(session, rows[middle:])


def refuse(row: ImportRow, issue: Issue) -> None:
    row.state = State.INVALID
    row.errors = [*row.errors, issue.as_json()]
    row.error_codes = [*row.error_codes, issue.tag]
    row.save(update_fields=["state", "errors", "error_codes"])


def write_batch(batch: Batch) -> None:
    """Sales, artists, works and lots of these rows; lots already there are brought up to date."""
    lock_house(batch.session.house_id)
    tell_history()
    sales = ensure_sales(batch)
    known = known_lots(batch, sales)
    fresh: list[ImportRow] = []
    for row in batch.rows:
        sale = sales[sale_key(row.parsed)]
        if not is_ours(sale, batch.session):
            refuse(row, Issue("sale_number", "other_owner", sale.title or sale.number))
        elif (sale.pk, row.parsed["lot"]["number"]) not in known:
            fresh.append(row)
    ensure_artists(batch)
    write_works(batch, fresh)
    write_lots(batch, fresh, sales)
    keep_records(batch)
    fresh_ids = {row.pk for row in fresh}
    others = [row for row in batch.rows if row.pk not in fresh_ids and row.state == State.VALID]
    update_known(batch.session, others, {row.pk: known[lot_key(row, sales)] for row in others}, now=batch.now)
    for row in fresh:
        row.state = State.COMMITTED
    mark(batch.rows)


def lot_key(row: ImportRow, sales: dict[SaleKey, Sale]) -> tuple[int, str]:
    return (sales[sale_key(row.parsed)].pk, row.parsed["lot"]["number"])


def lock_house(house_id: int) -> None:
    """Two imports of one house write one after the other, so that neither makes what the other just made."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('intake'), %s)", [house_id])


def ensure_sales(batch: Batch) -> dict[SaleKey, Sale]:
    """The sale of every row, made where the house has none of that day, number and title."""
    wanted: dict[SaleKey, Json] = {}
    for row in batch.rows:
        wanted.setdefault(sale_key(row.parsed), row.parsed["sale"])
    found = known_sales(batch.session, wanted)
    missing = [new_sale(batch, facts) for key, facts in wanted.items() if key not in found]
    for sale in Sale.objects.bulk_create(missing):
        found[(str(sale.date), sale.number, sale.title)] = sale
        batch.made.append((Sale._meta.db_table, sale.pk))
    return found


def new_sale(batch: Batch, facts: Json) -> Sale:
    session = batch.session
    return Sale(
        house_id=session.house_id,
        organisation_id=session.organisation_id,
        visibility=session.visibility,
        **{name: facts[name] for name in ("title", "number", "date", "end_date", "location", "category", "currency")},
    )


def known_lots(batch: Batch, sales: dict[SaleKey, Sale]) -> dict[tuple[int, str], Lot]:
    numbers = {row.parsed["lot"]["number"] for row in batch.rows}
    lots = Lot.objects.filter(sale_id__in={sale.pk for sale in sales.values()}, number__in=numbers)
    return {(lot.sale_id, lot.number): lot for lot in lots}


def ensure_artists(batch: Batch) -> None:
    """Give every row with a credit its artist; a credit that nobody matched yet becomes one artist."""
    wanting = [row for row in batch.rows if row.parsed["artist"] and row.artist_id is None and row.state == State.VALID]
    credits = {credit_key(row.parsed["artist"]): row.parsed["artist"] for row in wanting}
    ids = made_before(batch.session, credits)
    missing = [key for key in credits if key not in ids]
    ids.update(zip(missing, next_ids(Artist, len(missing)), strict=True))
    copy_rows(Artist._meta.db_table, ARTIST, (artist_columns(batch, ids[key], credits[key]) for key in missing))
    batch.made += [(Artist._meta.db_table, ids[key]) for key in missing]
    for row in wanting:
        row.artist_id = ids[credit_key(row.parsed["artist"])]


def made_before(session: ImportSession, credits: dict[tuple[str, ...], Json]) -> dict[tuple[str, ...], int]:
    """Artists of the same name and life dates made since this import began: by it, or by another one beside it."""
    names = {artist["key"] for artist in credits.values()}
    artists = Artist.objects.filter(  # type: ignore[misc]
        name_key__in=names,
        merged_into=None,
        organisation_id=session.organisation_id,
        created_at__gte=session.created_at,
    ).order_by("-id")
    found: dict[tuple[str, ...], int] = {}
    for artist in artists:
        birth, death = (
            span(artist.birth_earliest, artist.birth_latest),
            span(artist.death_earliest, artist.death_latest),
        )
        found[(artist.name_key, *birth, "/", *death)] = artist.pk
    return {key: pk for key, pk in found.items() if key in credits}


def span(earliest: dt.date | None, latest: dt.date | None) -> list[str]:
    return [earliest.isoformat(), latest.isoformat()] if earliest and latest else []


def artist_columns(batch: Batch, pk: int, artist: Json) -> tuple[Any, ...]:
    birth, death = artist["birth"] or (None, None), artist["death"] or (None, None)
    return (
        pk,
        *batch.stamp,
        artist["name"],
        artist["sort_name"],
        artist["key"],
        [],
        artist["birth_text"],
        *birth,
        artist["death_text"],
        *death,
        artist["nationality"],
        "",
        "",
        False,
    )


def write_works(batch: Batch, rows: Sequence[ImportRow]) -> None:
    """One work a lot, unless an inventory number names one that the organisation has already."""
    known = works_by_inventory(batch.session, rows)
    columns = []
    for row, pk in zip(rows, next_ids(Artwork, len(rows)), strict=True):
        inventory = row.parsed["work"]["inventory_number"]
        row.artwork_id = known.setdefault(inventory, pk) if inventory else pk
        if row.artwork_id == pk:
            work = row.parsed["work"]
            columns.append((pk, *batch.stamp, False, row.artist_id, *(work[name] for name in WORK_FIELDS)))
    copy_rows(Artwork._meta.db_table, WORK, columns)
    batch.made += [(Artwork._meta.db_table, values[0]) for values in columns]


def works_by_inventory(session: ImportSession, rows: Sequence[ImportRow]) -> dict[str, int]:
    numbers = {row.parsed["work"]["inventory_number"] for row in rows} - {""}
    if not numbers:
        return {}
    works = Artwork.objects.filter(organisation_id=session.organisation_id, inventory_number__in=numbers)  # type: ignore[misc]
    return dict(works.values_list("inventory_number", "id"))


def write_lots(batch: Batch, rows: Sequence[ImportRow], sales: dict[SaleKey, Sale]) -> None:
    for row, pk in zip(rows, next_ids(Lot, len(rows)), strict=True):
        row.lot_id = pk
    copy_rows(Lot._meta.db_table, LOT, (lot_columns(batch, row, sales[sale_key(row.parsed)]) for row in rows))
    copy_rows(LotArtwork._meta.db_table, PLACE, ((row.lot_id, row.artwork_id, 1) for row in rows))
    batch.made += [(Lot._meta.db_table, row.lot_id) for row in rows if row.lot_id]


def lot_columns(batch: Batch, row: ImportRow, sale: Sale) -> tuple[Any, ...]:
    lot = row.parsed["lot"]
    return (row.lot_id, batch.now, batch.now, sale.pk, sale.date, *(lot[name] for name in LOT_FIELDS))


def keep_records(batch: Batch) -> None:
    written_at = timezone.now()  # no earlier than any time that the rows themselves carry
    rows = ((batch.session.pk, table, pk, written_at) for table, pk in batch.made)
    copy_rows(ImportedRecord._meta.db_table, RECORD, rows)


def mark(rows: Sequence[ImportRow]) -> None:
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
