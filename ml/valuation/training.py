"""Training in order of time: walk forward over the latest windows, learn from them how to correct and how far to reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import lightgbm
import numpy as np
from numpy.typing import NDArray

from ml.reporter import Cancelled, Reporter, SilentReporter
from ml.valuation import figures, intervals
from ml.valuation.correcting import Correction, Walked, learn
from ml.valuation.features import FeatureTable, build
from ml.valuation.model import (
    GUESSES,
    LEVELS,
    REGIMES,
    SHOWN,
    STRATA,
    PriceModel,
    Settings,
    booster_parameters,
    dataset,
    first_guess,
    names_of,
    raised_to_opening,
    strata,
)
from ml.valuation.offers import Offer, log_prices

Factors: TypeAlias = tuple[tuple[float, ...], ...]

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
    work = Work(settings, reporter, total=settings.windows + 1)
    blank = blank_model(window, regime, settings)
    parts = [walked(blank, window, span, work) for span in calibrations_of(count, settings)]
    taught = [learn(parts[:place], regime) for place in range(len(parts) + 1)]
    scores = scored(parts, taught)
    measured, without = measure(blank, parts[-1], taught[-2], factors_of(scores[:-1]))
    final = replace(fitted(blank, window, work), trust=taught[-1].trust, looks=taught[-1].looks)
    return Trained(replace(final, factors=factors_of(scores)), measured, without)


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


def blank_model(window: Window, regime: str, settings: Settings) -> PriceModel:
    """What will be trained: no boosters, nothing calibrated."""
    least = regime == "estimated" and opening_is_least(window.offers)
    return PriceModel(regime, REGIMES[regime], {}, settings.level, None, GUESSES[regime], opening_is_least=least)


def walked(blank: PriceModel, window: Window, span: tuple[int, int], work: Work) -> Walked:
    """The window's part from ``span`` as boosters see it that learned only from what was before it."""
    start, end = span
    model, part = fitted(blank, window.part(0, start), work), window.part(start, end)
    beyond = model.beyond_guess(part.table, part.offers)
    return Walked(part.offers, part.true, first_guess(part.table, model.guess), beyond, strata(part.table))


def measure(
    blank: PriceModel, last: Walked, taught: Correction, factors: Factors
) -> tuple[dict[str, float], dict[str, float] | None]:
    """Figures of the last window by what those before it taught, and without pictures where those taught of any."""

    def figures_with(correction: Correction) -> dict[str, float]:
        bands = intervals.banded(last.corrected(correction), np.array(factors)[last.strata])
        bands = raised_to_opening(bands, last.offers) if blank.opening_is_least else bands
        return figures.summary(last.true, bands[:, SHOWN])

    without = figures_with(replace(taught, looks=None)) if taught.looks else None
    return figures_with(taught), without


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
    """How far the prices of a window lay from their middles, in reaches, and their strata; both [n]."""

    scores: NDArray[np.float64]
    strata: NDArray[np.int64]


def scored(parts: Sequence[Walked], taught: Sequence[Correction]) -> list[Scored]:
    """Each window, corrected by what those before it taught."""
    return [
        Scored(intervals.scores(part.true, part.corrected(correction)), part.strata)
        for part, correction in zip(parts, taught, strict=False)
    ]


def factors_of(parts: Sequence[Scored]) -> Factors:
    """By stratum, or from all where a stratum has few, and by level: the conformal factors."""
    found, places = (np.concatenate([getattr(part, name) for part in parts]) for name in ("scores", "strata"))
    overall, by_stratum = intervals.factors(found, LEVELS), []
    for stratum in range(len(STRATA)):
        own = places == stratum
        enough = int(own.sum()) >= FEWEST_OF_STRATUM
        by_stratum.append(intervals.factors(found[own], LEVELS) if enough else overall)
    return tuple(by_stratum)
