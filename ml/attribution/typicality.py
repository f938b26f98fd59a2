"""How like a hand's own works a picture is: followers share his palette and subjects, and stray from how he paints.

A ranking asks which of the known hands is likeliest, and a follower of one is nearer to him than to any other. Here his own
works alone are the measure: a picture is compared with how far his works lie from their middle when a model had not seen them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ml.attribution.crossfitting import HeldOut

FEWEST = 10


@dataclass(frozen=True)
class Typicality:
    """``own``: by hand, how far his own held-out works lie from his works, ascending; of hands with ten of them or more."""

    own: Mapping[str, tuple[float, ...]]

    def of(self, hand: str, farness: float, *, is_among_them: bool = False) -> float | None:
        """The share of the hand's own works that lie as far or farther, the picture counted among them: above 0, at most 1.

        A conformal p-value (Vovk, Gammerman and Shafer 2005): of his own works one in twenty gets 0.05 or less.
        ``is_among_them``: the picture is one of those that the hand is measured by. None for a hand with too few works.
        """
        distances = self.own.get(hand)
        if distances is None:
            return None
        as_far = len(distances) - int(np.searchsorted(distances, farness, side="left"))
        return as_far / len(distances) if is_among_them else (1 + as_far) / (1 + len(distances))


def learn_typicality(held: HeldOut) -> Typicality:
    """By held-out works whose hands their folds knew."""
    own: dict[str, tuple[float, ...]] = {}
    for place, hand in enumerate(held.hands):
        distances = np.sort(held.farness[held.truth == place, place])
        if len(distances) >= FEWEST:
            own[hand] = tuple(float(distance) for distance in distances)
    return Typicality(own)
