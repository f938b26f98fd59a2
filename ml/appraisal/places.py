"""A measure's place in a distribution: among the artist's works, the period's, the collection's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ml.appraisal.measures import MEASURES

FEWEST = 12
CONFIDENCE_Z = 1.959964


class TooFewWorks(ValueError):
    """There are too few works to be placed among: ``works`` of the ``minimum`` that is wanted."""

    def __init__(self, works: int, minimum: int) -> None:
        super().__init__(f"{works} works are too few to be placed among; {minimum} are needed.")
        self.works, self.minimum = works, minimum


@dataclass(frozen=True)
class Place:
    """``percentile`` (0…100) of the ``works`` compared measure less, ties counted half.

    ``low`` … ``high`` holds, with 95 % confidence, the share of all such works that measure less, of which these are taken
    for a sample (Wilson 1927). ``group`` is the caller's name for them ("his works of the 1880s"), in the reader's language.
    """

    measure: str
    value: float
    percentile: float
    low: float
    high: float
    works: int
    group: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def place(measure: str, value: float, peers: Sequence[float], *, group: str = "", minimum: int = FEWEST) -> Place:
    """Where ``value`` stands among ``peers`` (the work itself not among them).

    Raises ``TooFewWorks`` below ``minimum`` and ``ValueError`` for an angle, which has no more and less.
    """
    if MEASURES[measure].circular:
        raise ValueError(f"{measure} is an angle: it has no percentile.")
    works = len(peers)
    if works < minimum:
        raise TooFewWorks(works, minimum)
    share = sum(1.0 if peer < value else 0.5 if peer == value else 0.0 for peer in peers) / works
    low, high = wilson(share, works)
    return Place(measure, value, 100 * share, 100 * low, 100 * high, works, group)


def places(
    measures: Mapping[str, float], peers: Sequence[Mapping[str, float]], *, group: str = "", minimum: int = FEWEST
) -> dict[str, Place]:
    """Every measure's place that can be told, by name; ``peers`` are other works' measures. May be empty."""
    found = {}
    for name, value in measures.items():
        values = [peer[name] for peer in peers if name in peer]
        if name in MEASURES and not MEASURES[name].circular and len(values) >= minimum:
            found[name] = place(name, value, values, group=group, minimum=minimum)
    return found


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share seen in ``count`` works, within 0…1."""
    squared = CONFIDENCE_Z**2 / count
    middle = (share + squared / 2) / (1 + squared)
    reach = CONFIDENCE_Z / (1 + squared) * math.sqrt(share * (1 - share) / count + squared / (4 * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)
