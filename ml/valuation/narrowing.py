"""Which fact that is not known would narrow the interval most, were it known.

Values that the fact may have are taken from the nearest earlier sales where it is known; the model is asked with each,
and the widths are averaged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ml.valuation.comparables import PastSales, nearest_sales
from ml.valuation.features import FeatureTable, ask
from ml.valuation.history import MarketMemory
from ml.valuation.mixing import Prices
from ml.valuation.model import PriceModel
from ml.valuation.offers import Offer, log_mid_estimate

FACTS: Mapping[str, tuple[str, ...]] = {
    "artist": ("artist", "born_year"),
    "size": ("height_cm", "width_cm"),
    "medium": ("medium", "support", "medium_text"),
    "made": ("made_year",),
    "signature": ("is_signed",),
    "provenance": ("provenance",),
    "estimate": ("estimate_low", "estimate_high"),
}
VALUES, LOOKED_AT = 12, 120
FEWEST_VALUES = 3


@dataclass(frozen=True)
class Narrowing:
    """A missing fact: how many times as high as low the 80 % interval is now, and would be on average."""

    fact: str
    width: float
    expected: float

    @property
    def share(self) -> float:
        """By how much of its log width the interval would shrink: 0 is not at all, below 0 it would widen."""
        now = math.log(self.width)
        return 1.0 - math.log(self.expected) / now if now > 0 else 0.0


def missing(offer: Offer) -> list[str]:
    """The names of ``FACTS`` that are not known of an offer. A signature that is not recorded counts as not known."""
    known = {
        "artist": offer.artist is not None,
        "size": not math.isnan(offer.log_area),
        "medium": bool(offer.medium),
        "made": offer.made_year is not None,
        "signature": offer.is_signed,
        "provenance": bool(offer.provenance),
        "estimate": bool(offer.estimate_low or offer.estimate_high or offer.opening_bid),
    }
    return [fact for fact in FACTS if not known[fact]]


def narrowings(
    offer: Offer, regime: str, models: Mapping[str, PriceModel], memory: MarketMemory, past: PastSales
) -> list[Narrowing]:
    """Each missing fact with the width that the interval would have, the most telling first.

    ``models`` by regime, that of ``regime`` among them; ``memory`` ends before the offer's date.
    """
    facts = missing(offer)
    if not facts:
        return []
    bands = models[regime].bands(ask(offer, memory), [offer])[0]
    like = [each.offer for each in nearest_sales(offer, past, count=LOOKED_AT)]
    asked = {fact: list(plausible(offer, fact, like, Prices.of_bands(bands))) for fact in facts}
    width = width_of(bands)
    found = []
    for fact, offers in asked.items():
        answers_by = "estimated" if fact == "estimate" else regime
        if len(offers) >= FEWEST_VALUES and answers_by in models:
            rows = np.vstack([ask(each, memory).values for each in offers])
            table = FeatureTable(rows, ask(offers[0], memory).names)
            known = models[answers_by].bands(table, offers)
            expected = math.exp(float(np.mean([math.log(width_of(row)) for row in known])))
            found.append(Narrowing(fact, width, expected))
    return sorted(found, key=lambda each: each.expected)


def width_of(bands: Sequence[float] | np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """High over low of the 80 % interval."""
    return math.exp(float(bands[5] - bands[1]))


def plausible(offer: Offer, fact: str, like: Sequence[Offer], prices: Prices) -> Iterator[Offer]:
    """The offer with values that the fact has in like works, at most ``VALUES``."""
    told = [each for each in like if fact not in missing(each)] if fact != "signature" else list(like)
    if fact == "estimate":
        yield from with_estimates(offer, told[:VALUES], prices)
        return
    for each in told[:VALUES]:
        yield replace(offer, **{name: getattr(each, name) for name in FACTS[fact]})


def with_estimates(offer: Offer, told: Sequence[Offer], prices: Prices) -> Iterator[Offer]:
    """Estimates as a house may give them: prices from all over the interval, times what houses say of such prices."""
    for place, each in enumerate(told):
        price = prices.quantile((place + 0.5) / len(told))
        middle = math.exp(price + log_mid_estimate(each) - each.log_price)
        low, high = each.estimate_low or 0.0, each.estimate_high or 0.0
        spread = high / low if low and high else 1.0
        low_end = 2 * middle / (1 + spread)
        yield replace(offer, estimate_low=low_end, estimate_high=low_end * spread)
