"""Two ways of learning a number from few works: ridge regression and boosted trees."""

from __future__ import annotations

import math
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from ml.appraisal.rated import Matrix

PENALTIES = tuple(float(penalty) for penalty in np.geomspace(1, 10_000, 17))
TREES = 120
TREE = {
    "objective": "l2",
    "learning_rate": 0.04,
    "num_leaves": 6,
    "min_data_in_leaf": 12,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Ridge:
    """A linear model with a quadratic penalty (Hoerl & Kennard 1970)."""

    weights: Matrix
    start: float
    penalty: float

    def predict(self, numbers: Matrix) -> NDArray[np.float64]:
        return np.asarray(numbers @ self.weights + self.start, np.float64)


@dataclass(frozen=True)
class Trees:
    """Boosted trees of LightGBM."""

    booster: lightgbm.Booster

    def predict(self, numbers: Matrix) -> NDArray[np.float64]:
        return np.asarray(self.booster.predict(numbers, num_threads=1), np.float64)


def fit_ridge(numbers: Matrix, target: Matrix) -> Ridge:
    """Ridge regression, its penalty chosen by generalised cross-validation (Golub, Heath & Wahba 1979)."""
    start = float(target.mean())
    left, sizes, right = np.linalg.svd(numbers - numbers.mean(axis=0), full_matrices=False)
    parts, best = left.T @ (target - start), (math.inf, PENALTIES[-1])
    for penalty in PENALTIES:
        kept = sizes**2 / (sizes**2 + penalty)
        missed = float(((target - start - left @ (kept * parts)) ** 2).sum())
        best = min(best, (missed / (1 - (kept.sum() + 1) / len(target)) ** 2, penalty))
    weights = right.T @ (sizes / (sizes**2 + best[1]) * parts)
    return Ridge(weights, start - float(numbers.mean(axis=0) @ weights), best[1])


def fit_trees(numbers: Matrix, target: Matrix, seed: int) -> Trees:
    return Trees(lightgbm.train(TREE | {"seed": seed}, lightgbm.Dataset(numbers, target), TREES))


def fit(method: str, numbers: Matrix, target: Matrix, seed: int) -> Ridge | Trees:
    return fit_ridge(numbers, target) if method == "ridge" else fit_trees(numbers, target, seed)
