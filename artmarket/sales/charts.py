"""Payloads for the charts of sale pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from artmarket.core.attribution import Attribution
from artmarket.sales.artist_statistics import Figures
from artmarket.sales.deflating import RealMoney
from artmarket.sales.models import Lot, Market, PriceBasis
from artmarket.sales.queries import YearPrice

FEWEST_FOR_CHART = 2


def yearly_medians(years: Iterable[YearPrice], *, real: RealMoney | None = None) -> list[dict[str, Any]]:
    """A chart for each market and qualifier with prices of two years or more; a line for each basis, never joined.

    Prices are in US dollars at the rate of each sale's day, or in the money of one month; the title says which.
    """
    groups: dict[tuple[str, str], dict[str, list[list[Any]]]] = {}
    for point in years:
        lines = groups.setdefault((point.market, point.attribution), {})
        lines.setdefault(point.price_basis, []).append([point.year, float(point.median)])
    return [
        {
            "title": f"{group_title(market, attribution)}. {money_words(real)}",
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
    """A work's estimates and prices over time, in the currency of most of its offers; None for fewer than two.

    Prices are a line for each basis: an estimate excludes the premium, so only a hammer price compares with it.
    """
    if len(lots) < FEWEST_FOR_CHART:
        return None
    currency = Counter(lot.currency for lot in lots).most_common(1)[0][0]
    dated = sorted((lot for lot in lots if lot.currency == currency), key=lambda lot: lot.sale_date)
    title = _("Estimates and prices")
    if others := len(lots) - len(dated):
        words = {"count": others, "currency": currency}
        title = _("Estimates and prices in %(currency)s (%(count)s in other currencies left out)") % words
    return {"title": title, "x": _("Date"), "unit": currency, "x_type": "time", "series": lines_of(dated)}


def lines_of(dated: Sequence[Lot]) -> list[dict[str, Any]]:
    """Lines of estimates, and of prices by their basis, each where it has a point."""

    def points(name: str, basis: str = "") -> list[list[Any]]:
        kept = [lot for lot in dated if getattr(lot, name) is not None and basis in ("", lot.price_basis)]
        return [[lot.sale_date.isoformat(), float(getattr(lot, name))] for lot in kept]

    lines = [
        (_("low estimate, without premium"), points("estimate_low")),
        (_("high estimate, without premium"), points("estimate_high")),
        *((_("price: %(basis)s") % {"basis": basis.label}, points("price", str(basis))) for basis in PriceBasis),
    ]
    return [{"name": name, "points": found} for name, found in lines if found]


def money_words(real: RealMoney | None) -> str:
    """In which money prices are, for captions."""
    if real is None:
        return _("Nominal US dollars at the rate of each sale's day.")
    words = {"month": f"{real.month:%Y-%m}", "index": real.index, "source": real.source}
    return _("US dollars of %(month)s: deflated by %(index)s (%(source)s).") % words


def medians_by_medium(rows: Iterable[Figures], *, basis: str, real: RealMoney | None) -> dict[str, Any] | None:
    """Median prices as bars, a colour a window; None where every median is suppressed."""
    windows: dict[int, list[list[Any]]] = {}
    for one in rows:
        if one.median is not None:
            windows.setdefault(one.months, []).append([one.medium_label, one.median])
    if not windows:
        return None
    words = {"basis": str(PriceBasis(basis).label), "money": money_words(real)}
    return {
        "title": _("Median price by medium and window (%(basis)s). %(money)s") % words,
        "x": _("Medium"),
        "unit": "USD",
        "x_type": "category",
        "series": [
            {"name": _("%(months)s months") % {"months": months}, "points": points}
            for months, points in sorted(windows.items())
        ],
    }
