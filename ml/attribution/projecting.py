"""From features to the space in which works of one hand lie close: noise of the same hand divided out, hands told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Floats = npt.NDArray[np.float32]
MOST_TO_FIT = 1_500
MOST_OF_ONE_HAND = 10
SHRINKAGE = 0.3
CHANGES_SHARE = 0.3
RIDGE = 1e-4


@dataclass(frozen=True)
class Basis:
    """Features standardised, then on principal axes each divided by a power of its deviation."""

    mean: Floats
    deviation: Floats
    axes: Floats

    def __call__(self, features: Floats) -> Floats:
        """``[..., raw]`` to ``[..., axes]``."""
        return np.asarray(((features.astype(np.float32) - self.mean) / self.deviation) @ self.axes, np.float32)

    def strangeness(self, features: Floats) -> Floats:
        """How much of ``[n, raw]`` lies outside the axes, as a share of its length, 0 to 1."""
        standard = (features.astype(np.float32) - self.mean) / self.deviation
        unit = self.axes / np.linalg.norm(self.axes, axis=0, keepdims=True).clip(1e-9)
        inside = ((standard @ unit) ** 2).sum(-1)
        return np.asarray(1 - inside / np.maximum((standard**2).sum(-1), 1e-9), np.float32)


def fit_basis(features: Floats, *, kept: int, evenness: float = 0.5, seed: int = 1) -> Basis:
    """Principal axes of ``[n, raw]``, by at most 1,500 rows; each divided by its deviation to the power ``evenness``."""
    if len(features) > MOST_TO_FIT:
        features = features[np.random.default_rng(seed).permutation(len(features))[:MOST_TO_FIT]]
    features = features.astype(np.float32)
    mean, deviation = features.mean(0), features.std(0) + 1e-4
    standard = (features - mean) / deviation
    values, left = np.linalg.eigh(standard @ standard.T)
    order = np.argsort(values)[::-1][: min(kept, max(1, len(features) - 1))]
    values = np.maximum(values[order], 1e-6)
    axes = standard.T @ (left[:, order] / np.sqrt(values))
    scale = np.sqrt(values / len(features)) ** evenness
    return Basis(mean, deviation, np.asarray(axes / scale, np.float32))


def fit_hand(
    points: Floats, hands: Sequence[str], *, kept: int, changes: Floats | None = None, shrinkage: float = SHRINKAGE
) -> Floats:
    """Axes ``[dimensions, kept]`` on which works of one hand differ little and works of different hands much.

    The scatter within hands (each counted at most as ten works) is whitened away (within-class covariance normalisation,
    Hatch et al. 2006), then the main directions of what is left are kept, as in Fisher's discriminants. ``changes``
    ``[m, dimensions]``, differences between a picture and a perturbed copy of it (JPEG, a colour cast, a frame), count
    as scatter within a hand as well. Hands of one work say nothing of scatter and are used for the total alone.
    """
    within = np.zeros((points.shape[1], points.shape[1]), np.float64)
    weight = 0.0
    labels = np.asarray(hands)
    for hand, count in Counter(hands).items():
        if count < 2:
            continue
        own = points[labels == hand]
        own, share = own - own.mean(0), min(1.0, MOST_OF_ONE_HAND / count)
        within += share * own.T @ own
        weight += share * (count - 1)
    within = within / weight if weight else np.cov(points.T)
    if changes is not None and len(changes):
        within = within + CHANGES_SHARE * changes.T @ changes / len(changes)
    size = len(within)
    within = (1 - shrinkage) * within + (shrinkage * np.trace(within) / size + RIDGE) * np.eye(size)
    values, axes = np.linalg.eigh(within)
    whitened = axes / np.sqrt(values)
    _values, main = np.linalg.eigh(whitened.T @ np.cov(points.T) @ whitened)
    return np.asarray(whitened @ main[:, ::-1][:, :kept], np.float32)


def unit(points: Floats) -> Floats:
    """Rows of unit length."""
    return np.asarray(points / np.linalg.norm(points, axis=-1, keepdims=True).clip(1e-9), np.float32)


def as_tensors(basis: Basis, prefix: str) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": torch.from_numpy(np.ascontiguousarray(value)) for name, value in vars(basis).items()}
