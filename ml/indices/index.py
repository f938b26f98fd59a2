"""One computation of an index: periods, a method, bands, and honest gaps."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.indices import censored, hedonic, hybrid, periods, repeat_sales
from ml.indices.sales import Floats, Ints, Sales
from ml.indices.solving import Solved, score_bootstrap, stop_if_told
from ml.reporter import Reporter, SilentReporter

METHODS = ("hedonic", "repeat_sales", "hybrid", "censored")
FEWEST_HANDS = 50
FEWEST_POINTS = 2


class IndexRefused(ValueError):
    """No index can be made; the message says what is missing, ``code`` and ``facts`` say it for translation."""

    def __init__(self, code: str, message: str, **facts: int | str) -> None:
        super().__init__(message.format(**facts))
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Settings:
    """``level`` is the share of true levels that a band is made to hold. ``base`` names the period at 100; "" is the
    first that is shown. ``cluster`` is what errors are shared within: work, hand, or auto (hands where there are 50).
    A point with fewer sales, for repeat sales fewer pairs, is left out.
    """

    method: str = "hedonic"
    period: str = "year"
    base: str = ""
    level: float = 0.9
    draws: int = 600
    seed: int = 0
    cluster: str = "auto"
    fewest_sales: int = 10
    fewest_pairs: int = 10
    reserve_share: float = 0.8

    def __post_init__(self) -> None:
        periods.parts_of(self.period)
        if self.method not in METHODS:
            raise ValueError(f"no such method: {self.method}; there are {', '.join(METHODS)}")
        if self.cluster not in ("auto", "work", "hand"):
            raise ValueError(f"no such cluster: {self.cluster}; there are auto, work, hand")
        if not 0 < self.level < 1 or self.draws < 100 or self.fewest_sales < 1 or self.fewest_pairs < 1:
            raise ValueError(
                "a level lies between 0 and 1, draws are 100 or more, the fewest sales and pairs 1 or more"
            )


@dataclass(frozen=True)
class Point:
    """A period's level (base = 100) with its band, and the evidence. Suppressed: no level, and why: ``no_sales``,
    ``few_sales``, ``few_pairs``, ``not_joined`` (no chain of pairs leads to the base).
    """

    period: str
    start: dt.date
    level: float | None
    low: float | None
    high: float | None
    sales: int
    pairs: int
    why: str = ""


@dataclass(frozen=True)
class Index:
    """Points of every period from the first sale to the last; ``figures`` say how well the prices were explained."""

    settings: Settings
    base: str
    points: tuple[Point, ...]
    figures: dict[str, float]
    fingerprint: str = ""

    def as_json(self) -> dict[str, Any]:
        points = [{**asdict(point), "start": point.start.isoformat()} for point in self.points]
        return {
            "settings": asdict(self.settings),
            "base": self.base,
            "points": points,
            "figures": self.figures,
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True)
class Fitted:
    """Log levels [times] free up to a constant, draws of their errors [draws, times], evidence by period."""

    levels: Floats
    errors: Floats
    sales: Ints
    pairs: Ints
    is_joined: NDArray[np.bool_]
    figures: dict[str, float] = field(default_factory=dict)


def compute(sales: Sales, settings: Settings, reporter: Reporter | None = None) -> Index:
    """The index of the sales by one method; the same sales in any order give the same index.

    Raises ``IndexRefused`` for too few sales, pairs, periods, or a base without a level; ``Cancelled`` when told to stop.
    """
    told = reporter or SilentReporter()
    sales = in_order(sales)
    sold = sales.where(sales.is_sold)
    refuse_too_few(sold, settings)
    numbers = periods.numbers(sold.date, settings.period)
    known, place = np.unique(numbers, return_inverse=True)
    if len(known) < FEWEST_POINTS:
        name = periods.label(known[0], settings.period)
        said = "all {sales} sales lie in one period, {period}: an index needs two"
        raise IndexRefused("one_period", said, sales=len(sold), period=name)
    told.progress(0, settings.draws, phase="fit")
    stop_if_told(told)
    fitted = fit(sales, sold, place, known, settings, told)
    base, points = shown(fitted, known, settings)
    return Index(settings, base, tuple(points), fitted.figures, sales.fingerprint())


def in_order(sales: Sales) -> Sales:
    keys = (sales.log_price, sales.log_mid_estimate, sales.hand, sales.work, sales.date)
    return sales.where(np.lexsort(keys))


def refuse_too_few(sold: Sales, settings: Settings) -> None:
    needed = FEWEST_POINTS * settings.fewest_sales
    if len(sold) < needed:
        said = "{sales} sales are too few for an index: it takes {needed}"
        raise IndexRefused("too_few_sales", said, sales=len(sold), needed=needed)


def fit(sales: Sales, sold: Sales, place: Ints, known: Ints, settings: Settings, reporter: Reporter) -> Fitted:
    pairs = repeat_sales.pairs_of(sold, place)
    counts = np.bincount(place, minlength=len(known))
    touched = np.bincount(np.concatenate([place[pairs.first], place[pairs.second]]), minlength=len(known))
    if settings.method == "repeat_sales":
        return fit_pairs(sold, place, counts, touched, settings, reporter)
    if settings.method == "censored":
        offered, found, more = fit_censored(sales, known, settings)
    else:
        offered, more = sold, {}
        found = (hybrid if settings.method == "hybrid" else hedonic).fit(sold, place, len(known))
    errors = bands(found.solved, clusters_of(offered, settings), settings, reporter)
    figures = {
        "r2_log": hedonic.explained(found.solved),
        "between_hands": found.between_hands,
        "between_works": found.between_works,
        "left": found.left,
        "sales": float(len(sold)),
        "pairs": float(len(pairs)),
        "hands": float(len(np.unique(sold.hand))),
        **more,
    }
    return Fitted(found.solved.time_effects, errors, counts, touched, np.ones(len(known), dtype=bool), figures)


def fit_censored(sales: Sales, known: Ints, settings: Settings) -> tuple[Sales, hedonic.HedonicFit, dict[str, float]]:
    """The hedonic fit of sold lots and, at what they would have fetched, bought-in ones."""
    kept = sales.where(np.isin(periods.numbers(sales.date, settings.period), known))
    place = np.searchsorted(known, periods.numbers(kept.date, settings.period))
    placed, figures = censored.with_bids(kept, place, len(known), settings.reserve_share)
    usable = placed.is_sold
    offered, place = placed.where(usable), place[usable]
    return offered, hedonic.fit(offered, place, len(known)), figures


def fit_pairs(sold: Sales, place: Ints, counts: Ints, touched: Ints, settings: Settings, reporter: Reporter) -> Fitted:
    found = repeat_sales.fit(sold, place, len(counts))
    needed = FEWEST_POINTS * settings.fewest_pairs
    if len(found.pairs) < needed:
        said = "{pairs} works sold again in another period are too few for repeat sales: it takes {needed}"
        raise IndexRefused("too_few_pairs", said, pairs=len(found.pairs), needed=needed)
    clusters = clusters_of(sold, settings)[found.pairs.first]
    errors = bands(found.solved, clusters, settings, reporter)
    figures = {
        "sales": float(len(sold)),
        "pairs": float(len(found.pairs)),
        "years_held": float(np.median(found.pairs.years)),
        "noise": found.noise**0.5,
        "drift_a_year": found.drift**0.5,
        "arithmetic_extra_a_year": found.drift / 2,
    }
    return Fitted(found.solved.time_effects, errors, counts, touched, found.is_joined, figures)


def bands(solved: Solved, clusters: Ints, settings: Settings, reporter: Reporter) -> Floats:
    return score_bootstrap(solved, clusters, draws=settings.draws, seed=settings.seed, reporter=reporter)


def clusters_of(sales: Sales, settings: Settings) -> Ints:
    """By hand where there are enough of them to draw from, else by work; an unknown hand's works stand alone."""
    by_hand = settings.cluster == "hand" or (settings.cluster == "auto" and len(np.unique(sales.hand)) >= FEWEST_HANDS)
    if not by_hand:
        return sales.work
    _works, work = np.unique(sales.work, return_inverse=True)
    return np.where(sales.hand >= 0, sales.hand, -1 - work)


def shown(fitted: Fitted, known: Ints, settings: Settings) -> tuple[str, list[Point]]:
    """The points of all periods, rebased, those without enough evidence as gaps."""
    why = [reason(fitted, place, settings) for place in range(len(known))]
    published = [place for place, reason in enumerate(why) if not reason]
    if len(published) < FEWEST_POINTS:
        needed = settings.fewest_pairs if settings.method == "repeat_sales" else settings.fewest_sales
        said = "{shown} of {periods} periods have the {needed} sales or pairs that it takes: an index needs two"
        raise IndexRefused("too_thin", said, shown=len(published), periods=len(known), needed=needed)
    names = [periods.label(number, settings.period) for number in known]
    base = base_of(names, published, why, settings)
    levels = fitted.levels - fitted.levels[base]
    errors = fitted.errors - fitted.errors[:, [base]]
    ends = np.quantile(errors, [(1 - settings.level) / 2, (1 + settings.level) / 2], axis=0)
    found = {int(number): place for place, number in enumerate(known)}
    points = []
    for number in range(int(known[0]), int(known[-1]) + 1):
        place = found.get(number)
        label, start = periods.label(number, settings.period), periods.first_day(number, settings.period)
        if place is None:
            points.append(Point(label, start, None, None, None, 0, 0, "no_sales"))
            continue
        evidence = int(fitted.sales[place]), int(fitted.pairs[place])
        if why[place]:
            points.append(Point(label, start, None, None, None, *evidence, why[place]))
            continue
        middle, low, high = (100 * np.exp(levels[place] + end) for end in (0.0, ends[0, place], ends[1, place]))
        points.append(Point(label, start, float(middle), float(min(low, middle)), float(max(high, middle)), *evidence))
    return names[base], points


def reason(fitted: Fitted, place: int, settings: Settings) -> str:
    """Why a period's level is not shown; "" where it is."""
    if settings.method == "repeat_sales":
        if not fitted.pairs[place] or not fitted.is_joined[place]:
            return "not_joined" if fitted.pairs[place] else "few_pairs"
        return "few_pairs" if fitted.pairs[place] < settings.fewest_pairs else ""
    return "few_sales" if fitted.sales[place] < settings.fewest_sales else ""


def base_of(names: list[str], published: list[int], why: list[str], settings: Settings) -> int:
    if not settings.base:
        return published[0]
    if settings.base not in names:
        raise IndexRefused("no_base", "no sale lies in the base period {period}", period=settings.base)
    place = names.index(settings.base)
    if why[place]:
        said = "the base period {period} has too few sales or pairs to be 100"
        raise IndexRefused("thin_base", said, period=settings.base)
    return place
