"""Scoring frozen estimates once the result is known: the last one before the sale, and no other."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

from django.db import transaction

from analysis.trackrecord.models import Forecast, Score
from analysis.valuation.records import Reader, Scope
from artmarket.sales.fx import NoRate, RateTable
from artmarket.sales.models import Lot, Outcome
from artmarket.sales.premium import NoSchedule

RESULTS = {Outcome.SOLD.value, Outcome.BOUGHT_IN.value}
CENT = Decimal("0.01")


def score_forecasts() -> Counter[str]:
    """Score every lot's last frozen estimate before its sale's day, as the record stands now; says how many, by outcome.

    A corrected result is scored anew. A score is taken back where the result is, or where the sale's day was moved so that
    another estimate was the last one before it.
    """
    found, rates = Counter[str](), RateTable.load()
    for lot, forecasts in by_lot():
        with transaction.atomic():
            counting = last_before(forecasts, lot.sale_date) if lot.outcome in RESULTS else None
            Score.objects.filter(forecast__lot=lot).exclude(forecast=counting).delete()
            if counting is None:
                found["waiting" if lot.outcome not in RESULTS else "too late"] += 1
                continue
            Score.objects.update_or_create(forecast=counting, defaults=score_of(counting, lot, rates))
            found[lot.outcome] += 1
    return found


def by_lot() -> Iterator[tuple[Lot, list[Forecast]]]:
    """Each lot that has frozen estimates, with them, latest first."""
    rows = (
        Forecast.objects.select_related("lot__sale").defer("lot__search", "facts").order_by("lot_id", "-made_at", "-pk")
    )
    for _key, group in groupby(rows.iterator(chunk_size=2000), key=lambda each: each.lot_id):
        forecasts = list(group)
        yield forecasts[0].lot, forecasts


def last_before(forecasts: list[Forecast], day: dt.date) -> Forecast | None:
    """The latest one made before the day of the sale, which may have been moved since."""
    return next((each for each in forecasts if each.made_at.astimezone(dt.UTC).date() < day), None)


def score_of(forecast: Forecast, lot: Lot, rates: RateTable) -> dict[str, Any]:
    price = price_of(forecast, lot, rates) if lot.price is not None else None
    chance, was_sold = forecast.sale_chance, float(lot.outcome == Outcome.SOLD)
    return {
        "outcome": lot.outcome,
        "price": price,
        "log_error": log_ratio(forecast.middle, price),
        "house_log_error": log_ratio(forecast.house_middle, price),
        **{f"inside_{level}": inside(forecast, level, price) for level in (50, 80, 95)},
        "chance_error": None if chance is None else (chance - was_sold) ** 2,
    }


def price_of(forecast: Forecast, lot: Lot, rates: RateTable) -> Decimal | None:
    """The lot's price in the forecast's currency and on its basis; None where no rate or premium schedule brings it there."""
    reader = Reader(Scope.parse(forecast.scope), forecast.price_basis, {}, rates)
    row = {
        "lot__currency": lot.currency,
        "lot__price": lot.price,
        "lot__sale_date": lot.sale_date,
        "lot__price_basis": lot.price_basis,
        "lot__sale__house_id": lot.sale.house_id,
    }
    try:
        price = reader.price(row)
    except (NoRate, NoSchedule):
        return None
    return None if price is None else price.quantize(CENT, ROUND_HALF_UP)


def log_ratio(estimate: Decimal | None, price: Decimal | None) -> float | None:
    return math.log(estimate / price) if estimate and price else None


def inside(forecast: Forecast, level: int, price: Decimal | None) -> bool | None:
    low, high = getattr(forecast, f"low_{level}"), getattr(forecast, f"high_{level}")
    return None if None in {low, high, price} else low <= price <= high
