"""An estimate as charts and sentences: its intervals, and the way from a first guess to the middle."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.valuation.models import Valuation
from analysis.valuation.reconciling import WHOLE_FROM
from artmarket.sales.models import PriceBasis
from artmarket.sales.premium import NoSchedule, bands_on, with_premium
from artmarket.web.templatetags.formats import money

GROUP_NAMES = {
    "artist": gettext_lazy("the artist's earlier sales"),
    "size": gettext_lazy("size"),
    "medium": gettext_lazy("medium and support"),
    "attribution": gettext_lazy("attribution"),
    "work": gettext_lazy("age and signature"),
    "provenance": gettext_lazy("provenance"),
    "time": gettext_lazy("date and market level"),
    "house": gettext_lazy("the house and its estimate"),
    "look": gettext_lazy("the picture's look"),
    "comparables": gettext_lazy("the choice of comparables"),
}
RAISES = {
    "artist": gettext_lazy("The artist's earlier sales raise it by %(money)s."),
    "size": gettext_lazy("The size raises it by %(money)s."),
    "medium": gettext_lazy("Medium and support raise it by %(money)s."),
    "attribution": gettext_lazy("The attribution raises it by %(money)s."),
    "work": gettext_lazy("Age and signature raise it by %(money)s."),
    "provenance": gettext_lazy("The provenance raises it by %(money)s."),
    "time": gettext_lazy("The date and the market's level raise it by %(money)s."),
    "house": gettext_lazy("The house and its estimate raise it by %(money)s."),
    "look": gettext_lazy("The picture's look raises it by %(money)s."),
    "comparables": gettext_lazy("The choice of comparables raises it by %(money)s."),
}
LOWERS = {
    "artist": gettext_lazy("The artist's earlier sales lower it by %(money)s."),
    "size": gettext_lazy("The size lowers it by %(money)s."),
    "medium": gettext_lazy("Medium and support lower it by %(money)s."),
    "attribution": gettext_lazy("The attribution lowers it by %(money)s."),
    "work": gettext_lazy("Age and signature lower it by %(money)s."),
    "provenance": gettext_lazy("The provenance lowers it by %(money)s."),
    "time": gettext_lazy("The date and the market's level lower it by %(money)s."),
    "house": gettext_lazy("The house and its estimate lower it by %(money)s."),
    "look": gettext_lazy("The picture's look lowers it by %(money)s."),
    "comparables": gettext_lazy("The choice of comparables lowers it by %(money)s."),
}
WORTH_A_SENTENCE = Decimal("0.05")
MOST_SENTENCES = 4


def interval_chart(valuation: Valuation) -> dict[str, Any]:
    """The estimate at each of its levels above the house's own, on one scale."""
    middle = float(valuation.middle or 0)
    points: list[list[Any]] = [
        [_("%(percent)s %% of prices") % {"percent": level}, middle, float(low), float(high)]
        for level, low, high in valuation.intervals
    ]
    points += house_points(valuation)
    return {"title": _("Interval"), "unit": valuation.currency, "series": [{"name": "", "points": points}]}


def house_points(valuation: Valuation) -> list[list[Any]]:
    """The house's own estimate and opening bid on the estimate's basis; where no schedule converts them, they say so."""
    lot = valuation.lot
    if lot is None or lot.currency != valuation.currency:
        return []
    bands, house_said, opening = None, _("The house's estimate"), _("Opening bid")
    if valuation.price_basis != PriceBasis.HAMMER:
        try:
            if valuation.price_basis != PriceBasis.WITH_PREMIUM:
                raise NoSchedule
            bands = bands_on(house_id=lot.sale.house_id, currency=lot.currency, on=lot.sale_date)
            house_said, opening = _("The house's estimate, with premium"), _("Opening bid, with premium")
        except NoSchedule:
            house_said, opening = _("The house's estimate, without premium"), _("Opening bid, without premium")
    low, high, bid = (
        float(with_premium(amount, bands) if bands else amount) if amount else 0.0
        for amount in (lot.estimate_low, lot.estimate_high, lot.opening_bid)
    )
    points: list[list[Any]] = [[house_said, (low + high) / 2, low, high]] if low and high else []
    return [*points, [opening, bid, bid, bid]] if bid else points


def money_effects(valuation: Valuation) -> tuple[Decimal, list[tuple[str, Decimal]]]:
    """The first guess and each group's share in money, largest first; they add up to the middle as it is shown.

    Effects multiply, so that a share in money depends on their order: it is kept.
    """
    found, middle = valuation.contributions, valuation.middle or Decimal(0)
    total = found["start"] + sum(effect for _name, effect in found["effects"])
    digits = 0 if middle >= WHOLE_FROM else 2
    at, shares = found["start"], []
    start = before = share_of(middle, at - total, digits)
    for name, effect in found["effects"]:
        at += effect
        after = share_of(middle, at - total, digits)
        shares.append((name, after - before))
        before = after
    return start, [*shares[:-1], (shares[-1][0], shares[-1][1] + middle - before)] if shares else []


def share_of(middle: Decimal, log: float, digits: int) -> Decimal:
    return round(middle * Decimal(math.exp(log)), digits)


def waterfall_chart(valuation: Valuation) -> dict[str, Any]:
    """From a plain first guess to the middle, group by group, in money."""
    start, effects = money_effects(valuation)
    return {
        "title": _("From a first guess to the estimate"),
        "unit": valuation.currency,
        "start": [_("First guess"), float(start)],
        "total": _("Estimate"),
        "series": [
            {"name": "", "points": [[str(GROUP_NAMES.get(name, name)), float(by)] for name, by in effects if by]}
        ],
    }


def sentences(valuation: Valuation) -> list[str]:
    """What moved the price most, in words and money."""
    middle = valuation.middle or Decimal(0)
    _start, effects = money_effects(valuation)
    main = sorted(effects, key=lambda effect: -abs(effect[1]))[:MOST_SENTENCES]
    return [
        str((RAISES if by > 0 else LOWERS)[name]) % {"money": money(abs(by), valuation.currency)}
        for name, by in main
        if name in RAISES and abs(by) >= WORTH_A_SENTENCE * middle
    ]
