"""What opinions are worth, found out on works and on hands that the judges had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ml.attribution.judging import Bases, Bench, fit_bases, fit_bench, points_of
from ml.attribution.projecting import Floats
from ml.attribution.settings import Settings
from ml.attribution.views import Looks
from ml.reporter import Cancelled, Reporter
from ml.splits import folds

Places = npt.NDArray[np.int64]
STRANGER = -1


@dataclass(frozen=True)
class HeldOut:
    """Answers about works that were not learned from.

    ``judged [kinds, n, hands]``: log-probabilities, -inf for hands that the fold did not know; ``truth [n]``: the place of the
    hand, or -1 where the fold did not know it; ``picture [n]``: which picture; ``nearness`` and ``strangeness [n]``;
    ``farness [n, hands]`` from each hand's works, infinite for hands that the fold did not know.
    """

    hands: tuple[str, ...]
    judged: npt.NDArray[np.float64]
    truth: Places
    picture: Places
    nearness: npt.NDArray[np.float64]
    strangeness: npt.NDArray[np.float64]
    farness: npt.NDArray[np.float64]

    @property
    def is_stranger(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.truth == STRANGER)


@dataclass(frozen=True)
class Lesson:
    """What is learned from: pictures (imitations last), their hands and works, and perturbed ``copies`` of those at
    ``copied``. A hand that begins with ``?`` is nobody's."""

    looks: Looks
    hands: list[str]
    groups: list[int]
    imitations: Places
    copies: Looks | None = None
    copied: Places = field(default_factory=lambda: np.zeros(0, np.int64))

    def fit(self, learned: Places, known: Sequence[str], settings: Settings) -> tuple[Bases, Bench]:
        """Bases and judges by the pictures at ``learned`` and the copies of those alone."""
        looks = self.looks.at(learned)
        bases = fit_bases(looks, settings)
        points = points_of(looks, bases)
        own = np.flatnonzero(np.isin(self.copied, learned) & (self.copies is not None))
        changes = None
        if self.copies is not None and len(own):
            before, after = (points_of(each, bases) for each in (self.looks.at(self.copied[own]), self.copies.at(own)))
            changes = {kind: each - before[kind] for kind, each in after.items()}
            points = {kind: np.concatenate([points[kind], each]) for kind, each in after.items()}
        hands = [self.hands[int(place)] for place in (*learned, *self.copied[own])]
        return bases, fit_bench(points, hands, known=known, settings=settings, changes=changes)


def hold_out(lesson: Lesson, *, known: Sequence[str], settings: Settings, reporter: Reporter) -> HeldOut:
    """Answers for every picture by judges that saw neither its work nor, in one fold of all, its hand.

    Works are divided into ``settings.folds``; hands as well. A fold's judges learn the other folds' works by the hands
    that are not absent from it; they are asked about the fold's works (known hands) and about the works of absent hands
    and of hands with too few works (strangers). Imitations are never learned.
    """
    order = tuple(sorted(known))
    labels, never = np.asarray(lesson.hands), np.zeros(len(lesson.hands), bool)
    never[lesson.imitations] = True
    fold = folds(lesson.groups, lesson.hands, count=settings.folds, seed=settings.seed)
    absent = {hand: place % settings.folds for place, hand in enumerate(shuffled(order, settings.seed))}
    found = []
    for number in range(settings.folds):
        if reporter.should_stop():
            raise Cancelled
        missing = [hand for hand in order if absent[hand] == number] if len(order) > settings.folds else []
        learned = np.flatnonzero((fold != number) & ~np.isin(labels, missing) & ~never)
        present = [hand for hand in order if hand not in missing and (labels[learned] == hand).any()]
        asked = np.flatnonzero((fold == number) | (np.isin(labels, missing) & ~never))
        found.append(answers(lesson, learned, asked, present, order, settings))
        reporter.progress(number + 1, settings.folds, phase="asking about held-out works")
    judged, *others = zip(*found, strict=True)
    return HeldOut(order, np.concatenate(judged, axis=1), *(np.concatenate(other) for other in others))


def shuffled(hands: Sequence[str], seed: int) -> list[str]:
    return [hands[int(place)] for place in np.random.default_rng(seed).permutation(len(hands))]


def answers(
    lesson: Lesson, learned: Places, asked: Places, present: Sequence[str], order: Sequence[str], settings: Settings
) -> tuple[Floats, Places, Places, Floats, Floats, Floats]:
    """``judged`` over all of ``order``, truth, picture, nearness, strangeness, farness of the pictures asked about."""
    bases, bench = lesson.fit(learned, present, settings)
    looks = lesson.looks.at(asked)
    points = points_of(looks, bases)
    judged = np.full((len(bench.heads), len(asked), len(order)), -np.inf)
    columns = [order.index(hand) for hand in bench.hands]
    judged[:, :, columns] = bench.judged(points)
    places = {hand: place for place, hand in zip(columns, bench.hands, strict=True)}
    truth = np.array([places.get(lesson.hands[int(place)], STRANGER) for place in asked], np.int64)
    strangeness = bases["whole"].strangeness(looks.parts["whole"][:, 0])
    farness = np.full((len(asked), len(order)), np.inf)
    farness[:, columns] = bench.farness(points)
    return judged, truth, asked, bench.nearness(points), strangeness, farness
