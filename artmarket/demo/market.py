"""A market whose truth is known: what each work is worth in a year, what houses say before, what is bid."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from artmarket.demo.people import BELMAR, NORDWIK
from artmarket.demo.works import WorkPlan

FIRST_YEAR, LAST_YEAR = 2005, 2025
SALE_MONTHS = ((3, 12), (6, 18), (11, 20))
LOTS_A_SALE = 28
BASE = 8.3
SIZE_ELASTICITY = 0.55
REFERENCE_AREA_CM2 = 4200.0
MEDIUM_EFFECT = {"oil": 0.0, "acrylic": -0.15, "ink": -0.2, "print": -1.6}
ATTRIBUTION_EFFECT = {
    "by": 0.0,
    "studio_of": -0.9,
    "circle_of": -1.3,
    "follower_of": -1.7,
    "manner_of": -2.0,
    "after": -2.3,
    "copy_after": -2.4,
}
SUBJECT_EFFECT = {"portrait": -0.1, "seascape": 0.15, "nocturne": 0.1}
LATE_WORK_EFFECT = 0.25
QUALITY_SIGMA, SALE_SIGMA, EXPERT_SIGMA = 0.25, 0.32, 0.18
HOUSE_BIAS = {NORDWIK: -0.12, BELMAR: 0.15}
RESERVE_SHARE = 0.85
WITHDRAWN_SHARE = 0.015
INDEX_STEPS = (
    0.06,
    0.09,
    0.11,
    -0.16,
    -0.10,
    0.07,
    0.08,
    0.03,
    0.04,
    0.05,
    -0.03,
    -0.04,
    0.06,
    0.03,
    0.00,
    -0.09,
    0.12,
    0.07,
    -0.05,
    -0.02,
)


@dataclass(frozen=True)
class LotPlan:
    """One lot: amounts in euro, hammer prices. ``price`` is None where it was not sold."""

    number: int
    work: int
    estimate_low: int
    estimate_high: int
    price: int | None
    outcome: str


@dataclass(frozen=True)
class SalePlan:
    """One sale with its lots, in order of number."""

    house: str
    date: dt.date
    title: str
    lots: tuple[LotPlan, ...]
    is_coming: bool = False
    is_announced: bool = False


def true_index() -> dict[int, float]:
    """The market's level by year, as an effect on log price; 2005 is 0."""
    levels = np.concatenate([[0.0], np.cumsum(INDEX_STEPS)])
    return dict(zip(range(FIRST_YEAR, LAST_YEAR + 1), (float(level) for level in levels), strict=True))


def quality(work: WorkPlan, seed: int) -> float:
    """How good a picture of its hand it is; never seen in the record, perhaps in the picture's price."""
    return float(np.random.default_rng([seed, work.number, 1]).normal(0, QUALITY_SIGMA))


def log_value(work: WorkPlan, year: int, seed: int) -> float:
    """The true log price in euro in a year, before the accidents of a sale."""
    area = work.height_cm * work.width_cm
    return (
        BASE
        + work.painter.fame
        + SIZE_ELASTICITY * math.log(area / REFERENCE_AREA_CM2)
        + MEDIUM_EFFECT[work.medium[0]]
        + ATTRIBUTION_EFFECT[work.attribution]
        + SUBJECT_EFFECT.get(work.subject, 0.0)
        + LATE_WORK_EFFECT * (work.order.age - 0.5)
        + true_index()[min(max(year, FIRST_YEAR), LAST_YEAR)]
        + quality(work, seed)
    )


def plan_sales(works: Sequence[WorkPlan], seed: int, *, coming: dt.date) -> list[SalePlan]:
    """All sales 2005–2025 of both houses; a coming sale of each from ``coming`` on, and one more that is announced."""
    rng = np.random.default_rng([seed, 2])
    planned = [
        plan_sale(house, dt.date(year, month, day + shift), works, rng, seed)
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for month, day in SALE_MONTHS
        for house, shift in ((NORDWIK, 0), (BELMAR, 4))
    ]
    still_to_come = [
        plan_sale(house, coming + dt.timedelta(days=7 * place), works, rng, seed, is_coming=True)
        for place, house in enumerate((NORDWIK, BELMAR, NORDWIK))
    ]
    return [*planned, *still_to_come[:-1], replace(still_to_come[-1], is_announced=True)]


def plan_sale(
    house: str,
    date: dt.date,
    works: Sequence[WorkPlan],
    rng: np.random.Generator,
    seed: int,
    *,
    is_coming: bool = False,
) -> SalePlan:
    count = min(LOTS_A_SALE, max(1, len(works) // 6))
    chosen = rng.choice(len(works), size=12 if is_coming and len(works) >= 72 else count, replace=False)
    lots = tuple(
        plan_lot(number, works[int(place)], house, date.year, rng, seed, is_coming=is_coming)
        for number, place in enumerate(chosen, start=1)
    )
    season = {3: "Spring", 6: "Summer", 11: "Autumn"}.get(date.month, "Coming")
    return SalePlan(house, date, f"{season} sale {date.year}: paintings and works on paper", lots, is_coming)


def plan_lot(
    number: int, work: WorkPlan, house: str, year: int, rng: np.random.Generator, seed: int, *, is_coming: bool
) -> LotPlan:
    """What the house says, what the room bids. A bid below the reserve means bought in."""
    value = log_value(work, year, seed)
    middle = math.exp(value + HOUSE_BIAS[house] + rng.normal(0, EXPERT_SIGMA))
    low, high = rounded(middle * 0.8), rounded(middle * 1.2)
    bid = math.exp(value + rng.normal(0, SALE_SIGMA))
    is_withdrawn = rng.random() < WITHDRAWN_SHARE
    if is_coming:
        return LotPlan(number, work.number, low, high, None, "unknown")
    if is_withdrawn:
        return LotPlan(number, work.number, low, high, None, "withdrawn")
    if bid < RESERVE_SHARE * low:
        return LotPlan(number, work.number, low, high, None, "bought_in")
    return LotPlan(number, work.number, low, high, rounded(bid), "sold")


def rounded(amount: float) -> int:
    """Whole euro to two significant figures, as a bidding step would; at least 10."""
    step = 10 ** max(math.floor(math.log10(max(amount, 10.0))) - 1, 1)
    return int(max(10, round(amount / step) * step))


def truth(works: Sequence[WorkPlan], seed: int) -> dict[str, Any]:
    """Everything that a model may be asked to find again."""
    return {
        "seed": seed,
        "base": BASE,
        "fame": {work.painter.name: work.painter.fame for work in works},
        "index": true_index(),
        "size_elasticity": SIZE_ELASTICITY,
        "reference_area_cm2": REFERENCE_AREA_CM2,
        "medium": MEDIUM_EFFECT,
        "attribution": ATTRIBUTION_EFFECT,
        "subject": SUBJECT_EFFECT,
        "late_work": LATE_WORK_EFFECT,
        "house_bias": HOUSE_BIAS,
        "sigma": {"quality": QUALITY_SIGMA, "sale": SALE_SIGMA, "expert": EXPERT_SIGMA},
        "reserve_share": RESERVE_SHARE,
        "works": {work.inventory_number: {"age": work.order.age, "quality": quality(work, seed)} for work in works},
        "orders": {work.inventory_number: asdict(work.order) for work in works},
    }
