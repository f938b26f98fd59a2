"""Training in order of time: fit, choose on the next window, calibrate on the latest one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import lightgbm
import numpy as np
from numpy.typing import NDArray

from ml.reporter import Cancelled, Reporter, SilentReporter
from ml.valuation import figures, intervals
from ml.valuation.features import FeatureTable, build
from ml.valuation.looks import Looks, fit_looks
from ml.valuation.model import (
    GUESSES,
    LEVELS,
    REGIMES,
    STRATA,
    PriceModel,
    Settings,
    booster_parameters,
    dataset,
    first_guess,
    names_of,
    strata,
)
from ml.valuation.offers import Offer, log_prices

FEWEST_PRICES = 60
FEWEST_OF_STRATUM = 40


class TooFewPrices(ValueError):
    """There are not enough sold lots to learn from; the message says how many there are and how many it takes."""


@dataclass(frozen=True)
class Trained:
    """A model with what was measured on its latest window, which was not used for fitting."""

    model: PriceModel
    figures: dict[str, float]
    without_looks: dict[str, float] | None


@dataclass(frozen=True)
class Window:
    """Offers with their features and true log prices."""

    offers: list[Offer]
    table: FeatureTable
    true: NDArray[np.float64]

    def part(self, start: int, end: int) -> Window:
        table = FeatureTable(self.table.values[start:end], self.table.names)
        return Window(self.offers[start:end], table, self.true[start:end])


def sold_window(offers: Sequence[Offer], regime: str, table: FeatureTable | None = None) -> Window:
    """The sold offers of a regime in order of date, with features from *all* offers before each one's date."""
    if regime not in REGIMES:
        raise ValueError(f"no such regime: {regime}; there are {', '.join(REGIMES)}")
    table, true = table or build(offers), log_prices(offers)
    usable = ~np.isnan(true)
    if regime == "catalogued":
        usable &= np.array([offer.house is not None for offer in offers], dtype=bool)
    if regime == "estimated":
        usable &= table.has_estimate
    order = sorted(np.flatnonzero(usable).tolist(), key=lambda row: (offers[row].date, offers[row].key))
    return Window([offers[row] for row in order], FeatureTable(table.values[order], table.names), true[order])


def train(
    offers: Sequence[Offer],
    *,
    regime: str = "walk_in",
    settings: Settings | None = None,
    reporter: Reporter | None = None,
    table: FeatureTable | None = None,
) -> Trained:
    """Train on these offers (sold and unsold); ``table`` is what ``build`` made of them, where it was called.

    Raises ``TooFewPrices``, or ``Cancelled`` where the reporter says stop.
    """
    settings, reporter = settings or Settings(), reporter or SilentReporter()
    window = sold_window(offers, regime, table)
    count = len(window.offers)
    if count < FEWEST_PRICES:
        raise TooFewPrices(f"{count} sold lots are too few to learn prices from; it takes {FEWEST_PRICES}")
    first = window.part(0, calibrations_of(count, settings)[0][0])
    candidates = [None, fit_looks(first.offers, components=settings.looks, seed=settings.seed)]
    candidates = [looks for place, looks in enumerate(candidates) if place == 0 or looks is not None]
    work = Work(settings, reporter, total=len(candidates) * settings.windows + 1)
    found = [train_candidate(window, looks, regime, work) for looks in candidates]
    _loss, best = min(found, key=lambda each: each[0])
    final = fitted(best.model, window, work)
    without = found[0][1].figures if len(found) > 1 else None
    return replace(best, model=replace(best.model, boosters=final.boosters), without_looks=without)


@dataclass
class Work:
    """How far training is, in fits of a whole model."""

    settings: Settings
    reporter: Reporter
    total: int
    done: int = 0

    def step(self) -> None:
        """Say that the next fit begins. Raises ``Cancelled`` where told to stop."""
        if self.reporter.should_stop():
            raise Cancelled
        self.reporter.progress(self.done, self.total, phase="training")
        self.done += 1


def calibrations_of(count: int, settings: Settings) -> list[tuple[int, int]]:
    """Where each calibration window begins and ends, in order of date."""
    bounds = np.linspace(count * (1 - settings.calibrate_share), count, settings.windows + 1).astype(int).tolist()
    return list(pairwise(bounds))


def train_candidate(window: Window, looks: Looks | None, regime: str, work: Work) -> tuple[float, Trained]:
    """Squared error of the middle on the windows before the last, and the calibrated model without its final boosters.

    The ends are calibrated walking forward: each window's scores come from boosters that saw only what was before it,
    as the final ones will have seen only what is before the next question.
    """
    settings, count = work.settings, len(window.offers)
    columns = (*REGIMES[regime], *(looks.names if looks else ()))
    least = regime == "estimated" and opening_is_least(window.offers)
    blank = PriceModel(regime, columns, {}, settings.level, looks, GUESSES[regime], opening_is_least=least)
    parts, windows = [], calibrations_of(count, settings)
    for start, end in windows:
        model = fitted(blank, window.part(0, start), work)
        parts.append(Scored.of(model, window.part(start, end)))
    measured = replace(model, factors=factors_of(parts[:-1]))
    later = window.part(start, end)
    found = figures.summary(later.true, measured.predict(later.table, later.offers))
    loss = float(np.concatenate([part.squares for part in parts[:-1]]).mean())
    return loss, Trained(replace(blank, factors=factors_of(parts)), found, None)


def fitted(model: PriceModel, window: Window, work: Work) -> PriceModel:
    """The model with all its boosters fitted to the window."""
    work.step()
    data = dataset(model.matrix(window.table, window.offers), target_of(window, model), model.columns)
    boosters = {}
    for name in names_of(model.regime, work.settings):
        parameters = booster_parameters(work.settings, name, model.regime)
        boosters[name] = lightgbm.train(parameters, data, work.settings.rounds)
    return replace(model, boosters=boosters)


def opening_is_least(sold: Sequence[Offer]) -> bool:
    """Whether none of at least 60 lots with an opening bid was sold below it."""
    opened = [offer for offer in sold if offer.opening_bid and offer.price]
    return len(opened) >= FEWEST_PRICES and all(
        offer.price >= offer.opening_bid for offer in opened if offer.price and offer.opening_bid
    )


def target_of(window: Window, model: PriceModel) -> NDArray[np.float64]:
    return window.true - first_guess(window.table, model.guess)


@dataclass(frozen=True)
class Scored:
    """How far the prices of a window lay from their middles, in reaches and squared, and their strata; all [n]."""

    scores: NDArray[np.float64]
    squares: NDArray[np.float64]
    strata: NDArray[np.int64]

    @classmethod
    def of(cls, model: PriceModel, window: Window) -> Scored:
        quantiles = model.raw(window.table, window.offers)
        squares = (window.true - quantiles[:, 1]) ** 2
        return cls(intervals.scores(window.true, quantiles), squares, strata(window.table))


def factors_of(parts: Sequence[Scored]) -> tuple[tuple[float, ...], ...]:
    """By stratum, or from all where a stratum has few, and by level: the conformal factors."""
    found, places = (np.concatenate([getattr(part, name) for part in parts]) for name in ("scores", "strata"))
    overall, by_stratum = intervals.factors(found, LEVELS), []
    for stratum in range(len(STRATA)):
        own = places == stratum
        enough = int(own.sum()) >= FEWEST_OF_STRATUM
        by_stratum.append(intervals.factors(found[own], LEVELS) if enough else overall)
    return tuple(by_stratum)
