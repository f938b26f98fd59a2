"""Buyer's premium: from the hammer price to what the buyer paid, and back, exact to the cent.

A schedule is piecewise: a band's rate applies to the part of the hammer price between its threshold and the next one's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest

from artmarket.sales.models import PremiumBand, PremiumSchedule

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Band:
    """``rate`` (0 to below 1) on the part of the hammer price above ``above``."""

    above: Decimal
    rate: Decimal


class NoSchedule(LookupError):
    """The house has no premium schedule for this currency on this date."""


def bands_on(*, house_id: int, currency: str, on: dt.date) -> list[Band]:
    """The bands in force on a date, lowest first. Raises ``NoSchedule``."""
    schedule = (
        PremiumSchedule.objects.filter(house_id=house_id, currency=currency, valid_from__lte=on)
        .order_by("-valid_from")
        .first()
    )
    if schedule is None:
        raise NoSchedule(f"house {house_id}, {currency}, {on}")
    rows = PremiumBand.objects.filter(schedule=schedule).order_by("above").values_list("above", "rate")
    return [Band(above, rate) for above, rate in rows]


def with_premium(hammer: Decimal, bands: Sequence[Band]) -> Decimal:
    """What the buyer pays for a hammer price, rounded to the cent."""
    premium = Decimal(0)
    for band, next_band in zip_longest(bands, bands[1:]):
        part = (hammer if next_band is None else min(hammer, next_band.above)) - band.above
        premium += max(part, Decimal(0)) * band.rate
    return (hammer + premium).quantize(CENT, ROUND_HALF_UP)


def hammer_from(price: Decimal, bands: Sequence[Band]) -> Decimal:
    """The highest hammer price whose price with premium is not above ``price``: the inverse of ``with_premium``.

    A cent more on the hammer is at least a cent more to pay, so the inverse of a price that occurs is exact.
    """
    hammer = estimate_hammer(price, bands).quantize(CENT, ROUND_HALF_UP)
    while with_premium(hammer, bands) > price:
        hammer -= CENT
    while with_premium(hammer + CENT, bands) <= price:
        hammer += CENT
    return hammer


def estimate_hammer(price: Decimal, bands: Sequence[Band]) -> Decimal:
    """The hammer price before rounding, within a cent."""
    hammer = price
    for band in bands:
        at_threshold = with_premium(band.above, bands)
        if price >= at_threshold:
            hammer = band.above + (price - at_threshold) / (1 + band.rate)
    return hammer
