"""The human score of a model: how often people take its pictures for real, and how far they are from guessing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from analysis.registry.card_charts import wilson

FEWEST_ANSWERS, FEWEST_PEOPLE = 30, 3


@dataclass(frozen=True)
class Score:
    """Counts of answers: ``taken`` of ``generated`` pictures were taken for real, ``known`` of ``real`` ones as well."""

    people: int = 0
    generated: int = 0
    taken: int = 0
    real: int = 0
    known: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether there are answers enough to print a figure: of few people it says more about them than about the model."""
        return min(self.generated, self.real) >= FEWEST_ANSWERS and self.people >= FEWEST_PEOPLE

    @property
    def share(self) -> float:
        """Share of generated pictures that were taken for real, [0, 1]."""
        return self.taken / self.generated

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval by Wilson, as if every answer were independent of the others."""
        return wilson(self.share, self.generated)

    @property
    def accuracy(self) -> float:
        """Balanced: the mean of the shares of both kinds that were told rightly; 0.5 is guessing."""
        return (1 - self.share + self.known / self.real) / 2

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """95 %, from both shares' Wilson intervals (R. G. Newcombe, Statistics in Medicine 17, 1998, square and add)."""
        told = (1 - self.share, self.known / self.real)
        ends = [wilson(share, n) for share, n in zip(told, (self.generated, self.real), strict=True)]
        below = math.hypot(*(share - low for share, (low, _high) in zip(told, ends, strict=True))) / 2
        above = math.hypot(*(high - share for share, (_low, high) in zip(told, ends, strict=True))) / 2
        return max(0.0, self.accuracy - below), min(1.0, self.accuracy + above)

    @property
    def d_prime(self) -> float:
        """Sensitivity: z(hits) − z(false alarms), “generated” being the signal; 0 is guessing.

        One half is added to counts and one to totals, so that all or none right stays finite (M. J. Hautus, 1995).
        """
        hits = (self.generated - self.taken + 0.5) / (self.generated + 1)
        alarms = (self.real - self.known + 0.5) / (self.real + 1)
        return NormalDist().inv_cdf(hits) - NormalDist().inv_cdf(alarms)

    @property
    def is_told_apart(self) -> bool:
        """Whether people are surely better than guessing."""
        return self.accuracy_interval[0] > 0.5
