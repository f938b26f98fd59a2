"""Many items from one CSV file: all of them, or none and each fault with its row, column and reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from analysis.inventory.models import InventoryItem
from analysis.inventory.services import check_may_keep, fill
from artmarket.accounts.models import Organisation, User
from artmarket.catalogue.models import Artwork
from artmarket.core.money import MoneyError, parse_money
from artmarket.intake.limits import ReadLimits
from artmarket.intake.readers import ReadError, open_table

MOST_ROWS, MOST_ERRORS, MOST_BYTES = 10_000, 200, 20 * 1024 * 1024
COLUMNS = (
    "artwork", "inventory_number", "cost", "currency", "acquired_on", "status", "location", "notes", "sold_price",
    "sold_currency", "sold_on",
)  # fmt: skip
FIELD_COLUMNS = {"cost_currency": "currency"}
LARGEST_ID = 2**63 - 1
NO_CURRENCY = "XXX"  # ISO 4217's code for none


@dataclass(frozen=True)
class RowError:
    """``row`` as a person counts it: the heading is row 1."""

    row: int
    column: str
    reason: str


class BulkRefused(ValueError):
    """Nothing was written; ``errors`` says why, row by row (the first 200)."""

    def __init__(self, errors: list[RowError]) -> None:
        super().__init__(_("Nothing was added."))
        self.errors = errors


@transaction.atomic
def add_items(*, actor: User, organisation: Organisation, file: BinaryIO) -> list[InventoryItem]:
    """Add every row, or none. Raises ``PermissionDenied``, ``BulkRefused``."""
    check_may_keep(actor, organisation.pk)
    rows = read_rows(file)
    errors: list[RowError] = []
    works = known_works(actor, organisation, [cells for _number, cells in rows])
    taken = set(unsold(organisation).values_list("artwork_id", flat=True))
    items = []
    for number, cells in rows:
        item = read_item(organisation, works, number, cells, errors)
        if item is not None and item.status != InventoryItem.Status.SOLD:
            if item.artwork_id in taken:
                errors.append(RowError(number, named_by(cells), _("This work is in the inventory already.")))
            taken.add(item.artwork_id)
        if item is not None:
            item.added_by = actor
            items.append(item)
    if errors:
        raise BulkRefused(errors[:MOST_ERRORS])
    return InventoryItem.objects.bulk_create(items, batch_size=1_000)


def unsold(organisation: Organisation) -> Any:
    return InventoryItem.objects.filter(organisation=organisation, removed_at=None).exclude(status="sold")


def named_by(cells: Mapping[str, str]) -> str:
    """The column that names the row's work."""
    return "artwork" if cells.get("artwork") else "inventory_number"


def read_rows(file: BinaryIO) -> list[tuple[int, dict[str, str]]]:
    """Rows by their columns' names. Raises ``BulkRefused`` for a file that is no table, or has unknown columns."""
    try:
        rows = list(open_table(file, limits=ReadLimits(file_bytes=MOST_BYTES, rows=MOST_ROWS)).rows())
    except ReadError as error:
        raise BulkRefused([RowError(getattr(error, "row", None) or 1, "", str(error))]) from error
    if not rows:
        raise BulkRefused([RowError(1, "", _("The file is empty."))])
    heading = [cell.strip().casefold().replace(" ", "_") for cell in rows[0].cells]
    if errors := heading_errors(heading):
        raise BulkRefused(errors)
    broken = [RowError(row.number, "", row.problem[1]) for row in rows[1:] if row.problem]
    if broken:
        raise BulkRefused(broken[:MOST_ERRORS])
    filled = [row for row in rows[1:] if any(cell.strip() for cell in row.cells)]
    if not filled:
        raise BulkRefused([RowError(2, "", _("There is no row below the heading."))])
    return [(row.number, dict(zip(heading, map(str.strip, row.cells), strict=False))) for row in filled]


def heading_errors(heading: list[str]) -> list[RowError]:
    known = ", ".join(COLUMNS)
    unknown = [name for name in heading if name not in COLUMNS]
    errors = [
        RowError(1, name, _("No such column; these are known: %(known)s.") % {"known": known}) for name in unknown
    ]
    errors += [RowError(1, name, _("This column is there twice.")) for name in set(heading) if heading.count(name) > 1]
    if not {"artwork", "inventory_number"} & set(heading):
        errors.append(RowError(1, "artwork", _("A column “artwork” or “inventory_number” must name the works.")))
    return errors


def known_works(
    actor: User, organisation: Organisation, rows: Iterable[Mapping[str, str]]
) -> dict[tuple[str, str], Artwork]:
    """The works that the rows name, seen by the actor, by column and cell. Two queries."""
    ids, numbers = set(), set()
    for cells in rows:
        if (pk := work_id(cells.get("artwork", ""))) is not None:
            ids.add(pk)
        numbers.add(cells.get("inventory_number", ""))
    seen = Artwork.objects.visible_to(actor).only("id", "inventory_number")
    found = {("artwork", str(work.pk)): work for work in seen.filter(pk__in=ids)}
    own = seen.filter(organisation=organisation, inventory_number__in=numbers - {""})
    return found | {("inventory_number", work.inventory_number): work for work in own}


def work_id(text: str) -> int | None:
    """``12``, or an address that ends with ``/artworks/12/``; None for anything else."""
    last = text.rstrip("/").rpartition("/")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < 20 and int(last) <= LARGEST_ID else None


def read_item(
    organisation: Organisation,
    works: Mapping[tuple[str, str], Artwork],
    number: int,
    cells: Mapping[str, str],
    errors: list[RowError],
) -> InventoryItem | None:
    """The row as an item; None where it has faults, which are added to ``errors``."""
    before = len(errors)
    column = named_by(cells)
    text = cells.get(column, "")
    work = works.get((column, str(work_id(text)) if column == "artwork" else text))
    if work is None:
        said = _("“%(text)s” is no work that you may see.") % {"text": text} if text else _("No work is named.")
        errors.append(RowError(number, column, said))
    fields = read_fields(number, cells, errors)
    if len(errors) > before or work is None:
        return None
    try:
        return fill(InventoryItem(organisation=organisation, artwork=work), fields)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            errors.extend(RowError(number, FIELD_COLUMNS.get(name, name), message) for message in messages)
    return None


def read_fields(number: int, cells: Mapping[str, str], errors: list[RowError]) -> dict[str, Any]:
    readers = {
        "cost": read_amount, "sold_price": read_amount, "acquired_on": read_day, "sold_on": read_day, "status": read_status,
    }  # fmt: skip
    fields: dict[str, Any] = {
        "cost_currency": cells.get("currency", "").upper(),
        "sold_currency": cells.get("sold_currency", "").upper(),
        "location": cells.get("location", ""),
        "notes": cells.get("notes", ""),
    }
    for name, read in readers.items():
        try:
            fields[name] = read(cells.get(name, ""))
        except ValueError as error:
            errors.append(RowError(number, name, str(error)))
    return fields


def read_amount(text: str) -> Decimal | None:
    """``1,250.00`` or ``1.250,00``; the currency stands in its own column."""
    found = parse_money(text, default_currency=NO_CURRENCY)
    if found is not None and found.currency != NO_CURRENCY:
        raise MoneyError("two_currencies", _("The currency has a column of its own."))
    return found.amount if found else None


def read_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(_("“%(text)s” is no day: write year-month-day, like 2024-05-01.") % {"text": text}) from None


def read_status(text: str) -> str:
    """A status by its code or its name in the reader's language; in stock where none is given."""
    names = {str(label).casefold(): value for value, label in InventoryItem.Status.choices}
    wanted = text.casefold()
    found = wanted if wanted in InventoryItem.Status.values else names.get(wanted)
    if wanted and found is None:
        known = ", ".join(InventoryItem.Status.values)
        raise ValueError(_("“%(text)s” is no status; these are known: %(known)s.") % {"text": text, "known": known})
    return found or InventoryItem.Status.IN_STOCK
