"""Payloads for the charts of sale pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from artmarket.core.attribution import Attribution
from artmarket.sales.models import Lot, Market, PriceBasis
from artmarket.sales.queries import YearPrice

FEWEST_FOR_CHART = 2


def yearly_medians(years: Iterable[YearPrice]) -> list[dict[str, Any]]:
    """A chart for each market and qualifier with prices of two years or more; a line for each basis, never joined.

    Prices are in US dollars at the rate of each sale's day.
    """
    groups: dict[tuple[str, str], dict[str, list[list[Any]]]] = {}
    for point in years:
        lines = groups.setdefault((point.market, point.attribution), {})
        lines.setdefault(point.price_basis, []).append([point.year, float(point.median)])
    return [
        {
            "title": group_title(market, attribution),
            "x": _("Year"),
            "y": _("Median price"),
            "unit": "USD",
            "x_type": "year",
            "y_type": "log",
            "series": [{"name": str(PriceBasis(basis).label), "points": points} for basis, points in lines.items()],
        }
        for (market, attribution), lines in groups.items()
        if len({year for points in lines.values() for year, _median in points}) >= FEWEST_FOR_CHART
    ]


def group_title(market: str, attribution: str) -> str:
    words = {"market": Market(market).label, "qualifier": Attribution(attribution).label}
    return _("Median price by year: %(market)s, %(qualifier)s") % words


def offers_of_work(lots: Sequence[Lot]) -> dict[str, Any] | None:
    """A work's estimates and prices over time, in the currency of most of its offers; None for fewer than two."""
    if len(lots) < FEWEST_FOR_CHART:
        return None
    currency = Counter(lot.currency for lot in lots).most_common(1)[0][0]
    dated = sorted((lot for lot in lots if lot.currency == currency), key=lambda lot: lot.sale_date)

    def points(name: str) -> list[list[Any]]:
        return [
            [lot.sale_date.isoformat(), float(getattr(lot, name))] for lot in dated if getattr(lot, name) is not None
        ]

    lines = [(_("low estimate"), "estimate_low"), (_("high estimate"), "estimate_high"), (_("price"), "price")]
    return {
        "title": _("Estimates and prices"),
        "x": _("Date"),
        "unit": currency,
        "x_type": "time",
        "series": [{"name": label, "points": found} for label, name in lines if (found := points(name))],
    }
