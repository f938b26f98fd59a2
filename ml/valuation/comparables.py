"""The nearest earlier sales, by what matters to a price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.valuation.offers import Offer

SAME_HAND, SAME_ARTIST, STRANGER = 0.0, 0.7, 2.0
YEARS_AS_ONE = 5.0
UNKNOWN_SIZE = 1.0
OTHER_MEDIUM = 1.0
LOOK_WEIGHT = 1.5
DAYS_A_YEAR = 365.25
NOBODY = -1

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Comparable:
    """An earlier sale: its offer and its distance (0 is the same in all that counts)."""

    offer: Offer
    distance: float


@dataclass(frozen=True)
class PastSales:
    """Sold offers in order of date as columns [n], so that one question is a few sums over arrays."""

    offers: Sequence[Offer]
    days: NDArray[np.int64]
    artists: NDArray[np.int64]
    attributions: NDArray[np.str_]
    media: NDArray[np.str_]
    log_areas: Numbers
    vectors: dict[tuple[int, ...], tuple[NDArray[np.int64], NDArray[np.float32]]]

    @classmethod
    def of(cls, offers: Sequence[Offer]) -> PastSales:
        """The sold ones among the offers."""
        sold = sorted((offer for offer in offers if offer.price), key=lambda offer: (offer.date, offer.key))
        return cls(
            offers=sold,
            days=np.array([offer.date.toordinal() for offer in sold], dtype=np.int64),
            artists=np.array([NOBODY if offer.artist is None else offer.artist for offer in sold], dtype=np.int64),
            attributions=np.array([offer.attribution for offer in sold], dtype=np.str_),
            media=np.array([offer.medium for offer in sold], dtype=np.str_),
            log_areas=np.array([offer.log_area for offer in sold], dtype=np.float64),
            vectors=vectors_by_shape(sold),
        )


def vectors_by_shape(
    sold: Sequence[Offer],
) -> dict[tuple[int, ...], tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Rows and stacked vectors [m, d] of each shape: vectors of different spaces cannot be held against each other."""
    rows: dict[tuple[int, ...], list[int]] = {}
    for row, offer in enumerate(sold):
        if offer.vector is not None:
            rows.setdefault(offer.vector.shape, []).append(row)
    return {
        shape: (np.array(places), np.stack([sold[row].vector for row in places]))  # type: ignore[misc]
        for shape, places in rows.items()
    }


def nearest_sales(asked: Offer, sales: Sequence[Offer] | PastSales, *, count: int = 10) -> list[Comparable]:
    """The ``count`` nearest of the sold offers *before* the asked one's date, nearest first."""
    past = sales if isinstance(sales, PastSales) else PastSales.of(sales)
    earlier = int(np.searchsorted(past.days, asked.date.toordinal()))
    away = distances(asked, past)[:earlier]
    order = np.argsort(away, kind="stable")[:count]
    return [Comparable(past.offers[place], float(away[place])) for place in order]


def distances(asked: Offer, past: PastSales) -> Numbers:
    """Sum of the distances in hand, size, medium, time and look to every sale [n]."""
    size = np.abs(asked.log_area - past.log_areas)
    years = (asked.date.toordinal() - past.days) / DAYS_A_YEAR
    away = hand_distances(asked, past) + np.where(np.isnan(size), UNKNOWN_SIZE, size) + years / YEARS_AS_ONE
    return away + np.where(past.media == asked.medium, 0.0, OTHER_MEDIUM) + look_distances(asked, past)


def hand_distances(asked: Offer, past: PastSales) -> Numbers:
    if asked.artist is None:
        return np.full(len(past.offers), STRANGER)
    same_hand = np.where(past.attributions == asked.attribution, SAME_HAND, SAME_ARTIST)
    return np.where(past.artists == asked.artist, same_hand, STRANGER)


def look_distances(asked: Offer, past: PastSales) -> Numbers:
    """Where there is no picture to compare, neither alike nor unlike."""
    away = np.full(len(past.offers), LOOK_WEIGHT / 2)
    if asked.vector is not None and asked.vector.shape in past.vectors:
        rows, vectors = past.vectors[asked.vector.shape]
        away[rows] = LOOK_WEIGHT * (1.0 - vectors @ asked.vector)
    return away
