"""Conformalised quantile regression (Romano, Patterson, Candès 2019): intervals that cover as often as they say."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

NARROWEST = 0.01


def ordered(quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Low, middle, high [n, 3] without crossing: the middle stands, the ends give way."""
    low, middle, high = quantiles.T
    return np.column_stack([np.minimum(low, middle), middle, np.maximum(high, middle)])


def widening(true: NDArray[np.float64], quantiles: NDArray[np.float64], *, level: float) -> float:
    """How much both ends must move out (in log price; may be negative) to cover ``level`` of exchangeable new prices.

    ``true`` [n], ``quantiles`` [n, 3], ``level`` in (0, 1). Raises ``ValueError`` where n is too small for the level.
    """
    return conformal(np.maximum(quantiles[:, 0] - true, true - quantiles[:, 2]), level=level)


def conformal(scores: NDArray[np.float64], *, level: float) -> float:
    """The score that ``level`` of exchangeable new ones stay below. Raises ``ValueError`` where there are too few."""
    rank = math.ceil((len(scores) + 1) * level)
    if rank > len(scores):
        raise ValueError(f"{len(scores)} prices are too few to calibrate an interval of {level:.0%}")
    return float(np.sort(scores)[rank - 1])


def widened(quantiles: NDArray[np.float64], by: float) -> NDArray[np.float64]:
    """The calibrated intervals [n, 3]; never narrower than their middle."""
    return ordered(np.column_stack([quantiles[:, 0] - by, quantiles[:, 1], quantiles[:, 2] + by]))


def stretched(quantiles: NDArray[np.float64], parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Both ends moved out (or in) by a part [n] of their own distance: wide intervals move more than narrow ones."""
    by = parts * (quantiles[:, 2] - quantiles[:, 0])
    return ordered(np.column_stack([quantiles[:, 0] - by, quantiles[:, 1], quantiles[:, 2] + by]))


def stretch(true: NDArray[np.float64], quantiles: NDArray[np.float64], *, level: float) -> float:
    """The part of their own distance by which both ends must move out to cover ``level``; locally weighted conformal
    scores (Lei et al. 2018). Raises ``ValueError`` where n is too small for the level.
    """
    distance = np.maximum(quantiles[:, 2] - quantiles[:, 0], NARROWEST)
    outside = np.maximum(quantiles[:, 0] - true, true - quantiles[:, 2]) / distance
    return conformal(outside, level=level)
