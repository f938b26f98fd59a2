"""Fidelity and variety told apart, by the balls to each picture's nearest neighbours; and how many pictures there really are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.floating]
NEAREST_PRECISION, NEAREST_COVERAGE = 3, 5


@dataclass(frozen=True)
class Manifold:
    """Shares, 0 to 1, but ``density``, which may pass 1.

    ``precision``: samples among the real ones; ``recall``: real ones among the samples (Kynkäänniemi and others, 2019).
    ``density``: in how many real balls a sample lies, over those it should; ``coverage``: real balls that hold a sample
    (Naeem and others, 2020).
    """

    precision: float
    recall: float
    density: float
    coverage: float


def manifold(
    real: Vectors, made: Vectors, *, precision_k: int = NEAREST_PRECISION, coverage_k: int = NEAREST_COVERAGE
) -> Manifold:
    """Of ``real [n, d]`` and ``made [m, d]``, each with more than ``k`` pictures (else ``ValueError``)."""
    if min(len(real), len(made)) <= max(precision_k, coverage_k):
        raise ValueError(f"More than {max(precision_k, coverage_k)} pictures are needed on each side.")
    between, among_real, among_made = distances(real, made), distances(real, real), distances(made, made)
    real_balls, made_balls = radii(among_real, precision_k), radii(among_made, precision_k)
    wide_balls = radii(among_real, coverage_k)
    inside = between <= wide_balls[:, None]
    return Manifold(
        precision=float((between <= real_balls[:, None]).any(0).mean()),
        recall=float((between <= made_balls[None, :]).any(1).mean()),
        density=float(inside.sum() / (coverage_k * len(made))),
        coverage=float(inside.any(1).mean()),
    )


def distances(left: Vectors, right: Vectors) -> npt.NDArray[np.float64]:
    """Euclidean distances ``[n, m]``; 0 of a vector to itself."""
    one, other = left.astype(np.float64), right.astype(np.float64)
    squares = np.square(one).sum(1)[:, None] + np.square(other).sum(1) - 2 * one @ other.T
    # What rounding leaves of a distance of nothing must not put a picture outside its own ball.
    squares[squares < 1e-10 * max(1.0, float(squares.max(initial=0)))] = 0
    return np.asarray(np.sqrt(squares))


def radii(among: npt.NDArray[np.float64], k: int) -> npt.NDArray[np.float64]:
    """The distance of each to its ``k``-th nearest other, of distances among them ``[n, n]``."""
    apart = among.copy()
    np.fill_diagonal(apart, np.inf)
    return np.asarray(np.partition(apart, k - 1, axis=1)[:, k - 1])


def different_pictures(features: Vectors) -> float:
    """How many different pictures there are in effect, 1 to n: e to the entropy of the likenesses' eigenvalues.

    The Vendi score (Friedman and Dieng, 2023) with a Gaussian kernel on ``[n, d]``, as wide as scaled features' deviation
    (``distances.Scale``): ten pictures repeated count ten or fewer, however often.
    """
    apart = np.square(distances(features, features)) / features.shape[1]
    values = np.linalg.eigvalsh(np.exp(-apart / 2) / len(features))
    shares = values[values > 1e-12]
    return float(np.exp(-(shares * np.log(shares)).sum()))
