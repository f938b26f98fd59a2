"""What becomes of imitations: how many are given to the master whose manner they have, beside the same works untouched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ml.attribution.calibrating import Floats
from ml.attribution.crossfitting import HeldOut
from ml.attribution.forging import Imitation
from ml.attribution.gathering import TrainingPicture


@dataclass
class Unmasking:
    """Answers on imitations of one way: whether each was given to the master first of all, whether it was called nobody's,
    and the same of the work that it shows, untouched."""

    given: list[bool] = field(default_factory=list)
    strange: list[bool] = field(default_factory=list)
    untouched_given: list[bool] = field(default_factory=list)
    untouched_strange: list[bool] = field(default_factory=list)

    def add(self, chances: Floats, column: int, works: Sequence[Floats]) -> None:
        """``chances [hands]``: open-set probabilities of the imitation, ``works`` those of what it shows, perhaps none;
        ``column``: the master's place."""
        self.given.append(is_given(chances, column))
        self.strange.append(is_strange(chances))
        self.untouched_given += [is_given(each, column) for each in works]
        self.untouched_strange += [is_strange(each) for each in works]

    def figures(self) -> dict[str, float]:
        """Shares; those of no picture are left out."""
        if not self.given:
            return {"imitations": 0.0}
        found = {
            "given_to_master": self.given,
            "called_strange": self.strange,
            "untouched_given": self.untouched_given,
            "untouched_strange": self.untouched_strange,
        }
        shares = {name: float(np.mean(answers)) for name, answers in found.items() if answers}
        return {"imitations": float(len(self.given))} | shares


def is_given(chances: Floats, column: int) -> bool:
    """Whether the leading answer of open-set probabilities ``[hands]``, "none of those" being one, is that hand."""
    return bool(chances[column] >= max(chances.max(), 1 - chances.sum()))


def is_strange(chances: Floats) -> bool:
    """Whether it is "none of those"."""
    return bool(1 - chances.sum() > chances.max())


def unmasked(
    held: HeldOut, opened: Floats, pictures: Sequence[TrainingPicture], forgeries: Sequence[Imitation]
) -> dict[str, Any]:
    """``{"imitations_by_way": {way: figures}}`` of held-out answers; imitations come after the pictures in their numbering.

    ``opened [n, hands]``: open-set probabilities. Folds that did not know the master take no part.
    """
    columns = {hand: place for place, hand in enumerate(held.hands)}
    rows: dict[str, list[int]] = defaultdict(list)
    for row, place in enumerate(held.picture):
        if place < len(pictures):
            rows[pictures[int(place)].key].append(row)
    ways: dict[str, Unmasking] = defaultdict(Unmasking)
    for row, place in enumerate(held.picture):
        if place < len(pictures):
            continue
        forged = forgeries[int(place) - len(pictures)]
        column = columns[forged.master]
        if np.isfinite(held.judged[0, row, column]):
            shown = [at for at in rows[forged.work] if np.isfinite(held.judged[0, at, column])]
            ways[forged.way].add(opened[row], column, [opened[at] for at in shown])
    return {"imitations_by_way": {way: found.figures() for way, found in ways.items()}} if ways else {}
