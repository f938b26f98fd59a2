"""One kind of part's own judge: a multinomial head on a basis, and the axes of the space of hands."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from ml.attribution.projecting import Basis, Floats, fit_hand, unit
from ml.devices import one_thread

LENGTH = 4.0
INVERSE_REGULARISATION = 1.0
MOST_STEPS = 200


@dataclass(frozen=True)
class Head:
    """Log-probabilities of ``hands`` from points of a basis by ``weights [dimensions, hands]``; ``axes [dimensions, kept]``
    lead to the space in which works of one hand lie close."""

    hands: tuple[str, ...]
    axes: Floats
    weights: Floats
    bias: Floats

    def on_axes(self, points: Floats) -> Floats:
        """``[..., dimensions]`` to ``[..., kept]``; works of one hand scatter by about one along each."""
        return np.asarray(points @ self.axes, np.float32)

    def place(self, points: Floats) -> Floats:
        """Unit vectors ``[..., kept]``."""
        return unit(self.on_axes(points))

    def __call__(self, points: Floats) -> Floats:
        """Log-probabilities ``[..., hands]`` of points ``[..., dimensions]``."""
        logits = LENGTH * unit(points) @ self.weights + self.bias
        logits -= logits.max(-1, keepdims=True)
        return np.asarray(logits - np.log(np.exp(logits).sum(-1, keepdims=True)), np.float32)


def fit_head(
    points: Floats,
    hands: Sequence[str],
    *,
    known: Sequence[str],
    kept: int = 64,
    changes: Floats | None = None,
) -> Head:
    """The axes by all ``points [n, dimensions]``, the head by those of ``known`` hands, each hand weighing the same.

    Without equal weights a head on few works of many hands learns which hand has most works. The head reads the basis, not
    the axes: on few works a hand, those fit the works that were seen too closely to rank by (measured: docs/attribution.md).
    """
    labels = np.asarray(hands)
    axes = fit_hand(points, hands, kept=min(kept, points.shape[1]), changes=changes)
    is_known = np.isin(labels, list(known))
    placed = LENGTH * unit(points[is_known])
    order, weights, bias = fit_multinomial(placed, labels[is_known])
    return Head(order, axes, weights, bias)


def fit_multinomial(placed: Floats, labels: npt.NDArray[np.str_]) -> tuple[tuple[str, ...], Floats, Floats]:
    """Classes, ``weights [kept, classes]`` and ``bias [classes]`` of a balanced, L2-regularised multinomial logistic."""
    classes = sorted({str(label) for label in labels})
    if len(classes) == 1:
        return tuple(classes), np.zeros((placed.shape[1], 1), np.float32), np.zeros(1, np.float32)
    model = LogisticRegression(C=INVERSE_REGULARISATION, class_weight="balanced", max_iter=MOST_STEPS, tol=1e-3)
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(placed, labels)
    weights, bias = model.coef_.T, model.intercept_
    if len(classes) == 2:
        weights, bias = np.concatenate([-weights, weights], axis=1) / 2, np.concatenate([-bias, bias]) / 2
    return tuple(classes), np.asarray(weights, np.float32), np.asarray(bias, np.float32)


@dataclass(frozen=True)
class Judge:
    """A head with the basis of the features that it reads."""

    basis: Basis
    head: Head

    def __call__(self, features: Floats) -> Floats:
        """Log-probabilities ``[..., hands]`` of features ``[..., raw]``."""
        return self.head(self.basis(features))
