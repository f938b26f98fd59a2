"""How far apart the pictures of a catalogue lie in a sense, so that a score can be placed: nearer than how many pairs?

Cosines of different senses are not of one scale: 0.5 is near in one space and far in another. Each is measured by its
own catalogue's chance pairs: mean and deviation standardise it for mixing, quantiles turn it into a rank for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
LEVELS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)
MOST_PAIRS = 200_000
FEWEST = 8


@dataclass(frozen=True)
class Spread:
    """Cosines of chance pairs: their mean and deviation, and the cosines at ``LEVELS``."""

    mean: float
    deviation: float
    quantiles: tuple[float, ...]

    def standardise(self, cosine: float) -> float:
        """How many deviations nearer than a chance pair."""
        return (cosine - self.mean) / self.deviation

    def rank(self, cosine: float) -> float:
        """The share of chance pairs that are less alike, 0 to 1; between the kept levels a straight line."""
        return float(np.interp(cosine, self.quantiles, LEVELS))

    def as_json(self) -> dict[str, Any]:
        return {"mean": self.mean, "deviation": self.deviation, "quantiles": list(self.quantiles)}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Spread:
        return cls(float(kept["mean"]), float(kept["deviation"]), tuple(float(each) for each in kept["quantiles"]))


# What is assumed of a catalogue with too few pictures to measure.
UNMEASURED = Spread(0.0, 0.2, tuple(np.linspace(-1, 1, len(LEVELS)).tolist()))


def measure(vectors: Vectors, *, seed: int = 1) -> Spread:
    """The spread of unit vectors ``[n, d]``, over at most 200,000 chance pairs; ``UNMEASURED`` for fewer than eight."""
    if len(vectors) < FEWEST:
        return UNMEASURED
    left, right = np.triu_indices(len(vectors), 1) if len(vectors) < 600 else chance_pairs(len(vectors), seed)
    cosines = np.einsum("ij,ij->i", vectors[left], vectors[right])
    quantiles = np.maximum.accumulate(np.quantile(cosines, LEVELS))
    return Spread(float(cosines.mean()), float(max(cosines.std(), 1e-3)), tuple(quantiles.tolist()))


def chance_pairs(count: int, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    left, right = random.integers(count, size=(2, MOST_PAIRS))
    differ = left != right
    return left[differ], right[differ]
