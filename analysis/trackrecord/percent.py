"""A bias in log, as people read it."""

from __future__ import annotations

import math
from typing import Any


class InPercent:
    """By how many per cent prices lay over (or, below zero, under) the middle of the estimate; with the interval's ends."""

    bias: Any
    low: Any
    high: Any

    @property
    def percent(self) -> float:
        return 100 * math.expm1(self.bias)

    @property
    def percent_low(self) -> float:
        return 100 * math.expm1(self.low)

    @property
    def percent_high(self) -> float:
        return 100 * math.expm1(self.high)
