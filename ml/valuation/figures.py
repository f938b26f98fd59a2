"""How good estimates are: the figures of the trade and of statistics. All on natural logarithms of prices, shape [n]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Logs = NDArray[np.float64]


def r_squared(true: Logs, estimated: Logs) -> float:
    """Share of the variance of log price that is explained; NaN below two prices."""
    spread = float(((true - true.mean()) ** 2).sum()) if len(true) > 1 else 0.0
    return 1.0 - float(((true - estimated) ** 2).sum()) / spread if spread else float("nan")


def median_ape(true: Logs, estimated: Logs) -> float:
    """Median of |estimate / price − 1|."""
    return float(np.median(np.abs(np.expm1(estimated - true)))) if len(true) else float("nan")


def coverage(true: Logs, low: Logs, high: Logs) -> float:
    """Share of the prices that lie in their interval (0 to 1)."""
    return float(((true >= low) & (true <= high)).mean()) if len(true) else float("nan")


def median_width(low: Logs, high: Logs) -> float:
    """Median of high over low: 2.0 means that the upper end is twice the lower one."""
    return float(np.exp(np.median(high - low))) if len(low) else float("nan")


def dispersion(true: Logs, estimated: Logs) -> float:
    """COD: mean distance of estimate over price from its median, in per cent of that median; NaN without prices."""
    if not len(true):
        return float("nan")
    ratio = np.exp(estimated - true)
    return float(100 * np.abs(ratio - np.median(ratio)).mean() / np.median(ratio))


def summary(true: Logs, intervals: NDArray[np.float64]) -> dict[str, float]:
    """All figures of intervals [n, 3] (low, middle, high) against true log prices [n]."""
    low, middle, high = intervals.T
    return {
        "n": float(len(true)),
        "r2_log": r_squared(true, middle),
        "median_ape": median_ape(true, middle),
        "coverage": coverage(true, low, high),
        "width": median_width(low, high),
        "cod": dispersion(true, middle),
    }
