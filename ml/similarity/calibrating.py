"""From scores of a pair to a probability: same work, same hand, same style; measured on pairs held out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]
FEWEST = 40
FOLDS = 5
BINS = 10


class TooFewPairs(ValueError):
    """There are too few labelled pairs of one kind or the other to say anything; the message counts them."""


@dataclass(frozen=True)
class Figures:
    """On held-out pairs: how many, how many are the same, area under the ROC, Brier score and expected error (ECE)."""

    pairs: int
    same: int
    auroc: float
    brier: float
    ece: float


@dataclass(frozen=True)
class Calibration:
    """A logistic regression: ``names`` of its scores, their weights, and a constant."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    constant: float

    def probability(self, scores: Mapping[str, float]) -> float | None:
        """0 to 1; None where a score is missing."""
        if any(name not in scores for name in self.names):
            return None
        total = self.constant + sum(w * scores[name] for name, w in zip(self.names, self.weights, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def as_json(self) -> dict[str, Any]:
        return {"names": list(self.names), "weights": list(self.weights), "constant": self.constant}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Calibration:
        return cls(tuple(kept["names"]), tuple(float(w) for w in kept["weights"]), float(kept["constant"]))


def fit(names: Sequence[str], table: Table, same: Labels, groups: npt.NDArray[np.int64]) -> tuple[Calibration, Figures]:
    """Fit on all pairs (``table [n, len(names)]``); the figures are of five folds, no group on both sides of one.

    Raises ``TooFewPairs`` for fewer than 40 pairs of either kind, or fewer groups than folds.
    """
    positive = int(same.sum())
    if min(positive, len(same) - positive) < FEWEST or len(np.unique(groups)) < FOLDS:
        raise TooFewPairs(f"{positive} pairs that are the same and {len(same) - positive} that are not, of {FEWEST}")
    held_out = np.full(len(same), np.nan)
    folds = np.unique(groups, return_inverse=True)[1] % FOLDS
    for fold in range(FOLDS):
        inside = folds != fold
        if same[inside].all() or not same[inside].any():
            continue
        weights, constant = logistic(table[inside], same[inside])
        held_out[~inside] = 1 / (1 + np.exp(-(table[~inside] @ weights + constant)))
    known = ~np.isnan(held_out)
    weights, constant = logistic(table, same)
    calibration = Calibration(tuple(names), tuple(float(w) for w in weights), float(constant))
    return calibration, measured(held_out[known], same[known])


def logistic(table: Table, same: Labels) -> tuple[npt.NDArray[np.float64], float]:
    """Weights and constant of a lightly regularised logistic regression on scores of their own scale."""
    from sklearn.linear_model import LogisticRegression

    middle, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-9)
    model = LogisticRegression(C=1.0, max_iter=500).fit((table - middle) / spread, same)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ middle)


def measured(probabilities: Table, same: Labels) -> Figures:
    """What the probabilities are worth."""
    from sklearn.metrics import roc_auc_score

    both = bool(same.any() and not same.all())
    return Figures(
        pairs=len(same),
        same=int(same.sum()),
        auroc=float(roc_auc_score(same, probabilities)) if both else float("nan"),
        brier=float(np.mean((probabilities - same) ** 2)),
        ece=expected_error(probabilities, same),
    )


def expected_error(probabilities: Table, same: Labels) -> float:
    """ECE: the mean distance of stated from true shares over ten bins of equal count."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    gaps = [len(part) * abs(float(probabilities[part].mean()) - float(same[part].mean())) for part in parts]
    return sum(gaps) / len(order)


USUAL_SAME_WORK = Calibration(("correlation", "hash"), (11.8, 5.2), -9.1)
"""Same work, by how far two pictures agree and how far their hashes do, as fitted on 300 pictures of five sources; for
collections too small to measure their own (docs/similarity.md)."""
