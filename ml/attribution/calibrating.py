"""Many judges, one probability: how much each kind of part weighs, when nobody known is meant, what a score is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
FLOOR = -30.0
MOST_LOG_ODDS = 20.0


@dataclass(frozen=True)
class Pool:
    """Log-linear pool (Genest & Zidek 1986): ``weights`` of the kinds of parts, learned with the temperature in them."""

    weights: tuple[float, ...]

    def __call__(self, judged: Floats) -> Floats:
        """Probabilities ``[n, hands]`` from log-probabilities ``[kinds, n, hands]``; -inf where a hand is not known."""
        mixed = np.tensordot(np.asarray(self.weights), np.maximum(judged, FLOOR), axes=1)
        mixed = np.where(np.isfinite(judged).all(0), mixed, -np.inf)
        mixed -= mixed.max(-1, keepdims=True)
        grown = np.exp(mixed)
        return np.asarray(grown / grown.sum(-1, keepdims=True))


def fit_pool(judged: Floats, truth: npt.NDArray[np.int64]) -> Pool:
    """Weights, zero or more, of least log loss on held-out works: ``judged [kinds, n, hands]``, ``truth [n]``."""
    rows = np.arange(len(truth))

    def loss(weights: Floats) -> float:
        chosen = Pool(tuple(weights))(judged)[rows, truth]
        return float(-np.log(np.maximum(chosen, 1e-9)).mean() + 1e-3 * (np.asarray(weights) ** 2).sum())

    start = np.full(len(judged), 1.0 / len(judged))
    found = minimize(loss, start, method="L-BFGS-B", bounds=[(0.0, 5.0)] * len(judged))
    return Pool(tuple(float(weight) for weight in found.x))


@dataclass(frozen=True)
class Line:
    """A logistic line: probability ``1 / (1 + exp(-(signs · weights + bias)))``."""

    weights: tuple[float, ...]
    bias: float

    def log_odds(self, signs: Floats) -> Floats:
        return np.asarray((signs @ np.asarray(self.weights) + self.bias).clip(-MOST_LOG_ODDS, MOST_LOG_ODDS))

    def __call__(self, signs: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(-self.log_odds(signs))))


def fit_line(signs: Floats, answers: Flags, *, balanced: bool = False) -> Line:
    """A line by ``signs [n, k]``; a flat one at the answers' share where all answers are the same.

    ``balanced``: both answers weigh the same, so that the odds are a likelihood ratio (Brümmer & du Preez 2006).
    """
    if answers.all() or not answers.any():
        return Line((0.0,) * signs.shape[1], 3.0 if answers.all() and len(answers) else -3.0)
    centre, spread = signs.mean(0), signs.std(0) + 1e-6
    model = LogisticRegression(C=1.0, class_weight="balanced" if balanced else None)
    model.fit((signs - centre) / spread, answers)
    weights = model.coef_[0] / spread
    return Line(tuple(float(each) for each in weights), float(model.intercept_[0] - (centre * weights).sum()))


def signs_of_strangeness(probabilities: Floats, nearness: Floats, strangeness: Floats) -> Floats:
    """What tells a stranger, ``[n, 5]``: the first probability and its lead (log-odds), the entropy's share of its bound, the
    cosine to the nearest known hand's centre, and how much of the features lies outside what was seen in training."""
    ordered = -np.sort(-probabilities, axis=1)
    first = ordered[:, 0].clip(1e-6, 1 - 1e-6)
    second = ordered[:, 1] if ordered.shape[1] > 1 else np.zeros(len(ordered))
    logs = np.where(probabilities > 0, np.log(np.maximum(probabilities, 1e-12)), 0.0)
    known = np.maximum((probabilities > 0).sum(1), 2)
    entropy = -(probabilities * logs).sum(1) / np.log(known)
    return np.stack([np.log(first / (1 - first)), first - second, entropy, nearness, strangeness], axis=1)


def log_odds(probabilities: Floats) -> Floats:
    held = probabilities.clip(1e-6, 1 - 1e-6)
    return np.asarray(np.log(held / (1 - held)))


def disagreement(parts: Floats) -> float:
    """Jensen–Shannon divergence of ``[parts, answers]`` distributions over its bound, 0 (one voice) to 1."""
    if len(parts) < 2:
        return 0.0
    mean = parts.mean(0)
    bound = np.log(min(len(parts), parts.shape[1]))

    def entropy(rows: Floats) -> Floats:
        return np.asarray(-(rows * np.log(np.maximum(rows, 1e-12))).sum(-1))

    return float(np.clip((entropy(mean) - entropy(parts).mean()) / bound, 0, 1))
