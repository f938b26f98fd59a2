"""Markets whose true index is known, as columns for ``ml.indices``."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from artmarket.demo import market
from artmarket.demo.works import plan_works
from ml.indices.index import Index
from ml.indices.sales import Sales, from_offers
from ml.valuation.offers import Offer

COMING = dt.date(2026, 12, 24)


@dataclass(frozen=True)
class Known:
    """Sales, and the true log level of each period by its label."""

    sales: Sales
    truth: dict[str, float]

    def errors(self, index: Index) -> dict[str, float]:
        """Log of the shown level over the true one, by period; the base left out."""
        return {
            point.period: math.log(point.level / 100) - self.truth[point.period] + self.truth[index.base]
            for point in index.points
            if point.level is not None and point.period != index.base
        }

    def held(self, index: Index) -> list[bool]:
        """For each shown period but the base: does its band hold the true level?"""
        return [
            point.low <= 100 * math.exp(self.truth[point.period] - self.truth[index.base]) <= point.high
            for point in index.points
            if point.level is not None and point.period != index.base
        ]


def demo(seed: int) -> Known:
    """The demo's invented market, straight from its plans."""
    works = plan_works(640, seed)
    by_number, artists, houses = {work.number: work for work in works}, {}, {}
    offers, names = [], []
    for sale in market.plan_sales(works, seed, coming=COMING):
        for lot in sale.lots:
            work = by_number[lot.work]
            offers.append(
                Offer(
                    key=len(offers),
                    date=sale.date,
                    artist=artists.setdefault(work.painter.name, len(artists)),
                    attribution=work.attribution,
                    medium=work.medium[0],
                    support=work.medium[2],
                    height_cm=work.height_cm,
                    width_cm=work.width_cm,
                    made_year=work.year,
                    is_signed=work.is_signed,
                    house=houses.setdefault(sale.house, len(houses)),
                    estimate_low=lot.estimate_low,
                    estimate_high=lot.estimate_high,
                    price=lot.price,
                    sold={"sold": True, "bought_in": False}.get(lot.outcome),
                )
            )
            names.append(work.number)
    truth = {str(year): level for year, level in market.true_index().items()}
    return Known(from_offers(offers, names), truth)


def synthetic(
    seed: int,
    *,
    rows: int = 900,
    works: int = 300,
    hands: int = 30,
    years: int = 10,
    noise: float = 0.3,
    quality: float = 0.3,
    holding: float = 0.0,
    sticky: bool = False,
    levels: tuple[float, ...] = (),
) -> Known:
    """Works of several hands, each sold now and then. ``holding`` lets a work's own value wander, by so much a square
    root of a year; ``sticky`` lets houses estimate by last year's level, so that a fall leaves many works unsold.
    """
    random = np.random.default_rng(seed)
    truth = np.array(levels) if levels else np.cumsum(random.normal(0.03, 0.12, years))
    years = len(truth)
    fame, depth = random.normal(0, 1, hands), random.normal(0, quality, works)
    hand_of, area_of = random.integers(0, hands, works), random.normal(8, 0.8, works)
    walk = np.cumsum(random.normal(0, holding, (works, years)), axis=1) if holding else np.zeros((works, years))
    work, year = random.integers(0, works, rows), random.integers(0, years, rows)
    value = fame[hand_of[work]] + 0.5 * area_of[work] + depth[work] + walk[work, year]
    bid = value + truth[year] + random.normal(0, noise, rows)
    lagged = truth[np.maximum(year - 1, 0)] if sticky else truth[year]
    middle = value + lagged + random.normal(0, 0.15, rows)
    low = middle + math.log(0.8)
    is_sold = bid >= low + math.log(0.8) if sticky else np.ones(rows, dtype=bool)
    days = random.integers(0, 365, rows).astype("timedelta64[D]")
    sales = Sales(
        date=(np.array(2000 + year - 1970, dtype="datetime64[Y]").astype("datetime64[D]") + days),
        log_price=np.where(is_sold, bid, np.nan),
        work=work,
        hand=hand_of[work],
        numbers={"log_area": area_of[work]},
        words={"house": np.zeros(rows, dtype=np.int64)},
        log_low_estimate=low,
        log_mid_estimate=middle,
    )
    return Known(sales, {str(2000 + place): float(level) for place, level in enumerate(truth)})
