"""Conformalised quantile regression (Romano, Patterson, Candès 2019): intervals that cover as often as they say."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def ordered(quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Low, middle, high [n, 3] without crossing: the middle stands, the ends give way."""
    low, middle, high = quantiles.T
    return np.column_stack([np.minimum(low, middle), middle, np.maximum(high, middle)])


def widening(true: NDArray[np.float64], quantiles: NDArray[np.float64], *, level: float) -> float:
    """How much both ends must move out (in log price; may be negative) to cover ``level`` of exchangeable new prices.

    ``true`` [n], ``quantiles`` [n, 3], ``level`` in (0, 1). Raises ``ValueError`` where n is too small for the level.
    """
    scores = np.maximum(quantiles[:, 0] - true, true - quantiles[:, 2])
    rank = math.ceil((len(scores) + 1) * level)
    if rank > len(scores):
        raise ValueError(f"{len(scores)} prices are too few to calibrate an interval of {level:.0%}")
    return float(np.sort(scores)[rank - 1])


def widened(quantiles: NDArray[np.float64], by: float) -> NDArray[np.float64]:
    """The calibrated intervals [n, 3]; never narrower than their middle."""
    return ordered(np.column_stack([quantiles[:, 0] - by, quantiles[:, 1], quantiles[:, 2] + by]))
