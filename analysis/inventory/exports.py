"""An inventory as CSV, safe to open in a spreadsheet; its columns can be read back by ``bulk``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from analysis.inventory.models import InventoryItem
from analysis.inventory.queries import shown_work
from artmarket.intake.exports import inert

HEADING = (
    "artwork", "title", "artist", "cost", "currency", "acquired_on", "status", "location", "notes", "sold_price",
    "sold_currency", "sold_on", "value_low", "value_middle", "value_high", "value_currency", "valued_on", "value_reason",
)  # fmt: skip


def item_lines(items: Iterable[InventoryItem]) -> Iterator[list[str]]:
    """A heading and a line an item."""
    yield list(HEADING)
    for item in items:
        yield [inert(text_of(cell)) for cell in cells_of(item)]


def cells_of(item: InventoryItem) -> list[Any]:
    work = shown_work(item)
    artist = work.artist.name if work is not None and work.artist is not None else ""
    return [
        item.artwork_id, work.title if work is not None else "", artist, item.cost, item.cost_currency, item.acquired_on,
        item.status, item.location, item.notes, item.sold_price, item.sold_currency, item.sold_on, item.value_low,
        item.value_middle, item.value_high, item.value_currency, item.valued_on, item.value_reason,
    ]  # fmt: skip


def text_of(cell: Any) -> str:
    return "" if cell is None else str(cell)
