"""How good estimates are: the figures of the trade and of statistics. All on natural logarithms of prices, shape [n].

A pair with a NaN in it counts as not there; a figure that the rest does not give is NaN. Ratio is estimate over price.
COD, PRD and PRB are those of the IAAO's *Standard on Ratio Studies* (2013, part 1, section 5, and appendix B).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Logs = NDArray[np.float64]
LEVELS = (50, 80, 95)
FEWEST_FOR_SLOPE = 3


def known(*columns: Logs) -> list[Logs]:
    """The rows that have no NaN in any of the columns."""
    complete = ~np.isnan(np.column_stack(columns)).any(axis=1)
    return [np.asarray(column, dtype=np.float64)[complete] for column in columns]


def r_squared(true: Logs, estimated: Logs) -> float:
    """Share of the variance of log price that is explained; NaN below two different prices."""
    true, estimated = known(true, estimated)
    spread = float(((true - true.mean()) ** 2).sum()) if len(true) > 1 else 0.0
    return 1.0 - float(((true - estimated) ** 2).sum()) / spread if spread else float("nan")


def mae_log(true: Logs, estimated: Logs) -> float:
    """Mean distance of log estimate from log price."""
    true, estimated = known(true, estimated)
    return float(np.abs(estimated - true).mean()) if len(true) else float("nan")


def mae(true: Logs, estimated: Logs) -> float:
    """Mean distance of estimate from price, in money: a few dear lots make most of it."""
    true, estimated = known(true, estimated)
    return float(np.abs(np.exp(estimated) - np.exp(true)).mean()) if len(true) else float("nan")


def median_ape(true: Logs, estimated: Logs) -> float:
    """Median of |estimate / price − 1|."""
    true, estimated = known(true, estimated)
    return float(np.median(np.abs(np.expm1(estimated - true)))) if len(true) else float("nan")


def within(true: Logs, estimated: Logs, part: float) -> float:
    """Share of the estimates (0 to 1) that lie no further from the price than ``part`` of it (0.2: 20 %)."""
    true, estimated = known(true, estimated)
    return float((np.abs(np.expm1(estimated - true)) <= part).mean()) if len(true) else float("nan")


def ratios(true: Logs, estimated: Logs) -> Logs:
    true, estimated = known(true, estimated)
    return np.asarray(np.exp(estimated - true))


def median_ratio(true: Logs, estimated: Logs) -> float:
    """Median of estimate over price: below 1, half of the estimates and more were too low."""
    found = ratios(true, estimated)
    return float(np.median(found)) if len(found) else float("nan")


def dispersion(true: Logs, estimated: Logs) -> float:
    """COD: mean distance of the ratio from its median, in per cent of that median."""
    found = ratios(true, estimated)
    return float(100 * np.abs(found - np.median(found)).mean() / np.median(found)) if len(found) else float("nan")


def price_related_differential(true: Logs, estimated: Logs) -> float:
    """PRD: mean ratio over the ratio of the sums. Above 1 (1.03 by the standard), dear lots are estimated too low."""
    true, estimated = known(true, estimated)
    if not len(true):
        return float("nan")
    return float(np.exp(estimated - true).mean() / (np.exp(estimated).sum() / np.exp(true).sum()))


def price_related_bias(true: Logs, estimated: Logs) -> float:
    """PRB: by what part of the median ratio the ratio changes when the value doubles; beyond ±0.05 is a bias.

    Slope of (ratio − median) / median on log2 of half of (estimate / median ratio + price): the mean of both, because
    regressing on either alone finds a slope where there is none. NaN below three pairs or without any spread of value.
    """
    true, estimated = known(true, estimated)
    if len(true) < FEWEST_FOR_SLOPE:
        return float("nan")
    ratio = np.exp(estimated - true)
    median = float(np.median(ratio))
    value = np.log2(0.5 * (np.exp(estimated) / median + np.exp(true)))
    away = value - value.mean()
    spread = float(away @ away)
    return float(away @ ((ratio - median) / median)) / spread if spread > 1e-12 else float("nan")


def coverage(true: Logs, low: Logs, high: Logs) -> float:
    """Share of the prices that lie in their interval (0 to 1)."""
    true, low, high = known(true, low, high)
    return float(((true >= low) & (true <= high)).mean()) if len(true) else float("nan")


def median_width(low: Logs, high: Logs) -> float:
    """Median of high over low: 2.0 means that the upper end is twice the lower one."""
    low, high = known(low, high)
    return float(np.exp(np.median(high - low))) if len(low) else float("nan")


def points(true: Logs, estimated: Logs) -> dict[str, float]:
    """All figures of single estimates [n] against true log prices [n]; ``n`` is the number of pairs."""
    return {
        "n": float(len(known(true, estimated)[0])),
        "r2_log": r_squared(true, estimated),
        "mae_log": mae_log(true, estimated),
        "mae": mae(true, estimated),
        "median_ape": median_ape(true, estimated),
        "within_20": within(true, estimated, 0.2),
        "within_30": within(true, estimated, 0.3),
        "median_ratio": median_ratio(true, estimated),
        "cod": dispersion(true, estimated),
        "prd": price_related_differential(true, estimated),
        "prb": price_related_bias(true, estimated),
    }


def summary(true: Logs, intervals: NDArray[np.float64]) -> dict[str, float]:
    """All figures of intervals against true log prices [n].

    ``intervals`` are [n, 3] (low, middle, high of 80 %) or [n, 7] (ends of 95, 80 and 50 %, the middle, and back).
    ``coverage`` and ``width`` are those of 80 %; seven columns also give ``coverage_50``, ``width_95`` and so on.
    """
    middle = intervals.shape[1] // 2
    ends = {80: 1} if middle == 1 else {50: 1, 80: 2, 95: 3}
    found = points(true, intervals[:, middle])
    for level, away in ends.items():
        low, high = intervals[:, middle - away], intervals[:, middle + away]
        held, width = coverage(true, low, high), median_width(low, high)
        if level == 80:
            found |= {"coverage": held, "width": width}
        if len(ends) > 1:
            found |= {f"coverage_{level}": held, f"width_{level}": width}
    return found
