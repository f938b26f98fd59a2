"""The nearest earlier sales, by what matters to a price."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.valuation.offers import Offer

SAME_HAND, SAME_ARTIST, STRANGER = 0.0, 0.7, 2.0
YEARS_AS_ONE = 5.0
UNKNOWN_SIZE = 1.0
OTHER_MEDIUM = 1.0
LOOK_WEIGHT = 1.5


@dataclass(frozen=True)
class Comparable:
    """An earlier sale: its offer and its distance (0 is the same in all that counts)."""

    offer: Offer
    distance: float


def nearest_sales(asked: Offer, sales: Sequence[Offer], *, count: int = 10) -> list[Comparable]:
    """The ``count`` nearest of the sold offers *before* the asked one's date, nearest first."""
    earlier = [sale for sale in sales if sale.price and sale.date < asked.date]
    if not earlier:
        return []
    distances = np.array([distance(asked, sale) for sale in earlier])
    order = np.argsort(distances, kind="stable")[:count]
    return [Comparable(earlier[place], float(distances[place])) for place in order]


def distance(asked: Offer, sale: Offer) -> float:
    """Sum of the distances in hand, size, medium, time and look."""
    size = abs(asked.log_area - sale.log_area)
    years = (asked.date - sale.date).days / 365.25
    return (
        hand_distance(asked, sale)
        + (UNKNOWN_SIZE if math.isnan(size) else size)
        + (0.0 if asked.medium == sale.medium else OTHER_MEDIUM)
        + years / YEARS_AS_ONE
        + look_distance(asked, sale)
    )


def hand_distance(asked: Offer, sale: Offer) -> float:
    if asked.artist is None or asked.artist != sale.artist:
        return STRANGER
    return SAME_HAND if asked.attribution == sale.attribution else SAME_ARTIST


def look_distance(asked: Offer, sale: Offer) -> float:
    if asked.vector is None or sale.vector is None or asked.vector.shape != sale.vector.shape:
        return LOOK_WEIGHT / 2
    return LOOK_WEIGHT * (1.0 - float(asked.vector @ sale.vector))
