"""Which lots of a file are known already: by house, sale and lot number, from an earlier import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from artmarket.intake.models import ImportRow, ImportSession
from artmarket.sales.models import Sale

Json = dict[str, Any]
SaleKey = tuple[str, str, str]


def sale_key(parsed: Json) -> SaleKey:
    """Day, number and title: with the house, what makes a sale one sale."""
    sale = parsed["sale"]
    return (sale["date"], sale["number"], sale["title"])


def known_sales(session: ImportSession, keys: Iterable[SaleKey]) -> dict[SaleKey, Sale]:
    """The house's sales on those days, by key."""
    wanted = set(keys)
    sales = Sale.objects.filter(house_id=session.house_id, date__in={day for day, _number, _title in wanted})
    found = {(sale.date.isoformat(), sale.number, sale.title): sale for sale in sales}
    return {key: sale for key, sale in found.items() if key in wanted}


def is_ours(sale: Sale, session: ImportSession) -> bool:
    """An import writes only into sales of its own organisation."""
    return bool(sale.organisation_id == session.organisation_id)


def last_written(natural_keys: Sequence[str]) -> dict[str, Json]:
    """What the last import of each lot wrote, as it was parsed then; undone imports do not count."""
    rows = (
        ImportRow.objects.filter(natural_key__in=natural_keys, state=ImportRow.State.COMMITTED, lot__isnull=False)
        .order_by("natural_key", "-id")
        .distinct("natural_key")
        .values_list("natural_key", "parsed")
    )
    return dict(rows)
