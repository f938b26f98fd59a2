"""Training in order of time: fit, choose on the next window, calibrate on the latest one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    MIDDLES,
    REGIMES,
    STRATA,
    PriceModel,
    Settings,
    booster_parameters,
    dataset,
    first_guess,
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
    rounds: dict[str, int]


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
    tune_from = int(count * (1 - settings.tune_share - settings.calibrate_share))
    calibrate_from = int(count * (1 - settings.calibrate_share))
    parts = window.part(0, tune_from), window.part(tune_from, calibrate_from), window.part(calibrate_from, count)
    candidates = [None, fit_looks(parts[0].offers, components=settings.looks, seed=settings.seed)]
    found = [
        train_candidate(parts, looks, regime, settings, reporter, place)
        for place, looks in enumerate(candidates)
        if place == 0 or looks is not None
    ]
    best = min(found, key=lambda each: each[0])[1]
    return replace(best, without_looks=found[0][1].figures if len(found) > 1 else None)


def train_candidate(
    parts: tuple[Window, Window, Window],
    looks: Looks | None,
    regime: str,
    settings: Settings,
    reporter: Reporter,
    place: int,
) -> tuple[float, Trained]:
    """Loss of the middle on the tuning window, and the model: its ends calibrated on the latest window by boosters that
    did not see it, then refitted on all, for what was sold last tells most.
    """
    fit, tune, latest = parts
    columns = (*REGIMES[regime], *(looks.names if looks else ()))
    least = regime == "estimated" and opening_is_least([*fit.offers, *tune.offers, *latest.offers])
    blank = PriceModel(regime, columns, {}, settings.level, looks, GUESSES[regime], opening_is_least=least)
    early, final, rounds, losses = {}, {}, {}, {}
    names = ("low", *MIDDLES[regime], "high")
    for number, name in enumerate(names):
        if reporter.should_stop():
            raise Cancelled
        reporter.progress(len(names) * place + number, 2 * len(names), phase="training")
        rounds[name], losses[name] = rounds_for(blank, fit, tune, name, settings)
        early[name] = fit_booster(blank, [fit, tune], name, settings, rounds[name])
        final[name] = fit_booster(blank, [fit, tune, latest], name, settings, rounds[name])
    measured, factors = calibrated(replace(blank, boosters=early), latest)
    model = replace(blank, boosters=final, factors=factors)
    return losses["middle"], Trained(model, measured, None, rounds)


def opening_is_least(sold: Sequence[Offer]) -> bool:
    """Whether none of at least 60 lots with an opening bid was sold below it."""
    opened = [offer for offer in sold if offer.opening_bid and offer.price]
    return len(opened) >= FEWEST_PRICES and all(
        offer.price >= offer.opening_bid for offer in opened if offer.price and offer.opening_bid
    )


def target_of(window: Window, model: PriceModel) -> NDArray[np.float64]:
    return window.true - first_guess(window.table, model.guess)


def rounds_for(model: PriceModel, fit: Window, tune: Window, name: str, settings: Settings) -> tuple[int, float]:
    """Number of trees that does best on the tuning window, and its loss there."""
    train_set = dataset(model.matrix(fit.table, fit.offers), target_of(fit, model), model.columns)
    tune_set = lightgbm.Dataset(model.matrix(tune.table, tune.offers), target_of(tune, model), reference=train_set)
    stop = lightgbm.early_stopping(settings.patience, verbose=False)
    booster = lightgbm.train(
        booster_parameters(settings, name), train_set, settings.rounds, valid_sets=[tune_set], callbacks=[stop]
    )
    loss = float(next(iter(booster.best_score["valid_0"].values())))
    return max(booster.best_iteration, 1), loss


def fit_booster(
    model: PriceModel, windows: Sequence[Window], name: str, settings: Settings, rounds: int
) -> lightgbm.Booster:
    values = np.vstack([model.matrix(window.table, window.offers) for window in windows])
    target = np.concatenate([target_of(window, model) for window in windows])
    return lightgbm.train(booster_parameters(settings, name), dataset(values, target, model.columns), rounds)


def calibrated(model: PriceModel, latest: Window) -> tuple[dict[str, float], tuple[tuple[float, ...], ...]]:
    """Figures with the ends calibrated on the earlier half of the window and measured on the later one; then the
    factors from all of it."""
    half = len(latest.offers) // 2
    measured = replace(model, factors=factors_of(model, latest.part(0, half)))
    later = latest.part(half, len(latest.offers))
    return (
        figures.summary(later.true, measured.predict(later.table, later.offers)),
        factors_of(model, latest),
    )


def factors_of(model: PriceModel, window: Window) -> tuple[tuple[float, ...], ...]:
    """By stratum, or from all where a stratum has few, and by level: the conformal factors."""
    found, places = intervals.scores(window.true, model.raw(window.table, window.offers)), strata(window.table)
    overall, by_stratum = intervals.factors(found, LEVELS), []
    for stratum in range(len(STRATA)):
        own = places == stratum
        enough = int(own.sum()) >= FEWEST_OF_STRATUM
        by_stratum.append(intervals.factors(found[own], LEVELS) if enough else overall)
    return tuple(by_stratum)
