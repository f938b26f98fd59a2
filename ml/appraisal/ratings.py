"""Experts' ratings, foretold from what was measured, with the error on works that were held out.

``agreement`` has how far the experts agree among themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np

from ml.appraisal.agreement import Agreement, Rating, TooFewRatings, agreement, agreements, table_of
from ml.appraisal.holding_out import dealt, held_out, measured, quantile
from ml.appraisal.rated import COLUMNS, Rated, Reader, fit_reader
from ml.appraisal.regression import Ridge, Trees, fit
from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors

__all__ = [
    "Agreement",
    "Prediction",
    "Rated",
    "Rating",
    "RatingModel",
    "TooFewRated",
    "TooFewRatings",
    "agreement",
    "agreements",
    "mean_ratings",
    "surprises",
    "table_of",
    "train",
]

FEWEST_RATED = 30
FEWEST_FOR_TREES = 120


class TooFewRated(ValueError):
    """Too few works were rated to learn from: ``works`` of ``minimum``."""

    def __init__(self, works: int, minimum: int) -> None:
        super().__init__(f"{works} rated works are too few to learn from; {minimum} are needed.")
        self.works, self.minimum = works, minimum


@dataclass(frozen=True)
class Prediction:
    """The mean rating that experts would give, and the interval that holds it as often as ``level`` says."""

    value: float
    low: float
    high: float
    level: float


@dataclass(frozen=True)
class RatingModel:
    """Foretells one criterion's mean rating. ``figures`` are measured on held-out works (see ``train``)."""

    criterion: str
    scale: tuple[float, float]
    method: str
    reader: Reader
    regression: Ridge | Trees
    reach: float
    level: float
    works: int
    figures: Mapping[str, float]

    def predict(self, works: Sequence[Rated]) -> list[Prediction]:
        """One prediction a work, within the scale. Raises ``ValueError`` where deep features are missing."""
        values = np.clip(self.regression.predict(self.reader.read(works)), *self.scale)
        low, high = self.scale
        return [
            Prediction(value, max(low, value - self.reach), min(high, value + self.reach), self.level)
            for value in map(float, values)
        ]

    def save(self, folder: Path) -> None:
        """Write ``rating.json``, ``rating.safetensors`` and, for trees, LightGBM's text. No pickle."""
        from torch import from_numpy

        tensors = {name: from_numpy(np.array(value)) for name, value in vars(self.reader).items()}
        if isinstance(self.regression, Ridge):
            tensors["weights"] = from_numpy(np.array(self.regression.weights))
        told = {"criterion": self.criterion, "scale": list(self.scale), "method": self.method, "reach": self.reach}
        told |= {"level": self.level, "works": self.works, "figures": dict(self.figures), "columns": list(COLUMNS)}
        if isinstance(self.regression, Ridge):
            told |= {"start": self.regression.start, "penalty": self.regression.penalty}
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self.regression.booster.save_model(folder / "rating.txt")
        digest = save_tensors(tensors, folder / "rating.safetensors")
        save_json(told | {"sha256": digest}, folder / "rating.json")

    @classmethod
    def load(cls, folder: Path) -> RatingModel:
        """What ``save`` wrote. Raises ``BadArtefact`` where it is broken, or was made with other measures."""
        told = load_json(folder / "rating.json")
        tensors = load_tensors(folder / "rating.safetensors", sha256=str(told.get("sha256", "")))
        if told.get("columns") != list(COLUMNS):
            raise BadArtefact("The rating model was made with other measures; train it anew.")
        parts = {name: tensor.numpy() for name, tensor in tensors.items()}
        regression: Ridge | Trees
        if told["method"] == "ridge":
            regression = Ridge(parts.pop("weights"), float(told["start"]), float(told["penalty"]))
        else:
            regression = Trees(lightgbm.Booster(model_file=folder / "rating.txt"))
        low, high = told["scale"]
        kept = {name: told[name] for name in ("criterion", "method", "reach", "level", "works", "figures")}
        return cls(scale=(low, high), reader=Reader(**parts), regression=regression, **kept)


def train(
    criterion: str,
    works: Sequence[Rated],
    means: Sequence[float],
    *,
    scale: tuple[float, float],
    groups: Sequence[int] | None = None,
    level: float = 0.8,
    minimum: int = FEWEST_RATED,
    seed: int = 1,
) -> RatingModel:
    """Learn the mean rating of works, and how far one is wrong, by ten-fold cross-validation over ``groups`` (of one work's
    photographs, or of one artist; default: each work its own).

    Ridge regression; from 120 works on also boosted trees, where they do better on held-out works. The interval is
    conformal: it reaches as far as ``level`` of the held-out errors (Vovk et al. 2005; cross-conformal, so that the promise
    is approximate). ``figures``: ``mae``, ``rmse``, ``r2`` and ``spearman`` on held-out works, ``mae_mean`` of always saying
    the mean, ``skill`` = 1 − mae / mae_mean, and ``coverage`` and ``width`` of the interval made without the fold that
    it is tried on. Raises ``TooFewRated`` below ``minimum`` works, and ``ValueError`` where all were rated alike.
    """
    target = np.asarray(means, np.float64)
    if len(works) < minimum:
        raise TooFewRated(len(works), minimum)
    if float(np.ptp(target)) < 1e-9:
        raise ValueError("All works were rated alike: there is nothing to learn.")
    fold = dealt(groups if groups is not None else range(len(works)), seed)
    methods = ["ridge", "trees"] if len(works) >= FEWEST_FOR_TREES else ["ridge"]
    held = {method: held_out(method, works, target, fold, seed) for method in methods}
    method = min(methods, key=lambda name: float(np.abs(held[name] - target).mean()))
    reader = fit_reader(works)
    regression = fit(method, reader.read(works), target, seed)
    reach = quantile(np.abs(held[method] - target), level)
    figures = measured(held[method], target, fold, level)
    return RatingModel(criterion, scale, method, reader, regression, reach, level, len(works), figures)


def mean_ratings(ratings: Sequence[Rating], criterion: str) -> dict[str, tuple[float, int]]:
    """By work, the mean of its raters' ratings and how many there are."""
    told = [rating for rating in ratings if rating.criterion == criterion]
    if not told:
        return {}
    table, _raters, works = table_of(told)
    return {work: (float(np.nanmean(table[:, n])), int((~np.isnan(table[:, n])).sum())) for n, work in enumerate(works)}


def surprises(predictions: Mapping[str, Prediction], means: Mapping[str, float]) -> list[tuple[str, float]]:
    """Works whose experts' mean lies outside the machine's interval, with how far beyond its middle; the farthest first."""
    away = {
        work: means[work] - told.value
        for work, told in predictions.items()
        if work in means and not told.low <= means[work] <= told.high
    }
    return sorted(away.items(), key=lambda part: -abs(part[1]))
