"""What a model has seen: outside it, it would guess."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ml.valuation.offers import Offer

LONGEST_SILENCE_YEARS = 10
DAYS_A_YEAR = 365.25


def ranges_of(offers: Sequence[Offer]) -> dict[str, Any]:
    """Of the sold offers, JSON-able: smallest and largest area (cm²), number by medium and attribution, last day."""
    sold = [offer for offer in offers if offer.price]
    areas = [math.exp(offer.log_area) for offer in sold if not math.isnan(offer.log_area)]
    return {
        "area_cm2": [min(areas), max(areas)] if areas else None,
        "media": dict(Counter(offer.medium for offer in sold)),
        "attributions": dict(Counter(offer.attribution for offer in sold)),
        "last_sale": max((offer.date for offer in sold), default=dt.date.min).isoformat(),
    }


def outside(offer: Offer, ranges: Mapping[str, Any], *, has_estimate: bool) -> str:
    """Which fact lies outside what was seen: date, size, medium or attribution; empty where none does.

    A house's estimate has the work before its eyes: beside one only the date counts.
    """
    if offer.date.toordinal() - dt.date.fromisoformat(ranges["last_sale"]).toordinal() > silence_days():
        return "date"
    if has_estimate:
        return ""
    seen = ranges["area_cm2"]
    if (
        seen
        and not math.isnan(offer.log_area)
        and not seen[0] <= math.exp(offer.log_area) * (1 + 1e-9) <= seen[1] * 1.01
    ):
        return "size"
    if offer.medium and offer.medium not in ranges["media"]:
        return "medium"
    return "" if offer.attribution in ranges["attributions"] else "attribution"


def silence_days() -> float:
    return LONGEST_SILENCE_YEARS * DAYS_A_YEAR
