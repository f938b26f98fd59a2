"""What goes into a run and what comes out of it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol


class Source(Protocol):
    """Where batches come from. ``batches(start)`` begins with this process's ``start``-th, the same at every call."""

    def batches(self, start: int) -> Iterator[Any]: ...


class Numbers:
    """For losses that draw their own pictures: each batch is its number."""

    def batches(self, start: int) -> Iterator[int]:
        return itertools.count(start)


@dataclass
class Outcome:
    """What a run did. ``losses``: by turn, of the steps run now; ``best``: the validation figure of the weights kept.

    ``images_per_second`` and ``waiting_share`` are of the steps run now, NaN where all were done before.
    """

    losses: dict[str, list[float]] = field(default_factory=dict)
    steps: int = 0
    images: int = 0
    best: float = math.nan
    best_step: int = 0
    images_per_second: float = math.nan
    waiting_share: float = math.nan

    def speed(self) -> dict[str, float]:
        """``pictures_per_second`` and ``waiting_share``, to be kept with a model; empty where no step was run now."""
        told = {"pictures_per_second": self.images_per_second, "waiting_share": self.waiting_share}
        return {name: value for name, value in told.items() if math.isfinite(value)}
