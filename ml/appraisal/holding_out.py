"""How wrong a rating model is on works that it did not see."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ml.appraisal.rated import Matrix, Rated, fit_reader
from ml.appraisal.regression import fit

FOLDS = 10


def dealt(groups: Sequence[int] | range, seed: int) -> NDArray[np.int64]:
    """A fold for each work; a group is never divided."""
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    folds = np.random.default_rng(seed).permutation(len(names)) % min(FOLDS, len(names))
    return np.asarray(folds[place], np.int64)


def held_out(
    method: str, works: Sequence[Rated], target: Matrix, fold: NDArray[np.int64], seed: int
) -> NDArray[np.float64]:
    """Each work foretold by a model that saw none of its fold, scales and directions included."""
    found = np.zeros(len(works))
    for number in np.unique(fold):
        out = np.flatnonzero(fold == number)
        kept = np.flatnonzero(fold != number)
        seen, unseen = ([works[int(place)] for place in places] for places in (kept, out))
        reader = fit_reader(seen)
        found[out] = fit(method, reader.read(seen), target[kept], seed).predict(reader.read(unseen))
    return found


def quantile(errors: Matrix, level: float) -> float:
    """The error that ``level`` of exchangeable new ones stay below: the ⌈(n + 1) level⌉-th of n."""
    return float(np.sort(errors)[min(math.ceil((len(errors) + 1) * level), len(errors)) - 1])


def measured(held: Matrix, target: Matrix, fold: NDArray[np.int64], level: float) -> dict[str, float]:
    errors = np.abs(held - target)
    alone = np.array([target[fold != number].mean() for number in fold])
    reaches = {number: quantile(errors[fold != number], level) for number in np.unique(fold)}
    by_work = np.array([reaches[number] for number in fold])
    mae, mae_mean = float(errors.mean()), float(np.abs(alone - target).mean())
    return {
        "mae": mae,
        "rmse": float(np.sqrt((errors**2).mean())),
        "r2": float(1 - (errors**2).sum() / ((alone - target) ** 2).sum()),
        "spearman": float(stats.spearmanr(held, target).statistic) if np.ptp(held) > 1e-12 else 0.0,
        "mae_mean": mae_mean,
        "skill": 1 - mae / mae_mean,
        "coverage": float((errors <= by_work).mean()),
        "width": float(2 * by_work.mean()),
    }
