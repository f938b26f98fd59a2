"""Hyper-parameters by walking forward: each year is estimated by models of what was before it, for each trial alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ml.reporter import Cancelled, Reporter, SilentReporter
from ml.valuation import figures
from ml.valuation.features import FeatureTable, build
from ml.valuation.model import GUESSES, REGIMES, PriceModel, Settings
from ml.valuation.offers import Offer
from ml.valuation.training import (
    FEWEST_PRICES,
    TooFewPrices,
    Window,
    Work,
    fitted,
    sold_window,
)

RANGES: Mapping[str, tuple[Any, ...]] = {
    "rounds": (200, 400, 600),
    "learning_rate": (0.03, 0.05, 0.08),
    "leaves": (8, 16, 31),
    "least_in_leaf": (10, 15, 30, 60),
    "feature_share": (0.2, 0.35, 0.6),
    "lambda_l2": (1.0, 5.0, 20.0),
}


@dataclass(frozen=True)
class Trial:
    """Settings that were tried, and their figures over all years (log prices): the lower ``loss``, the better.

    The loss is the root mean squared error; beside an estimate, where tails are long, the mean absolute one.
    """

    changed: Mapping[str, Any]
    loss: float
    r2_log: float
    median_ape: float


def trials(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """No change first, then random draws from ``RANGES`` (Bergstra & Bengio 2012)."""
    random = np.random.default_rng(seed)
    yield {}
    for _trial in range(count - 1):
        yield {name: values[int(random.integers(len(values)))] for name, values in RANGES.items()}


def search(
    offers: Sequence[Offer],
    *,
    regime: str,
    years: Sequence[int],
    count: int,
    settings: Settings | None = None,
    reporter: Reporter | None = None,
) -> list[Trial]:
    """Trials, the best first, measured on the sold lots of these calendar years. Never name the years of a test.

    Raises ``TooFewPrices`` where a year or its past has no sold lot, ``Cancelled`` where told to stop.
    """
    settings, reporter = settings or Settings(), reporter or SilentReporter()
    known = [offer for offer in offers if offer.date.year <= max(years)]
    window, found = sold_window(known, regime, build(known)), []
    for number, changed in enumerate(trials(count, settings.seed)):
        if reporter.should_stop():
            raise Cancelled
        reporter.progress(number, count, phase="searching")
        found.append(tried(window, regime, years, replace(settings, **changed), changed))
    return sorted(found, key=lambda trial: trial.loss)


def tried(window: Window, regime: str, years: Sequence[int], settings: Settings, changed: Mapping[str, Any]) -> Trial:
    """One trial: point estimates of each year by boosters of what was before it."""
    of_year = np.array([offer.date.year for offer in window.offers])
    answers = [one_year(window, of_year, year, regime, settings) for year in years]
    true, middle = (np.concatenate(parts) for parts in zip(*answers, strict=True))
    away = np.abs(true - middle)
    loss = away.mean() if regime == "estimated" else np.sqrt((away**2).mean())
    return Trial(changed, float(loss), figures.r_squared(true, middle), figures.median_ape(true, middle))


def one_year(
    window: Window, of_year: np.ndarray[tuple[int, ...], np.dtype[np.int64]], year: int, regime: str, settings: Settings
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """True and estimated log prices of a year's lots."""
    start, end = (int(np.searchsorted(of_year, each)) for each in (year, year + 1))
    if start < FEWEST_PRICES or start == end:
        raise TooFewPrices(f"{year} cannot be measured: {start} sold lots before it, {end - start} in it")
    past, asked = window.part(0, start), window.part(start, end)
    blank = PriceModel(regime, REGIMES[regime], {}, settings.level, None, GUESSES[regime])
    model = fitted(blank, past, Work(settings, SilentReporter(), total=1))
    return asked.true, model.raw(FeatureTable(asked.table.values, asked.table.names), asked.offers)[:, 1]
