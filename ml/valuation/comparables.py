"""The nearest earlier sales, by what matters to a price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.valuation.earlier import size_part
from ml.valuation.levels import Levels, levels_of
from ml.valuation.offers import Offer

SAME_HAND, SAME_ARTIST, STRANGER = 0.0, 0.7, 2.0
YEARS_AS_ONE = 5.0
UNKNOWN_SIZE = 1.0
OTHER_MEDIUM = 1.0
LOOK_WEIGHT = 1.5
TIER_WEIGHT = 0.25
DAYS_A_YEAR = 365.25
NOBODY = NOWHERE = -1

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Comparable:
    """An earlier sale: its offer and its distance (0 is the same in all that counts)."""

    offer: Offer
    distance: float


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of few different values: ``values`` [k] and the place of each row's in it, ``codes`` [n].

    A million short numbers are compared in a tenth of the time of a million words.
    """

    values: NDArray[Any]
    codes: NDArray[np.integer]

    @classmethod
    def of(cls, column: Sequence[Any]) -> Coded:
        values, codes = np.unique(np.array(column), return_inverse=True)
        return cls(values, np.asarray(codes, np.int16 if len(values) < np.iinfo(np.int16).max else np.int32))

    def are(self, value: Any) -> NDArray[np.bool_]:
        """Which rows hold the value [n]."""
        place = np.flatnonzero(self.values == value)
        return self.codes == place[0] if len(place) else np.zeros(len(self.codes), np.bool_)


@dataclass(frozen=True, eq=False)
class PastSales:
    """Sold offers in order of date as columns [n], so that one question is a few sums over arrays."""

    offers: Sequence[Offer]
    days: NDArray[np.int64]
    artists: NDArray[np.int64]
    houses: Coded
    attributions: Coded
    media: Coded
    log_areas: Numbers
    log_prices: Numbers
    vectors: dict[tuple[int, ...], tuple[NDArray[np.int64], NDArray[np.float32]]]
    levels: dict[int, Levels] = field(default_factory=dict)

    @classmethod
    def of(cls, offers: Sequence[Offer]) -> PastSales:
        """The sold ones among the offers."""
        sold = sorted((offer for offer in offers if offer.price), key=lambda offer: (offer.date, offer.key))
        return cls(
            offers=sold,
            days=np.array([offer.date.toordinal() for offer in sold], dtype=np.int64),
            artists=np.array([NOBODY if offer.artist is None else offer.artist for offer in sold], dtype=np.int64),
            houses=Coded.of([NOWHERE if offer.house is None else offer.house for offer in sold]),
            attributions=Coded.of([offer.attribution for offer in sold]),
            media=Coded.of([offer.medium for offer in sold]),
            log_areas=np.array([offer.log_area for offer in sold], dtype=np.float64),
            log_prices=np.array([offer.log_price for offer in sold], dtype=np.float64),
            vectors=vectors_by_shape(sold),
        )

    def before(self, day: int) -> int:
        """How many were sold before the day (ordinal): the first so many are known on it."""
        return int(np.searchsorted(self.days, day))

    def holds(self, sale: Offer) -> bool:
        """Whether the sale is one of these."""
        day = sale.date.toordinal()
        same_day = self.offers[self.before(day) : self.before(day + 1)]
        return any(each.key == sale.key for each in same_day)

    def levels_before(self, day: int) -> Levels:
        """The market's level by year, as the sales before the day (ordinal) tell it; reckoned once for each such day."""
        count = self.before(day)
        if count not in self.levels:
            sized = self.log_prices[:count] - np.array([size_part(area) for area in self.log_areas[:count]])
            self.levels[count] = levels_of(self.days[:count], self.artists[:count], sized)
        return self.levels[count]


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
    away = distances(asked, past)[: past.before(asked.date.toordinal())]
    order = least(away, count)
    return [Comparable(past.offers[place], float(away[place])) for place in order]


def least(away: Numbers, count: int) -> NDArray[np.int64]:
    """Places of the ``count`` least numbers, in order, the earlier first among equals: a stable sort without sorting all."""
    if len(away) <= count or np.isnan(away).any():
        return np.argsort(away, kind="stable")
    limit = np.partition(away, count - 1)[count - 1]
    near = np.flatnonzero(away <= limit)
    return np.asarray(near[np.argsort(away[near], kind="stable")][:count])


def comparable_to(asked: Offer, sale: Offer) -> Comparable:
    """A sale that was not looked for, with its distance (its house's tier aside).

    Raises ``ValueError`` where it is not before the asked date.
    """
    if sale.date >= asked.date:
        raise ValueError(f"the sale is of {sale.date}, the question of {asked.date}")
    return Comparable(sale, float(distances(asked, PastSales.of([sale]))[0]))


def distances(asked: Offer, past: PastSales) -> Numbers:
    """Sum of the distances in hand, size, medium, time, look and the house's tier to every sale [n]."""
    size = np.abs(asked.log_area - past.log_areas)
    years = (asked.date.toordinal() - past.days) / DAYS_A_YEAR
    away = hand_distances(asked, past) + np.where(np.isnan(size), UNKNOWN_SIZE, size) + years / YEARS_AS_ONE
    away += np.where(past.media.are(asked.medium), 0.0, OTHER_MEDIUM) + look_distances(asked, past)
    return away + tier_distances(asked, past)


def hand_distances(asked: Offer, past: PastSales) -> Numbers:
    if asked.artist is None:
        return np.full(len(past.offers), STRANGER)
    same_hand = np.where(past.attributions.are(asked.attribution), SAME_HAND, SAME_ARTIST)
    return np.where(past.artists == asked.artist, same_hand, STRANGER)


def look_distances(asked: Offer, past: PastSales) -> Numbers:
    """Where there is no picture to compare, neither alike nor unlike."""
    away = np.full(len(past.offers), LOOK_WEIGHT / 2)
    if asked.vector is not None and asked.vector.shape in past.vectors:
        rows, vectors = past.vectors[asked.vector.shape]
        away[rows] = LOOK_WEIGHT * (1.0 - vectors @ asked.vector)
    return away


def tier_distances(asked: Offer, past: PastSales) -> Numbers:
    """By how much the houses' mean log prices before the date differ; nothing where no house is asked about."""
    count = past.before(asked.date.toordinal())
    known, house = past.houses.values, past.houses.codes
    lots = np.bincount(house[:count], minlength=len(known))
    means = np.bincount(house[:count], past.log_prices[:count], minlength=len(known)) / np.maximum(lots, 1)
    asked_at = np.flatnonzero((known == asked.house) & (lots > 0)) if asked.house is not None else np.empty(0, int)
    if not len(asked_at):
        return np.zeros(len(past.offers))
    away = TIER_WEIGHT * np.abs(means - means[asked_at[0]])
    return np.asarray(np.where(lots > 0, away, 0.0)[house])
