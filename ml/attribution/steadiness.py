"""How little an opinion turns on how the picture was photographed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ml.attribution.evaluating import Found, Tally, answer
from ml.attribution.gathering import TrainingPicture, after, gather
from ml.attribution.model import Attributor
from ml.reporter import Reporter


def steadiness(
    attributor: Attributor, pictures: Sequence[TrainingPicture], changes: Sequence[str], reporter: Reporter
) -> Iterator[tuple[str, Found]]:
    """For each change that leaves the hand: share right, share of first names kept, mean shift of the first name's probability."""

    def asked(name: str) -> list[tuple[str, float, str]]:
        shown = [after(picture, name) if name else picture for picture in pictures]
        seen = gather(shown, attributor.backbone, reporter, checkpoint=None, phase=name or "unchanged")
        tally = Tally()
        answer(attributor, seen.looks, [shown[place].hand for place in seen.places], tally)
        return [(tally.named[at], tally.sureness[at], shown[place].hand) for at, place in enumerate(seen.places)]

    plain = asked("")
    yield "unchanged", {"right": share(plain, plain, 2), "kept": 1.0, "shift": 0.0}
    for name in changes:
        now = asked(name)
        shift = float(np.mean([abs(after_[1] - before[1]) for before, after_ in zip(plain, now, strict=True)]))
        yield name, {"right": share(now, now, 2), "kept": share(plain, now, 0), "shift": shift}


def share(left: list[tuple[str, float, str]], right: list[tuple[str, float, str]], column: int) -> float:
    """How often the name in ``right`` is what ``left`` has in ``column``."""
    return float(np.mean([one[column] == other[0] for one, other in zip(left, right, strict=True)]))
