"""What an inventory is worth in all, and how sure that is: between "all estimates err together" and "each errs by itself"."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from analysis.inventory.models import InventoryItem, InventoryValue
from analysis.inventory.reckoning import Change, Position, change
from artmarket.sales.fx import NoRate, RateTable

LEVEL = 0.8
DRAWS, CHUNK, SEED = 1_000, 500, 20_240_501
MOST_ROWS = 10
Ends = tuple[Decimal, Decimal, Decimal]
NONE: Ends = (Decimal(0), Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Totals:
    """Of the unsold items with a value in ``currency``; ``missing`` counts the others by their reasons.

    ``together``: sums of lows, middles and highs, exact if all estimates err by the same chance. ``apart``: the 10, 50 and
    90 % points of the sum if each errs by itself. The truth lies between: markets move works together, but not wholly.
    """

    currency: str
    counted: int
    together: Ends
    apart: Ends
    cost: Decimal
    since_acquired: Change | None
    with_cost: int
    since_refresh: Change | None
    missing: tuple[tuple[str, int], ...]


def totals_of(found: Sequence[Position], currency: str) -> Totals:
    unsold = [each for each in found if each.item.status != InventoryItem.Status.SOLD]
    valued = [each for each in unsold if each.middle is not None]
    bought = [each for each in valued if each.cost is not None]
    before = [each for each in valued if each.previous is not None]
    return Totals(
        currency=currency,
        counted=len(valued),
        together=ends(valued),
        apart=apart(valued),
        cost=total(each.cost for each in bought),
        since_acquired=change(total(each.cost for each in bought), ends(bought)[1]) if bought else None,
        with_cost=len(bought),
        since_refresh=change(total(each.previous for each in before), ends(before)[1]) if before else None,
        missing=tuple(Counter(why_missing(each) for each in unsold if each.middle is None).most_common()),
    )


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def ends(found: Sequence[Position]) -> Ends:
    return total(each.low for each in found), total(each.middle for each in found), total(each.high for each in found)


def why_missing(position: Position) -> str:
    if position.problems and position.item.value_middle is not None:
        return position.problems[0]
    return position.item.value_reason or _("Not estimated yet.")


def apart(found: Sequence[Position]) -> Ends:
    """10, 50 and 90 % of the sum where each price errs by itself: lognormal on either side of its middle, with the
    estimate's own ends. Simulated by 1,000 evenly spread draws an item in random order, always the same ones."""
    import numpy as np

    ordered = [each for each in found if each.low and each.middle and each.high]
    if not ordered:
        return NONE
    normal = NormalDist()
    scores = np.array([normal.inv_cdf((place + 0.5) / DRAWS) for place in range(DRAWS)])
    random = np.random.default_rng(SEED)
    amounts = np.array([[float(each.low or 0), float(each.middle or 0), float(each.high or 0)] for each in ordered])
    logs, reach = np.log(amounts), normal.inv_cdf((1 + LEVEL) / 2)
    sums = np.zeros(DRAWS)
    for start in range(0, len(ordered), CHUNK):
        part = logs[start : start + CHUNK]
        drawn = random.permuted(np.tile(scores, (len(part), 1)), axis=1)
        below, above = part[:, 1:2] - part[:, 0:1], part[:, 2:3] - part[:, 1:2]
        sums += np.exp(part[:, 1:2] + drawn / reach * np.where(drawn < 0, below, above)).sum(axis=0)
    low, middle, high = np.quantile(sums, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    return Decimal(round(low)), Decimal(round(middle)), Decimal(round(high))


def by_group(
    found: Sequence[Position], name_of: Callable[[Position], str], title: str, currency: str
) -> dict[str, Any]:
    """A chart of the largest groups by value, each with the sums of its ends; the rest as one row."""
    groups: dict[str, list[Position]] = {}
    for each in found:
        if each.middle is not None and each.item.status != InventoryItem.Status.SOLD:
            groups.setdefault(name_of(each), []).append(each)
    rows = sorted(((name, ends(members)) for name, members in groups.items()), key=lambda row: -row[1][1])
    shown, rest = rows[:MOST_ROWS], rows[MOST_ROWS:]
    if rest:
        others: Ends = tuple(total(row[1][place] for row in rest) for place in range(3))  # type: ignore[assignment]
        shown.append((_("all others (%(count)d)") % {"count": len(rest)}, others))
    points = [[name, float(middle), float(low), float(high)] for name, (low, middle, high) in shown]
    return {"title": title, "unit": currency, "series": [{"name": "", "points": points}]}


def history(organisation_id: int, currency: str) -> tuple[dict[str, Any], list[str]]:
    """A chart of the total of each refresh, at its day's rates, and the days left out for want of a rate, by name."""
    rows = InventoryValue.objects.filter(item__organisation=organisation_id, item__removed_at=None).order_by("on")
    sums = list(rows.values_list("on", "currency").annotate(Sum("low"), Sum("middle"), Sum("high")))
    rates = RateTable.load({currency, *(row[1] for row in sums)})
    days: dict[dt.date, list[Decimal]] = {}
    missing: dict[str, None] = {}
    for on, source, *amounts in sums:
        try:
            converted = [rates.convert(amount, source=source, target=currency, on=on) for amount in amounts]
        except NoRate as error:
            missing[str(error)] = None
            continue
        day = days.setdefault(on, [Decimal(0)] * 3)
        days[on] = [so_far + more for so_far, more in zip(day, converted, strict=True)]
    points = [[on.isoformat(), float(middle), float(low), float(high)] for on, (low, middle, high) in days.items()]
    chart = {
        "title": _("Worth over time"), "x": _("Date"), "y": _("Sum of middles"), "unit": currency, "x_type": "time",
        "series": [{"name": _("Sum of middles"), "points": points}],
    }  # fmt: skip
    return chart, list(missing)
