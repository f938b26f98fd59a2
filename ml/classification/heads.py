"""Answers from features: one multinomial logistic head a question, its probabilities calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from ml.classification.labels import Question
from ml.devices import one_thread
from ml.splits import folds

Features = npt.NDArray[np.float32]
Probabilities = npt.NDArray[np.float64]
Doubles = npt.NDArray[np.float64]
STRENGTHS = (3e-5, 1e-3)
INNER_FOLDS = 3
MOST_ITERATIONS = 60
COLDEST, HOTTEST = 0.25, 8.0
FEW = 2_000


@dataclass(frozen=True)
class Scaling:
    """Centres features ``[n, d]`` and gives each a like deviation; a picture then has a length of about 1."""

    mean: Features
    scale: Features

    def __call__(self, features: Features) -> Features:
        return np.asarray((features - self.mean) * self.scale, np.float32)


def fit_scaling(features: Features) -> Scaling:
    """Deviations are raised by a tenth of the mean one, so that features that hardly vary are not blown up."""
    deviation = features.std(axis=0)
    raised = deviation + 0.1 * max(float(deviation.mean()), 1e-6)
    return Scaling(features.mean(axis=0), np.asarray(1 / (raised * np.sqrt(features.shape[1])), np.float32))


@dataclass(frozen=True)
class Head:
    """``weight`` ``[answers, d]`` and ``bias`` ``[answers]`` over scaled features; ``temperature`` divides the logits.

    ``log_prior`` ``[answers]`` is how frequent answers are where it learned.
    """

    name: str
    answers: tuple[str, ...]
    weight: Features
    bias: Features
    log_prior: Features
    temperature: float = 1.0
    strength: float = 0.0

    def probabilities(self, scaled: Features) -> Probabilities:
        """Calibrated, ``[n, answers]``, each row adding up to 1."""
        return softmax((scaled @ self.weight.T + self.bias) / self.temperature)

    def ranked(self, scaled: Features, *, balance: float = 0.0) -> npt.NDArray[np.int64]:
        """Answers from the likeliest on, ``[n, answers]``; ``balance`` 1 ranks as if all answers were equally frequent."""
        return np.argsort(
            -(np.log(self.probabilities(scaled) + 1e-12) - balance * self.log_prior), axis=1, kind="stable"
        )


def fit_head(question: Question, scaled: Features, groups: npt.NDArray[np.int64], *, seed: int = 1) -> Head:
    """The head of a question, from the pictures of which it is said.

    L2's ``strength`` and the temperature are chosen on pictures of works that the head did not see (folds over
    ``groups``), by their log loss. (Temperature scaling: Guo et al., ICML 2017.)
    """
    said = question.is_said
    y, works, count = question.targets[said], groups[said], len(question.answers)
    with one_thread() if len(y) <= FEW else nullcontext():
        base = span(scaled[said])
        x = scaled[said].astype(np.float64) @ base
    tried = [(held_out_logits(x, y, works, count, strength, seed), strength) for strength in STRENGTHS]
    logits, strength = min(tried, key=lambda each: log_loss(each[0], y, fit_temperature(each[0], y)))
    weight, bias = solve(x, y, count, strength)
    prior = (np.bincount(y, minlength=count) + 0.5) / (len(y) + 0.5 * count)
    return Head(
        question.name,
        question.answers,
        np.asarray(weight @ base.T, np.float32),
        np.asarray(bias, np.float32),
        np.asarray(np.log(prior), np.float32),
        fit_temperature(logits, y),
        strength,
    )


def span(x: Features) -> Doubles:
    """An orthonormal base ``[d, r]`` of what the pictures span: there the minimum lies, and there are fewer of them than
    features."""
    if len(x) >= x.shape[1]:
        return np.eye(x.shape[1])
    values, vectors = np.linalg.eigh(x.astype(np.float64) @ x.T)
    kept = values > 1e-9 * values[-1]
    return np.asarray(x.T @ vectors[:, kept] / np.sqrt(values[kept]), np.float64)


def held_out_logits(
    x: Doubles, y: npt.NDArray[np.int64], works: npt.NDArray[np.int64], count: int, strength: float, seed: int
) -> Doubles:
    """Logits ``[n, count]`` of each picture by a head that saw none of its work."""
    folds_of = folds(works, y.tolist(), count=min(INNER_FOLDS, len(set(works.tolist()))), seed=seed)
    found = np.zeros((len(y), count))
    for fold in np.unique(folds_of):
        held = folds_of == fold
        weight, bias = solve(x[~held], y[~held], count, strength)
        found[held] = x[held] @ weight.T + bias
    return found


def solve(x: Doubles, y: npt.NDArray[np.int64], count: int, strength: float) -> tuple[Doubles, Doubles]:
    """Weights ``[count, d]`` and biases that minimise the mean cross-entropy plus ``strength`` / 2 times the squared weights."""
    wanted = np.eye(count)[y]

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        weight, bias = flat[:-count].reshape(count, -1), flat[-count:]
        logits = x @ weight.T + bias
        logits -= logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits).sum(axis=1))
        value = (total - (logits * wanted).sum(axis=1)).mean() + strength / 2 * (weight**2).sum()
        slope = (np.exp(logits - total[:, None]) - wanted) / len(x)
        return float(value), np.concatenate([(slope.T @ x + strength * weight).ravel(), slope.sum(axis=0)])

    start, most = np.zeros(count * (x.shape[1] + 1)), {"maxiter": MOST_ITERATIONS, "gtol": 1e-6}
    with one_thread():
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options=most).x
    return found[:-count].reshape(count, -1), found[-count:]


def fit_temperature(logits: Doubles, y: npt.NDArray[np.int64]) -> float:
    """The divisor of the logits, 0.25 to 8, under which the right answers are likeliest: a golden-section search."""
    low, high = np.log(COLDEST), np.log(HOTTEST)
    ratio = (np.sqrt(5) - 1) / 2
    while high - low > 1e-3:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if log_loss(logits, y, np.exp(left)) < log_loss(logits, y, np.exp(right)):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def log_loss(logits: Doubles, y: npt.NDArray[np.int64], temperature: float) -> float:
    return float(-np.log(softmax(logits / temperature)[np.arange(len(y)), y] + 1e-12).mean())


def softmax(logits: npt.NDArray[np.floating]) -> Probabilities:
    """Rows of probabilities of rows of logits."""
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def fit_heads(asked: Sequence[Question], scaled: Features, groups: npt.NDArray[np.int64]) -> list[Head]:
    return [fit_head(question, scaled, groups) for question in asked]
