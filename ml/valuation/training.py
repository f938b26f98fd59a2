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
    REGIMES,
    PriceModel,
    Settings,
    booster_parameters,
    dataset,
    first_guess,
)
from ml.valuation.offers import Offer, log_prices

FEWEST_PRICES = 60


class TooFewPrices(ValueError):
    """There are not enough sold lots to learn from; the message says how many there are and how many it takes."""


@dataclass(frozen=True)
class Trained:
    """A model with what was measured on its latest window, which was not used for fitting."""

    model: PriceModel
    figures: dict[str, float]
    without_looks: dict[str, float] | None
    rounds: tuple[int, ...]


@dataclass(frozen=True)
class Window:
    """Offers with their features and true log prices."""

    offers: list[Offer]
    table: FeatureTable
    true: NDArray[np.float64]

    def part(self, start: int, end: int) -> Window:
        table = FeatureTable(self.table.values[start:end], self.table.names)
        return Window(self.offers[start:end], table, self.true[start:end])


def sold_window(offers: Sequence[Offer], regime: str) -> Window:
    """The sold offers of a regime in order of date, with features from *all* offers before each one's date."""
    if regime not in REGIMES:
        raise ValueError(f"no such regime: {regime}; there are {', '.join(REGIMES)}")
    table, true = build(offers), log_prices(offers)
    usable = ~np.isnan(true)
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
) -> Trained:
    """Train on these offers (sold and unsold). Raises ``TooFewPrices``, or ``Cancelled`` where the reporter says stop."""
    settings, reporter = settings or Settings(), reporter or SilentReporter()
    window = sold_window(offers, regime)
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
    """Loss of the middle on the tuning window, and the model refitted on fit and tuning windows, then calibrated."""
    fit, tune, calibrate = parts
    columns = (*REGIMES[regime], *(looks.names if looks else ()))
    least = regime == "estimated" and opening_is_least([*fit.offers, *tune.offers, *calibrate.offers])
    blank = PriceModel(regime, columns, (), 0.0, settings.level, looks, least)
    boosters, rounds, losses = [], [], []
    for number, alpha in enumerate(settings.alphas):
        if reporter.should_stop():
            raise Cancelled
        reporter.progress(3 * place + number, 6, phase="training")
        chosen, loss = rounds_for(blank, fit, tune, alpha, settings)
        boosters.append(fit_booster(blank, [fit, tune], alpha, settings, chosen))
        rounds.append(chosen)
        losses.append(loss)
    model = replace(blank, boosters=tuple(boosters))
    measured, widening = calibrated(model, calibrate)
    return losses[1], Trained(replace(model, widening=widening), measured, None, tuple(rounds))


def opening_is_least(sold: Sequence[Offer]) -> bool:
    """Whether none of at least 60 lots with an opening bid was sold below it."""
    opened = [offer for offer in sold if offer.opening_bid and offer.price]
    return len(opened) >= FEWEST_PRICES and all(
        offer.price >= offer.opening_bid for offer in opened if offer.price and offer.opening_bid
    )


def target_of(window: Window, regime: str) -> NDArray[np.float64]:
    return window.true - first_guess(window.table, regime)


def rounds_for(model: PriceModel, fit: Window, tune: Window, alpha: float, settings: Settings) -> tuple[int, float]:
    """Number of trees that does best on the tuning window, and its pinball loss there."""
    train_set = dataset(model.matrix(fit.table, fit.offers), target_of(fit, model.regime), model.columns)
    tune_set = lightgbm.Dataset(
        model.matrix(tune.table, tune.offers), target_of(tune, model.regime), reference=train_set
    )
    stop = lightgbm.early_stopping(settings.patience, verbose=False)
    booster = lightgbm.train(
        booster_parameters(settings, alpha), train_set, settings.rounds, valid_sets=[tune_set], callbacks=[stop]
    )
    loss = float(next(iter(booster.best_score["valid_0"].values())))
    return max(booster.best_iteration, 1), loss


def fit_booster(
    model: PriceModel, windows: Sequence[Window], alpha: float, settings: Settings, rounds: int
) -> lightgbm.Booster:
    values = np.vstack([model.matrix(window.table, window.offers) for window in windows])
    target = np.concatenate([target_of(window, model.regime) for window in windows])
    return lightgbm.train(booster_parameters(settings, alpha), dataset(values, target, model.columns), rounds)


def calibrated(model: PriceModel, latest: Window) -> tuple[dict[str, float], float]:
    """Figures with the ends calibrated on the earlier half of the window and measured on the later one; then the
    widening from all of it."""
    quantiles = model.predict(latest.table, latest.offers)
    half = len(latest.offers) // 2
    earlier = intervals.widening(latest.true[:half], quantiles[:half], level=model.level)
    measured = figures.summary(latest.true[half:], intervals.widened(quantiles[half:], earlier))
    return measured, intervals.widening(latest.true, quantiles, level=model.level)
