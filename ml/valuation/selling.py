"""The chance that a work sells at a reserve: the highest bid as a censored price.

A sold lot tells its highest bid, the hammer price; a lot bought in tells only that the highest bid lay below its
reserve. Gradient boosting on that likelihood (Tobit 1958; *Grabit*, Sigrist and Hirnschall 2019), with errors from the
logistic distribution, then calibrated on later lots. No source tells reserves: they lie at or below the low estimate
by convention, so the low estimate (or the opening bid, where that is what there is) stands for the reserve of a lot
bought in. ``reserve_share`` says how far below it lots were really sold.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from ml.reporter import Cancelled, Reporter, SilentReporter
from ml.valuation.burned import with_burned
from ml.valuation.features import FeatureTable
from ml.valuation.model import first_guess
from ml.valuation.offers import Offer

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

HISTORY = (
    "hand_sell_through", "sell_through_2", "offers_1", "offers_3", "offers_5", "hand_mean", "hand_days_since",
    "artist_offers", "alike_near", "alike_twin", "earlier_weight", "price_spread", "trend", "title_age", "title_sized",
    "title_bought_in", "market_mean", "market_sell_through", "sized_prior", "medium", "log_area", "made_age", "year",
    "month",
)  # fmt: skip
HOUSE = (
    "log_estimate", "estimate_spread", "log_opening_bid", "said_mean", "said_near", "over_estimate", "house_mean",
    "sale_kind_mean", "sale_kind_sell_through", "lot_number", "sale_evening", "sale_day",
)  # fmt: skip
COLUMNS = {"walk_in": HISTORY, "estimated": HISTORY + HOUSE}
GUESSES = {"walk_in": ("sized_prior", "market_mean"), "estimated": ("log_estimate", "market_mean")}
SCALES = {"walk_in": 0.5, "estimated": 0.25}
SELLERS = tuple(COLUMNS)
FEWEST_UNSOLD, FEWEST = 30, 250
SEEN_BELOW = 0.05
# Reserves at which the curve is calibrated and measured: times the low estimate.
TIMES = (1.0, 1.25, 1.5, 2.0, 3.0)
OWN_TIMES = (0.5, 1.0, 1.5, 2.0, 4.0)
TUNE_SHARE, CALIBRATE_SHARE = 0.15, 0.2
ROUNDS, PATIENCE = 400, 25
LEAST_CURVATURE = 1e-3
PARTS = 400


class TooFewUnsold(ValueError):
    """There are not enough lots with an outcome to learn a chance of sale from; the message says how many."""


@dataclass(frozen=True)
class Outcomes:
    """Lots with a known outcome in order of date, columns [n]: the stand-in reserve, the highest bid (NaN where it is
    not known), both as log amounts, and whether the lot was sold."""

    table: FeatureTable
    low: Numbers
    bid: Numbers
    sold: Flags

    def part(self, start: int, end: int) -> Outcomes:
        rows = slice(start, end)
        table = FeatureTable(self.table.values[rows], self.table.names)
        return Outcomes(table, self.low[rows], self.bid[rows], self.sold[rows])


@dataclass(frozen=True)
class SellingModel:
    """Centre and scale of the highest bid's logistic distribution, in log amounts of the scope's currency (hammer)."""

    regime: str
    columns: tuple[str, ...]
    booster: lightgbm.Booster
    slope: float
    offset: float
    reserve_share: float

    def centres(self, table: FeatureTable) -> Numbers:
        """The log reserve [n] at which the chance of sale is one half."""
        raw = np.asarray(self.booster.predict(table.columns(self.columns), num_threads=1))
        return raw + first_guess(table, GUESSES[self.regime]) + self.offset / self.slope

    def chances(self, table: FeatureTable, log_reserves: Numbers) -> Numbers:
        """Chance of sale (0 to 1) at log reserves [n] or [n, m]; never rises with the reserve."""
        centres = self.centres(table)
        centres = centres.reshape(-1, *[1] * (np.ndim(log_reserves) - 1))
        return np.asarray(expit(self.slope * (centres - log_reserves)))

    def expected_hammer(self, table: FeatureTable, log_reserves: Numbers) -> Numbers:
        """Mean hammer price [n], where the work sells at these log reserves [n]."""
        centres, chances = self.centres(table), self.chances(table, log_reserves)
        shares = (np.arange(PARTS) + 0.5) / PARTS
        ranks = 1.0 - chances[:, None] * (1.0 - shares)
        bids = centres[:, None] + logit(np.minimum(ranks, 1.0 - 1e-12)) / self.slope
        return np.asarray(np.exp(np.maximum(bids, np.asarray(log_reserves)[:, None])).mean(axis=1))

    def save(self, folder: Path) -> None:
        """Write ``selling.txt`` (LightGBM's format) and ``selling.json``."""
        folder.mkdir(parents=True, exist_ok=True)
        self.booster.save_model(folder / "selling.txt")
        plain = {name: getattr(self, name) for name in ("regime", "columns", "slope", "offset", "reserve_share")}
        (folder / "selling.json").write_text(json.dumps(plain, sort_keys=True))

    @classmethod
    def load(cls, folder: Path) -> SellingModel:
        """What ``save`` wrote. Raises ``OSError`` or ``ValueError`` where it is missing or broken."""
        plain = json.loads((folder / "selling.json").read_text())
        booster = lightgbm.Booster(model_str=(folder / "selling.txt").read_text())
        return cls(booster=booster, **{**plain, "columns": tuple(plain["columns"])})


@dataclass(frozen=True)
class TrainedSelling:
    """A model with what was measured on later lots that it had not seen."""

    model: SellingModel
    figures: dict[str, Any]


def outcomes_of(offers: Sequence[Offer], table: FeatureTable, log_hammers: Numbers) -> Outcomes:
    """The offers whose outcome and low estimate (or opening bid) are known, in order of date."""
    asked = np.array([math.log(offer.estimate_low or offer.opening_bid or math.nan) for offer in offers])
    known = ~np.isnan(asked) & ~np.isnan(table.columns(["log_estimate"])[:, 0])
    known &= np.array([offer.sold is not None for offer in offers], dtype=bool)
    order = sorted(np.flatnonzero(known).tolist(), key=lambda row: (offers[row].date, offers[row].key))
    sold = np.array([bool(offers[row].sold) for row in order], dtype=bool)
    return Outcomes(table.rows(order), asked[order], np.where(sold, log_hammers[order], np.nan), sold)


def train_selling(
    offers: Sequence[Offer],
    table: FeatureTable,
    log_hammers: Numbers,
    *,
    regime: str,
    seed: int = 7,
    reporter: Reporter | None = None,
) -> TrainedSelling:
    """Learn from sold and unsold offers; ``table`` is what ``features.build`` made of them, ``log_hammers`` [n] their
    hammer prices (NaN where unknown). Raises ``TooFewUnsold``, or ``Cancelled`` where the reporter says stop.
    """
    reporter = reporter or SilentReporter()
    known = outcomes_of(offers, with_burned(table, offers), log_hammers)
    count, unsold = len(known.sold), int((~known.sold).sum())
    if count < FEWEST or unsold < FEWEST_UNSOLD:
        raise TooFewUnsold(
            f"{count} lots with a known outcome, {unsold} of them unsold, are too few to learn the chance of sale; "
            f"it takes {FEWEST} and {FEWEST_UNSOLD}"
        )
    tune_from, latest_from = (int(count * (1 - share)) for share in (TUNE_SHARE + CALIBRATE_SHARE, CALIBRATE_SHARE))
    middle = (latest_from + count) // 2
    columns = tuple(name for name in COLUMNS[regime] if name in table.names)
    rounds = rounds_for(known.part(0, tune_from), known.part(tune_from, latest_from), regime, columns, seed)
    if reporter.should_stop():
        raise Cancelled
    early = fitted(known.part(0, latest_from), regime, columns, seed, rounds)
    measured = calibrated(early, known.part(latest_from, middle))
    found = figures_of(measured, known.part(middle, count), known.sold[:middle])
    final = calibrated(early, known.part(latest_from, count))
    booster = fitted(known, regime, columns, seed, rounds).booster
    return TrainedSelling(replace(final, booster=booster), found)


def likelihood(regime: str, rows: Outcomes, guess: Numbers) -> tuple[Any, Any]:
    """The censored likelihood as LightGBM's objective and measure, for boosters of the bid less a guess [n]."""
    scale, told = SCALES[regime], rows.sold & ~np.isnan(rows.bid)
    seen = np.where(told, rows.bid, rows.low) - guess

    def objective(centres: Numbers, _data: lightgbm.Dataset) -> tuple[Numbers, Numbers]:
        away = (seen - centres) / scale
        below, spread = expit(-away), expit(away) * expit(-away)
        told_slope, told_curve = -np.tanh(away / 2), 2 * spread
        slope = np.where(told, told_slope, np.where(rows.sold, -expit(away), below))
        return slope / scale, np.maximum(np.where(told, told_curve, spread) / scale**2, LEAST_CURVATURE)

    def loss(centres: Numbers, _data: lightgbm.Dataset) -> tuple[str, float, bool]:
        away = (seen - centres) / scale
        below, above = np.logaddexp(0, -away), np.logaddexp(0, away)
        told_loss = away + 2 * below + math.log(scale)
        return "loss", float(np.where(told, told_loss, np.where(rows.sold, above, below)).mean()), False

    return objective, loss


def parameters(seed: int) -> dict[str, Any]:
    return {
        "learning_rate": 0.1,
        "num_leaves": 8,
        "min_data_in_leaf": 60,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }


def rounds_for(fit: Outcomes, tune: Outcomes, regime: str, columns: Sequence[str], seed: int) -> int:
    """Number of trees with the least loss on the tuning window."""
    objective, _loss = likelihood(regime, fit, first_guess(fit.table, GUESSES[regime]))
    _objective, loss = likelihood(regime, tune, first_guess(tune.table, GUESSES[regime]))
    train_set = lightgbm.Dataset(fit.table.columns(columns), fit.low, free_raw_data=False)
    tune_set = lightgbm.Dataset(tune.table.columns(columns), tune.low, reference=train_set)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    booster = lightgbm.train(
        {**parameters(seed), "objective": objective}, train_set, ROUNDS, [tune_set], feval=loss, callbacks=[stop]
    )
    return max(booster.best_iteration, 1)


def fitted(rows: Outcomes, regime: str, columns: tuple[str, ...], seed: int, rounds: int) -> SellingModel:
    objective, _loss = likelihood(regime, rows, first_guess(rows.table, GUESSES[regime]))
    data = lightgbm.Dataset(rows.table.columns(columns), rows.low, free_raw_data=False)
    booster = lightgbm.train({**parameters(seed), "objective": objective}, data, rounds)
    told = (rows.bid - rows.low)[rows.sold & ~np.isnan(rows.bid)]
    share = min(1.0, math.exp(float(np.quantile(told, SEEN_BELOW)))) if len(told) else 1.0
    return SellingModel(regime, columns, booster, 1.0 / SCALES[regime], 0.0, share)


def curve_events(rows: Outcomes, reserve_share: float) -> tuple[Numbers, Numbers]:
    """Log reserves [n, m] at which it is known whether the lot sold or would have, and whether [n, m] (0 or 1).

    First the stand-in for the true reserve; then multiples of the low estimate: what was bought in would not have sold
    there, and what was sold would have if its hammer price reached them.
    """
    times = np.log([reserve_share, *TIMES])
    reserves = rows.low[:, None] + times
    sold = rows.sold[:, None] & (rows.bid[:, None] >= reserves - 1e-9)
    sold[:, 0] = rows.sold
    unknown = rows.sold & np.isnan(rows.bid)
    return reserves, np.where(unknown[:, None] & (np.arange(len(times)) > 0), np.nan, sold.astype(np.float64))


def calibrated(model: SellingModel, rows: Outcomes) -> SellingModel:
    """Slope and offset from later lots; the slope stays above 0.

    Beside an estimate, by logistic regression of the curve's events (Platt 1999). A reserve that follows the house's
    estimate knows more than a model without it: there, by the censored likelihood, which asks about no reserve.
    """
    away = model.centres(rows.table)
    if model.regime == "walk_in":
        slope, offset = most_likely(away, rows)
        return replace(model, slope=slope, offset=offset)
    from sklearn.linear_model import LogisticRegression

    reserves, events = curve_events(rows, model.reserve_share)
    seen = ~np.isnan(events)
    if len(set(events[seen])) < 2:
        return model
    fit = LogisticRegression(C=1e6).fit((away[:, None] - reserves)[seen].reshape(-1, 1), events[seen])
    slope, offset = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    return replace(model, slope=slope, offset=offset) if slope > 0 else model


def most_likely(centres: Numbers, rows: Outcomes) -> tuple[float, float]:
    """The slope and offset under which what became of the lots is likeliest."""
    from scipy.optimize import minimize

    told = rows.sold & ~np.isnan(rows.bid)
    seen = np.where(told, rows.bid, rows.low) - centres

    def loss(pair: Numbers) -> float:
        away = seen * math.exp(pair[0]) - pair[1]
        below, above = np.logaddexp(0, -away), np.logaddexp(0, away)
        return float(np.where(told, below + above - pair[0], np.where(rows.sold, above, below)).mean())

    found = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return math.exp(float(found[0])), float(found[1])


def figures_of(model: SellingModel, rows: Outcomes, earlier_sold: Flags) -> dict[str, Any]:
    """At the stand-in reserve and at multiples of the low estimate, beside saying what was always true so far.

    Without an estimate: at multiples of the model's own centre, where the outcome there is known.
    """
    if model.regime == "walk_in":
        return own_figures(model, rows)
    reserves, events = curve_events(rows, model.reserve_share)
    chances = model.chances(rows.table, reserves)
    found = probability_figures(events[:, 0], chances[:, 0])
    constant = np.full(len(events), float(earlier_sold.mean()))
    found["brier_constant"] = float(((constant - events[:, 0]) ** 2).mean())
    for place, times in enumerate(TIMES, start=1):
        seen = ~np.isnan(events[:, place])
        chance, event = chances[seen, place], events[seen, place]
        found[f"brier_at_{times:g}"] = float(((chance - event) ** 2).mean()) if len(event) else math.nan
        found[f"said_at_{times:g}"] = float(chance.mean()) if len(event) else math.nan
        found[f"seen_at_{times:g}"] = float(event.mean()) if len(event) else math.nan
    return {**found, "reserve_share": model.reserve_share}


def own_figures(model: SellingModel, rows: Outcomes) -> dict[str, Any]:
    """A lot bought in tells nothing of reserves below its low estimate: said and seen leave it out there."""
    centres = model.centres(rows.table)
    reserves = centres[:, None] + np.log(OWN_TIMES)
    known = np.where(rows.sold, ~np.isnan(rows.bid), False)[:, None] | (
        ~rows.sold[:, None] & (reserves >= rows.low[:, None])
    )
    events = (rows.sold[:, None] & (rows.bid[:, None] >= reserves)).astype(np.float64)
    chances = model.chances(rows.table, reserves)
    found = probability_figures(events[known], chances[known])
    found["brier_constant"] = float(((events[known].mean() - events[known]) ** 2).mean())
    for place, times in enumerate(OWN_TIMES):
        seen = known[:, place]
        found[f"said_at_{times:g}"] = float(chances[seen, place].mean()) if seen.any() else math.nan
        found[f"seen_at_{times:g}"] = float(events[seen, place].mean()) if seen.any() else math.nan
    return {**found, "reserve_share": model.reserve_share}


def probability_figures(events: Numbers, chances: Numbers) -> dict[str, Any]:
    """Number, AUC and Brier score of chances [n] of events [n], and the reliability by fifths: said, and seen."""
    from sklearn.metrics import brier_score_loss, roc_auc_score

    if len(set(events.tolist())) < 2:
        return {"n": float(len(events)), "auc": math.nan, "brier": math.nan, "reliability": []}
    fifths = np.array_split(np.argsort(chances, kind="stable"), 5)
    return {
        "n": float(len(events)),
        "auc": float(roc_auc_score(events, chances)),
        "brier": float(brier_score_loss(events, chances)),
        "reliability": [[float(chances[rows].mean()), float(events[rows].mean())] for rows in fifths if len(rows)],
    }
