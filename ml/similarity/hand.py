"""The sense *hand* in ``evaluate``'s table: learned by folds, so that no work was learned from that asks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ml.collection import Picture
from ml.images import load_rgb
from ml.reporter import Reporter
from ml.splits import folds

if TYPE_CHECKING:
    from ml.attribution import TrainingPicture
    from ml.backbone import Backbone

Likenesses = npt.NDArray[np.float32]
FEWEST_WORKS, FEWEST_HANDS, FOLDS = 5, 2, 5


class TooFewHands(ValueError):
    """Too few artists have enough works to learn what tells hands apart; the message says how many."""


def hand_likenesses(
    backbone: Backbone, pictures: Sequence[Picture], works: npt.NDArray[np.int64], reporter: Reporter
) -> Likenesses:
    """Cosines ``[n, n]`` in spaces of hands on ``backbone``: row *i* by a space that learned from no picture of work *i*.

    Works are dealt to five folds; a fold's pictures are asked about in the space that the other folds taught. Raises
    ``TooFewHands`` where fewer than two artists have five works.
    """
    from ml.attribution import Settings
    from ml.attribution.crossfitting import Lesson
    from ml.attribution.gathering import gather

    settings = Settings(min_works=FEWEST_WORKS)
    shown = [training_picture(picture, int(work)) for picture, work in zip(pictures, works, strict=True)]
    hands = [picture.hand or f"?{picture.key}" for picture in shown]
    enough = sorted({hand for hand in hands if hand[0] != "?" and works_of(hand, hands, works) >= FEWEST_WORKS})
    if len(enough) < FEWEST_HANDS:
        raise TooFewHands(
            f"{len(enough)} artists have {FEWEST_WORKS} works or more, of {FEWEST_HANDS} that are needed."
        )
    seen = gather(shown, backbone, reporter, checkpoint=None, phase="looking at hands")
    kept, found = seen.places, np.full((len(pictures), len(pictures)), -1, np.float32)
    lesson = Lesson(seen.looks, [hands[at] for at in kept], [int(works[at]) for at in kept], np.zeros(0, np.int64))
    fold = folds(lesson.groups, lesson.hands, count=FOLDS, seed=settings.seed)
    for number in range(FOLDS):
        learned = np.flatnonzero(fold != number)
        known = [hand for hand in enough if any(lesson.hands[at] == hand for at in learned)]
        bases, bench = lesson.fit(learned, known, settings)
        placed = bench.heads["whole"].place(bases["whole"](seen.looks.parts["whole"][:, 0]))
        asked = fold == number
        found[np.ix_(kept[asked], kept)] = placed[asked] @ placed.T
        reporter.progress(number + 1, FOLDS, phase="learning hands by folds")
    return found


def works_of(hand: str, hands: Sequence[str], works: npt.NDArray[np.int64]) -> int:
    return len({int(work) for each, work in zip(hands, works, strict=True) if each == hand})


def training_picture(picture: Picture, work: int) -> TrainingPicture:
    from ml.attribution import TrainingPicture

    artist = picture.named_artist if picture.is_named else ""
    return TrainingPicture(
        str(picture.file), artist, picture.qualifier, picture.source, work, partial(pixels_of, picture)
    )


def pixels_of(picture: Picture) -> npt.NDArray[np.uint8]:
    with picture.file.open("rb") as source:
        return load_rgb(source)
