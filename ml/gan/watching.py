"""What can go wrong while two networks play, seen early and said in words: collapse, flatness, a judge who wins, decline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ml.gan.pictures import mean_distance
from ml.images import Pixels

THUMB = 8
REPEATED = 0.35
FLAT = 0.25
WORSE = 1.5
CHECKS_BEFORE = 3
JUDGE_WINS = 0.02


@dataclass
class Watch:
    """Looks at each check's samples beside the set; tells each thing once, until it is over."""

    variety_of_set: float
    contrast_of_set: float
    distances: list[tuple[int, float]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    going_on: set[str] = field(default_factory=set)

    @classmethod
    def beside(cls, pictures: Pixels) -> Watch:
        return cls(variety(pictures), contrast(pictures))

    def look(self, step: int, samples: Pixels, distance: float, judge_losses: Sequence[float] = ()) -> list[str]:
        """What is wrong now and was not before, in words. ``distance``: the kernel distance, nan where not measured."""
        self.distances.append((step, distance))
        found = {
            "collapse": self.collapse(samples),
            "flat": self.flat(samples),
            "decline": self.decline(),
            "judge": self.judge_wins(judge_losses),
        }
        new = [f"Step {step}: {words}" for what, words in found.items() if words and what not in self.going_on]
        self.going_on = {what for what, words in found.items() if words}
        self.said += new
        return new

    def relative_variety(self, samples: Pixels) -> float:
        """How much samples differ from one another, over how much the set's pictures do."""
        return variety(samples) / max(1e-9, self.variety_of_set)

    def collapse(self, samples: Pixels) -> str:
        share = self.relative_variety(samples)
        if share >= REPEATED or self.flat(samples):
            return ""
        return (
            f"the painter repeats itself (collapse): its pictures differ {share:.0%} as much as the set's. "
            "Go on from an earlier state, or begin anew with a larger r1 and r2 or a smaller learning rate."
        )

    def flat(self, samples: Pixels) -> str:
        share = contrast(samples) / max(1e-9, self.contrast_of_set)
        if share >= FLAT:
            return ""
        return f"the pictures are almost plain: their contrast is {share:.0%} of the set's."

    def decline(self) -> str:
        known = [(step, value) for step, value in self.distances if np.isfinite(value)]
        if len(known) <= CHECKS_BEFORE:
            return ""
        best_step, best = min(known, key=lambda each: each[1])
        latest = [value for _step, value in known[-CHECKS_BEFORE:]]
        if best <= 0 or min(latest) <= WORSE * best:
            return ""
        return (
            f"it gets worse (divergence): the distance to the set is {latest[-1]:.4g}, and was {best:.4g} at step {best_step}, "
            "whose weights are kept."
        )

    def judge_wins(self, losses: Sequence[float]) -> str:
        if not losses or float(np.mean(losses)) >= JUDGE_WINS:
            return ""
        return (
            "the judge tells every painting from a picture of the set, so the painter learns next to nothing. "
            "Augmentation, more pictures, or larger r1 and r2 help."
        )


def thumbs(pictures: Pixels) -> npt.NDArray[np.float32]:
    """Colours on a grid of ``THUMB``², ``[n, 3 * THUMB²]``."""
    count, _colours, side, _side = pictures.shape
    size = max(1, side // THUMB)
    whole = size * (side // size)
    grid = pictures[:, :, :whole, :whole].astype(np.float32).reshape(count, 3, whole // size, size, whole // size, size)
    return np.asarray(grid.mean((3, 5)).reshape(count, -1), np.float32)


def variety(pictures: Pixels) -> float:
    return mean_distance(thumbs(pictures[:512]))


def contrast(pictures: Pixels) -> float:
    """The mean deviation of levels within a picture."""
    return float(pictures[:512].astype(np.float32).std((2, 3)).mean())
