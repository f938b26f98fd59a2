"""Write checked rows into artists, artworks, sales and lots by COPY, one transaction a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import Any

import pghistory
from django.db import DataError, IntegrityError, connection
from django.utils import timezone

from artmarket.catalogue.models import Artist, Artwork
from artmarket.intake.artists import credit_key
from artmarket.intake.changing import update_known
from artmarket.intake.copying import copy_rows, next_ids, refresh_statistics, tell_history
from artmarket.intake.identity import SaleKey, is_ours, known_sales
from artmarket.intake.models import ImportedRecord, ImportRow, ImportSession
from artmarket.intake.problems import Issue
from artmarket.intake.progress import Progress
from artmarket.intake.ready import ReadyRow, mark, ready_numbers, ready_rows, refuse
from artmarket.intake.runs import writing
from artmarket.sales import fx
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
LOT = ("id", "created_at", "updated_at", "sale_id", "sale_date", "price_usd", *LOT_FIELDS)
PLACE = ("lot_id", "artwork_id", "position")
RECORD = ("session_id", "table", "object_id", "written_at")
work_values, lot_values = itemgetter(*WORK_FIELDS), itemgetter(*LOT_FIELDS)


@dataclass
class Batch:
    """One transaction's work: its rows, the moment that all its records carry, what it made."""

    session: ImportSession
    rows: list[ReadyRow]
    now: dt.datetime = field(default_factory=timezone.now)
    made: list[tuple[str, int]] = field(default_factory=list)

    @cached_property
    def written(self) -> str:
        """The moment as text: COPY would write it anew for each of its many rows."""
        return self.now.isoformat()

    @cached_property
    def stamp(self) -> tuple[Any, ...]:
        return (self.written, self.written, self.session.organisation_id, self.session.visibility)


def commit_rows(session: ImportSession, progress: Progress) -> None:
    """Write all rows that are ready, batch by batch. Safe to call again after a kill: written rows are not ready."""
    total, done, last = ImportRow.objects.filter(session=session, state=State.VALID).count(), 0, -1
    with pghistory.context(user=session.created_by_id, import_session=str(session.pk)):
        # From number to number, not "the first ones left": written rows would be stepped over again in every batch.
        while numbers := ready_numbers(session, after=last, count=BATCH):
            progress.step(done, total, phase="writing")
            write_or_split(session, numbers)
            done, last = done + len(numbers), numbers[-1]
    progress.step(done, total, phase="writing")
    if done:
        refresh_statistics(ImportRow, Artist, Artwork, Sale, Lot, LotArtwork)


def write_or_split(session: ImportSession, numbers: list[int]) -> None:
    """Write a batch; where the database refuses it, find the refused rows by halving and keep the rest."""
    try:
        with writing(session):
            lock_house(session.house_id)
            tell_history()
            if rows := ready_rows(session, numbers):
                write_batch(Batch(session, rows))
    except (IntegrityError, DataError) as error:
        if len(numbers) == 1:
            refuse_number(session, numbers[0], error)
            return
        middle = len(numbers) // 2
        write_or_split(session, numbers[:middle])
        write_or_split(session, numbers[middle:])


def refuse_number(session: ImportSession, number: int, error: Exception) -> None:
    with writing(session):
        for row in ready_rows(session, [number]):
            refuse(row.pk, Issue("row", "database", detail=str(error).splitlines()[0]))


def write_batch(batch: Batch) -> None:
    """Sales, artists, works and lots of these rows; lots already there are brought up to date."""
    sales = ensure_sales(batch)
    keep_ours(batch, sales)
    known = known_lots(batch, sales)
    fresh: list[ReadyRow] = []
    others: list[ReadyRow] = []
    for row in batch.rows:
        (others if lot_key(row, sales) in known else fresh).append(row)
    ensure_artists(batch)
    write_works(batch, fresh)
    write_lots(batch, fresh, sales)
    keep_records(batch)
    lots = {row.pk: known[lot_key(row, sales)] for row in others}
    if changed := update_known(batch.session, others, lots, now=batch.now):
        fx.refresh_usd(Lot.objects.filter(pk__in=changed))
    for row in fresh:
        row.state = State.COMMITTED
    mark(batch.rows)


def keep_ours(batch: Batch, sales: dict[SaleKey, Sale]) -> None:
    """Refuse the rows whose sale another organisation keeps."""
    ours = {key for key, sale in sales.items() if is_ours(sale, batch.session)}
    for row in batch.rows:
        if row.sale not in ours:
            sale = sales[row.sale]
            refuse(row.pk, Issue("sale_number", "other_owner", sale.title or sale.number))
    batch.rows = [row for row in batch.rows if row.sale in ours]


def lot_key(row: ReadyRow, sales: dict[SaleKey, Sale]) -> tuple[int, str]:
    return (sales[row.sale].pk, row.lot_number)


def lock_house(house_id: int) -> None:
    """Two imports of one house write one after the other, so that neither makes what the other just made."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('intake'), %s)", [house_id])


def ensure_sales(batch: Batch) -> dict[SaleKey, Sale]:
    """The sale of every row, made where the house has none of that day, number and title."""
    wanted: dict[SaleKey, Json] = {}
    for row in batch.rows:
        wanted.setdefault(row.sale, row.parsed["sale"])
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
    numbers = {row.lot_number for row in batch.rows}
    lots = Lot.objects.filter(sale_id__in={sale.pk for sale in sales.values()}, number__in=numbers)
    return {(lot.sale_id, lot.number): lot for lot in lots}


def ensure_artists(batch: Batch) -> None:
    """Give every row with a credit its artist; a credit that nobody matched yet becomes one artist."""
    wanting = [row for row in batch.rows if row.parsed["artist"] and row.artist_id is None]
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


def write_works(batch: Batch, rows: Sequence[ReadyRow]) -> None:
    """One work a lot, unless an inventory number names one that the organisation has already."""
    known = works_by_inventory(batch.session, rows)
    columns = []
    for row, pk in zip(rows, next_ids(Artwork, len(rows)), strict=True):
        inventory = row.parsed["work"]["inventory_number"]
        row.artwork_id = known.setdefault(inventory, pk) if inventory else pk
        if row.artwork_id == pk:
            work = row.parsed["work"]
            columns.append((pk, *batch.stamp, False, row.artist_id, *work_values(work)))
    copy_rows(Artwork._meta.db_table, WORK, columns)
    batch.made += [(Artwork._meta.db_table, values[0]) for values in columns]


def works_by_inventory(session: ImportSession, rows: Sequence[ReadyRow]) -> dict[str, int]:
    numbers = {row.parsed["work"]["inventory_number"] for row in rows} - {""}
    if not numbers:
        return {}
    works = Artwork.objects.filter(organisation_id=session.organisation_id, inventory_number__in=numbers)  # type: ignore[misc]
    return dict(works.values_list("inventory_number", "id"))


def write_lots(batch: Batch, rows: Sequence[ReadyRow], sales: dict[SaleKey, Sale]) -> None:
    for row, pk in zip(rows, next_ids(Lot, len(rows)), strict=True):
        row.lot_id = pk
    dollars = Dollars(rows)
    copy_rows(
        Lot._meta.db_table,
        LOT,
        (
            (
                row.lot_id,
                batch.written,
                batch.written,
                sale.pk,
                sale.date,
                dollars.of(row),
                *lot_values(row.parsed["lot"]),
            )
            for row in rows
            for sale in (sales[row.sale],)
        ),
    )
    copy_rows(LotArtwork._meta.db_table, PLACE, ((row.lot_id, row.artwork_id, 1) for row in rows))
    batch.made += [(Lot._meta.db_table, row.lot_id) for row in rows if row.lot_id]


class Dollars:
    """Prices in US dollars at the rate of the sale's date: written with the lot, they need no second version of it."""

    def __init__(self, rows: Sequence[ReadyRow]) -> None:
        self.rates = fx.RateTable.load({row.parsed["lot"]["currency"] for row in rows} | {"USD"})

    def of(self, row: ReadyRow) -> Decimal | None:
        """None where the lot has no price, or no rate is known."""
        lot = row.parsed["lot"]
        if not lot["price"]:
            return None
        day = dt.date.fromisoformat(row.parsed["sale"]["date"])
        try:
            return self.rates.convert(Decimal(lot["price"]), source=lot["currency"], target="USD", on=day)
        except fx.NoRate:
            return None


def keep_records(batch: Batch) -> None:
    written_at = timezone.now().isoformat()  # no earlier than any time that the rows themselves carry
    session = str(batch.session.pk)
    rows = ((session, table, pk, written_at) for table, pk in batch.made)
    copy_rows(ImportedRecord._meta.db_table, RECORD, rows)
