"""An estimate as a page shows it, with what the reader may see of its evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy

from analysis.valuation.charts import interval_chart, sentences, waterfall_chart
from analysis.valuation.models import Valuation
from analysis.valuation.queries import visible_comparables
from analysis.valuation.reconciling import Reconciliation, reconciled
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import ArtworkImage
from artmarket.sales.models import Lot, LotArtwork, PriceBasis
from artmarket.sales.premium import NoSchedule, bands_on
from artmarket.sales.settlement import NoHammer, Terms, convert_price

AS_PRINTED = gettext_lazy("price as printed, with or without premium")
REGIMES = {
    "walk_in": gettext_lazy("Walk-in"),
    "catalogued": gettext_lazy("Catalogued"),
    "estimated": gettext_lazy("Estimated"),
}
ADJUSTMENTS = {
    "date": gettext_lazy("market level since"),
    "artist": gettext_lazy("artist"),
    "attribution": gettext_lazy("attribution"),
    "medium": gettext_lazy("medium and support"),
    "size": gettext_lazy("size"),
    "age": gettext_lazy("year of making"),
    "signature": gettext_lazy("signature"),
    "look": gettext_lazy("the picture's look"),
    "rest": gettext_lazy("title and other facts"),
}
STEPS = {
    "other": gettext_lazy("What all other sales say, to the model"),
    "house": gettext_lazy("What the house's estimate, sale and lot number say"),
    "rounding": gettext_lazy("Rounding to three figures"),
}


@dataclass(frozen=True)
class ShownComparable:
    """An earlier sale beside the estimate, as far as the reader may see its lot and its work.

    ``adjustments``: names and money, without those of nothing. ``share`` of the weighted price in percent. ``toggled``:
    the query that strikes it out, or takes it in again.
    """

    lot: Lot
    work: Any
    image_id: int | None
    date: dt.date
    price: Decimal
    currency: str
    distance: float
    adjustments: list[tuple[str, Decimal]]
    adjusted: Decimal | None
    share: float | None
    struck: bool
    added: bool
    toggled: str


@dataclass(frozen=True)
class Evidence:
    """The comparables of an estimate and the steps to it. ``struck`` and ``added`` are what the reader chose."""

    valuation: Valuation
    comparables: list[ShownComparable]
    reconciliation: Reconciliation | None
    struck: frozenset[int]
    added: frozenset[int]

    @property
    def base(self) -> Valuation:
        return self.valuation.base or self.valuation

    @property
    def is_chosen(self) -> bool:
        return bool(self.struck or self.added)

    @property
    def is_saved(self) -> bool:
        """Whether this is a stored choice: to change it leads to the page of the model's own estimate."""
        return self.valuation.base_id is not None and self.valuation.pk is not None

    @property
    def query(self) -> str:
        return query_of(self.struck, self.added)

    @property
    def steps(self) -> list[tuple[str, Decimal]]:
        steps = self.reconciliation.steps if self.reconciliation else ()
        return [(str(STEPS[step.name]), step.money) for step in steps if step.money]

    @property
    def counted(self) -> int:
        return sum(1 for each in self.comparables if not each.struck)

    def adding(self, key: int) -> str:
        """The query with one lot more."""
        return query_of(self.struck - {key}, self.added | {key})


def context_of(user: Actor, valuation: Valuation) -> dict[str, Any]:
    """What the templates need: the estimate, its figures on held-out sales, charts, words and evidence."""
    has_estimate = valuation.middle is not None
    return {
        "valuation": valuation,
        "figures": valuation.model_version.figures.get(valuation.inputs.get("regime", ""), {}),
        "basis": basis_name(valuation.price_basis),
        "other_basis": on_other_basis(valuation) if has_estimate else None,
        "percent": int(valuation.level * 100),
        "learned_until": valuation.learned_until,
        "evidence": evidence_of(user, valuation),
        "interval": interval_chart(valuation) if has_estimate else None,
        "waterfall": waterfall_chart(valuation) if has_estimate else None,
        "sentences": sentences(valuation) if has_estimate else [],
    }


def basis_name(basis: str) -> Any:
    return AS_PRINTED if basis == PriceBasis.UNKNOWN else PriceBasis(basis).label


def on_other_basis(valuation: Valuation) -> dict[str, Any] | None:
    """The same amounts with the house's premium, or without; None where no schedule of the lot's house is known."""
    bases = {PriceBasis.HAMMER: PriceBasis.WITH_PREMIUM, PriceBasis.WITH_PREMIUM: PriceBasis.HAMMER}
    basis, lot = bases.get(PriceBasis(valuation.price_basis)), valuation.lot
    if lot is None or basis is None:
        return None
    try:
        bands = bands_on(house_id=lot.sale.house_id, currency=valuation.currency, on=valuation.effective_date)
        amounts = {name: converted(valuation, name, basis, Terms(premium=bands)) for name in ("low", "middle", "high")}
    except (NoSchedule, NoHammer):
        return None
    return {"price_basis": basis.value, "name": basis.label, **amounts}


def converted(valuation: Valuation, name: str, basis: PriceBasis, terms: Terms) -> Decimal:
    return convert_price(getattr(valuation, name), source=valuation.price_basis, target=basis, terms=terms)


def evidence_of(user: Actor, valuation: Valuation) -> Evidence:
    """The stored comparables that the user may see, nearest first, in four queries."""
    rows = visible_comparables(user, valuation)
    struck = frozenset(row["lot"] for row in rows if row.get("struck"))
    added = frozenset(row["lot"] for row in rows if row.get("added"))
    found = reconciled(valuation.middle, valuation.reconciliation, rows)
    lots = lots_of(row["lot"] for row in rows)
    works = works_of(lots)
    images = dict(
        ArtworkImage.objects.filter(artwork__in=works.values(), is_primary=True).values_list("artwork_id", "pk")
    )
    shown = [
        ShownComparable(
            lot=lots[row["lot"]],
            work=works[row["lot"]],
            image_id=images.get(row["artwork"]),
            date=dt.date.fromisoformat(row["date"]),
            price=Decimal(row["price"]),
            currency=row["currency"],
            distance=row["distance"],
            adjustments=named(row.get("adjustments", [])),
            adjusted=Decimal(row["adjusted"]) if "adjusted" in row else None,
            share=100 * found.shares[row["lot"]] if found and row["lot"] in found.shares else None,
            struck=row["lot"] in struck,
            added=row["lot"] in added,
            toggled=query_of(struck ^ ({row["lot"]} - added), added - {row["lot"]}),
        )
        for row in rows
    ]
    return Evidence(valuation, shown, found, struck, added)


def lots_of(keys: Iterable[int]) -> dict[int, Lot]:
    return Lot.objects.filter(pk__in=keys).select_related("sale__house").defer("search").in_bulk()


def works_of(lots: Collection[int]) -> dict[int, Any]:
    placed = LotArtwork.objects.filter(lot_id__in=lots).select_related("artwork__artist")
    return {row.lot_id: row.artwork for row in placed}


def named(adjustments: Iterable[tuple[str, float, str]]) -> list[tuple[str, Decimal]]:
    return [(str(ADJUSTMENTS.get(name, name)), Decimal(money)) for name, _log, money in adjustments if Decimal(money)]


def query_of(struck: Collection[int], added: Collection[int]) -> str:
    """The choice as a query, the same for the same choice: it can be shared, kept and gone back to."""
    return urlencode([("strike", key) for key in sorted(struck)] + [("add", key) for key in sorted(added)])
