"""Whether one set of estimates is better than another, or only luckier: paired bootstrap (Efron & Tibshirani 1993)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Logs = NDArray[np.float64]


def difference(
    true: Logs, first: Logs, second: Logs, figure: Callable[[Logs, Logs], float], *, draws: int = 1000, seed: int = 7
) -> tuple[float, float, float]:
    """Low, middle and high of the figure of ``second`` less that of ``first``; low to high holds 95 %.

    Log prices [n] of the same lots, which are drawn together. ``middle`` is the difference on the lots as they are.
    Raises ``ValueError`` without lots.
    """
    if not len(true):
        raise ValueError("there are no lots to draw from")
    random, found = np.random.default_rng(seed), []
    for _draw in range(draws):
        rows = random.integers(len(true), size=len(true))
        found.append(figure(true[rows], second[rows]) - figure(true[rows], first[rows]))
    low, high = np.nanquantile(found, (0.025, 0.975))
    return float(low), figure(true, second) - figure(true, first), float(high)
