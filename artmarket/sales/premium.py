"""Buyer's premium: from the hammer price to what the buyer paid, and back, exact to the cent.

A schedule is piecewise: a band's rate applies to the part of the hammer price between its threshold and the next one's.
Rates are below one, so that a cent more on the hammer is one or two cents more to pay: every hammer price has a price of
its own, and of two neighbouring prices at least one occurs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest

from django.db import transaction
from django.utils.translation import gettext as _

from artmarket.sales.models import AuctionHouse, PremiumBand, PremiumSchedule

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Band:
    """``rate`` (0 to below 1) on the part of the hammer price above ``above``."""

    above: Decimal
    rate: Decimal


class NoSchedule(LookupError):
    """The house has no premium schedule for this currency on this date."""


def bands_on(*, house_id: int, currency: str, on: dt.date) -> list[Band]:
    """The bands in force on a date, lowest first. Raises ``NoSchedule``, also where a schedule has no band yet."""
    schedules = PremiumSchedule.objects.filter(house_id=house_id, currency=currency, valid_from__lte=on)
    latest = schedules.order_by("-valid_from").values("pk")[:1]
    rows = PremiumBand.objects.filter(schedule=latest).order_by("above").values_list("above", "rate")
    bands = [Band(above, rate) for above, rate in rows]
    if not bands:
        words = {"currency": currency, "date": on.isoformat()}
        raise NoSchedule(_("No premium schedule of this house in %(currency)s is known for %(date)s.") % words)
    return bands


@transaction.atomic
def set_schedule(
    *, house: AuctionHouse, currency: str, valid_from: dt.date, bands: Sequence[Band], source: str
) -> PremiumSchedule:
    """Write a house's schedule of a date anew, all bands at once. Raises ``ValidationError``, ``IntegrityError``."""
    schedule = PremiumSchedule.objects.filter(house=house, currency=currency, valid_from=valid_from).first()
    schedule = schedule or PremiumSchedule(house=house, currency=currency, valid_from=valid_from)
    schedule.source = source
    schedule.full_clean()
    schedule.save()
    schedule.bands.all().delete()
    for band in bands:
        row = PremiumBand(schedule=schedule, above=band.above, rate=band.rate)
        row.full_clean()
        row.save()
    return schedule


def with_premium(hammer: Decimal, bands: Sequence[Band]) -> Decimal:
    """What the buyer pays for a hammer price, rounded to the cent."""
    return (hammer + premium_of(hammer, bands)).quantize(CENT, ROUND_HALF_UP)


def premium_of(amount: Decimal, bands: Sequence[Band]) -> Decimal:
    """The sum of each band's rate on its part of ``amount``, unrounded."""
    total = Decimal(0)
    for band, next_band in zip_longest(bands, bands[1:]):
        part = (amount if next_band is None else min(amount, next_band.above)) - band.above
        total += max(part, Decimal(0)) * band.rate
    return total


def hammer_from(price: Decimal, bands: Sequence[Band]) -> Decimal:
    """The highest hammer price whose price with premium is not above ``price``: the inverse of ``with_premium``.

    Exact for a price that occurs; for one that no hammer price gives, ``with_premium`` of it is a cent less.
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
