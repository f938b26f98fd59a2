"""One work offered once: what a price model learns from, and what it is asked about."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Offer:
    """Facts of one work in one lot. Sizes in centimetres; amounts in one currency on one price basis, or None.

    ``price`` is None where the lot was not sold or is still to come; ``sold`` is None where the outcome is not known.
    ``title``, ``medium_text`` and ``provenance`` are as printed; ``sale_kind`` is the sale's title without its date, which
    returns from year to year. ``vector`` is the picture's unit vector, where there is one.
    """

    key: int
    date: dt.date
    artist: int | None = None
    attribution: str = "by"
    medium: str = ""
    support: str = ""
    height_cm: float | None = None
    width_cm: float | None = None
    depth_cm: float | None = None
    made_year: int | None = None
    born_year: int | None = None
    is_signed: bool = False
    title: str = ""
    medium_text: str = ""
    provenance: str = ""
    house: int | None = None
    sale_kind: str = ""
    lot_number: int | None = None
    estimate_low: float | None = None
    estimate_high: float | None = None
    opening_bid: float | None = None
    price: float | None = None
    sold: bool | None = None
    vector: NDArray[np.float32] | None = None

    @property
    def log_area(self) -> float:
        """Natural logarithm of the area in cm²; NaN where a side is missing."""
        if not self.height_cm or not self.width_cm:
            return math.nan
        return math.log(self.height_cm * self.width_cm)

    @property
    def log_price(self) -> float:
        """Natural logarithm of the price; NaN where there is none."""
        return math.log(self.price) if self.price else math.nan

    @property
    def hand(self) -> tuple[int | None, str]:
        """Artist and attribution qualifier: each qualifier is a market of its own."""
        return self.artist, self.attribution


def log_mid_estimate(offer: Offer) -> float:
    """Natural logarithm of the middle of the house's estimate, or of the opening bid; NaN where there is neither."""
    known = [amount for amount in (offer.estimate_low, offer.estimate_high) if amount]
    if known:
        return math.log(sum(known) / len(known))
    return math.log(offer.opening_bid) if offer.opening_bid else math.nan


def log_prices(offers: Sequence[Offer]) -> NDArray[np.float64]:
    """Natural logarithms of the prices, NaN where there is none; shape [n]."""
    return np.array([offer.log_price for offer in offers], dtype=np.float64)
