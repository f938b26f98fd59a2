"""Payloads for the charts of sale pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from artmarket.sales.models import Lot, PriceBasis


def prices_over_time(lots: Iterable[Lot], *, title: str) -> dict[str, Any]:
    """Prices in US dollars at the rate of each sale's day; one series for each basis, which are never joined."""
    series: dict[str, list[list[Any]]] = {}
    for lot in lots:
        if lot.price_usd is not None:
            series.setdefault(lot.price_basis, []).append([lot.sale_date.isoformat(), float(lot.price_usd)])
    return {
        "title": title,
        "x": _("Date"),
        "y": _("Price"),
        "unit": "USD",
        "x_type": "time",
        "y_type": "log",
        "series": [{"name": str(PriceBasis(basis).label), "points": points} for basis, points in series.items()],
    }


def offers_of_work(lots: Iterable[Lot], *, currency: str) -> dict[str, Any]:
    """A work's estimates and prices in the one currency that they share, over time."""
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
