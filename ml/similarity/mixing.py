"""Several senses weighed against each other, and what is said of each in words."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.similarity.names import COLOUR, COMPOSITION, SENSES, STYLE, SUBJECT
from ml.similarity.spreads import UNMEASURED, Spread

Weights = Mapping[str, float]
Scores = npt.NDArray[np.float64]
ALL_ROUND: Weights = {STYLE: 1.0, SUBJECT: 0.7, COLOUR: 0.4, COMPOSITION: 0.15}
"""The mix that found the same artist most often among those tried (docs/similarity.md)."""

ALIKE, UNLIKE = 0.95, 0.6


class Likeness(enum.StrEnum):
    """How near two pictures are in one sense, against the chance pairs of their catalogue."""

    ALIKE = "alike"
    NEITHER = "neither"
    UNLIKE = "unlike"


@dataclass(frozen=True)
class Explanation:
    """The senses in which two pictures are plainly alike, the nearest first, and those in which they are plainly not."""

    alike: tuple[str, ...]
    unlike: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One sense's share in a mix: ``gain`` times (cosine minus ``mean``)."""

    gain: float
    mean: float


def parts(weights: Weights, spreads: Mapping[str, Spread]) -> dict[str, Part]:
    """Gains of the senses weighed above nothing, so that ``Σ gain · (cosine − mean)`` is a mean of deviations weighed by
    ``weights``: equal sliders count equally, whatever the scale of a sense's cosines. Raises ``ValueError`` for weights
    below nothing, unknown senses, or nothing weighed at all.
    """
    if unknown := set(weights) - set(SENSES):
        raise ValueError(f"There is no sense called {', '.join(sorted(unknown))}.")
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("A sense weighs nothing or more.")
    total = sum(weights.values())
    if total <= 0:
        raise ValueError("At least one sense must weigh something.")
    found = {}
    for name in (each for each in SENSES if weights.get(each, 0) > 0):
        spread = spreads.get(name, UNMEASURED)
        found[name] = Part(weights[name] / total / spread.deviation, spread.mean)
    return found


def mixed(cosines: Mapping[str, Scores], weights: Weights, spreads: Mapping[str, Spread]) -> Scores:
    """The mix of arrays of cosines by sense, in deviations of chance pairs."""
    found = parts(weights, spreads)
    return np.asarray(sum(part.gain * (cosines[name] - part.mean) for name, part in found.items()), np.float64)


def explain(ranks: Mapping[str, float]) -> Explanation:
    """Put ranks (``Spread.rank``, 0 to 1) into words' places: alike from 0.95, unlike below 0.6."""
    ordered = sorted(ranks, key=lambda name: -ranks[name])
    return Explanation(
        tuple(name for name in ordered if likeness(ranks[name]) is Likeness.ALIKE),
        tuple(name for name in reversed(ordered) if likeness(ranks[name]) is Likeness.UNLIKE),
    )


def likeness(rank: float) -> Likeness:
    if rank >= ALIKE:
        return Likeness.ALIKE
    return Likeness.UNLIKE if rank < UNLIKE else Likeness.NEITHER
