"""Works of other hands in the manner of known ones, as nobody's: what a forger could do. They are the hardest strangers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from ml.attribution.gathering import TrainingPicture
from ml.attribution.imitating import imitate
from ml.attribution.settings import Settings
from ml.attribution.views import as_square
from ml.images import UnreadablePicture
from ml.perturbing import shrunk

if TYPE_CHECKING:
    from ml.styletransfer.feedforward import Restyler

Rgb = npt.NDArray[np.uint8]
MATCHED, RESTYLED = "matched", "restyled"
RESTYLED_PX = 448


@dataclass(frozen=True)
class Imitation(TrainingPicture):
    """A picture that was made, nobody's. ``work``: the key of what it shows; ``master``: the hand whose manner it has;
    ``way``: ``matched`` (colours and band energies, ``imitating``) or ``restyled`` (by the house's own network)."""

    work: str = ""
    master: str = ""
    way: str = MATCHED


def imitated(
    pictures: Sequence[TrainingPicture], known: Sequence[str], settings: Settings, *, device: str = "auto"
) -> list[Imitation]:
    """``settings.imitations`` matched ones and ``settings.restyled`` restyled ones; works and masters are drawn by the seed."""
    makers: dict[str, tuple[int, Callable[[Rgb, Rgb], Rgb]]] = {
        MATCHED: (settings.imitations, matched),
        RESTYLED: (settings.restyled, partial(restyled, device=device)),
    }
    masters = [picture for picture in pictures if picture.hand in set(known)]
    if not masters or len({picture.hand for picture in pictures}) < 2:
        return []
    found = []
    for number, (way, (count, make)) in enumerate(makers.items(), start=1):
        random = np.random.default_rng(settings.seed + number)
        for turn in range(count):
            master = masters[int(random.integers(len(masters)))]
            others = [picture for picture in pictures if picture.hand != master.hand]
            found.append(imitation(others[int(random.integers(len(others)))], master, turn, way, make))
    return found


def imitation(
    work: TrainingPicture, master: TrainingPicture, turn: int, way: str, make: Callable[[Rgb, Rgb], Rgb]
) -> Imitation:
    name = f"{work.key} as {master.key} {turn}" + ("" if way == MATCHED else f" {way}")
    return Imitation(
        name, "", "imitation", work.source, work.group, lambda: make(work.load(), master.load()),
        work=work.key, master=master.hand, way=way,
    )  # fmt: skip


def matched(work: Rgb, master: Rgb) -> Rgb:
    """``work`` ``uint8 [h, w, 3]`` with the master's palette and band energies."""
    square = as_square(master, max(work.shape[:2]))
    return imitate(work, square.transpose(1, 2, 0)[: work.shape[0], : work.shape[1]])


def restyled(work: Rgb, master: Rgb, *, device: str = "auto") -> Rgb:
    """``work`` painted anew in the master's manner by the network that comes with ``ml.styletransfer``, no edge longer than
    448 pixels. Raises ``UnreadablePicture`` where it can make nothing of one of the two."""
    from ml.styletransfer.pictures import Style, UnsuitablePicture

    content, manner = (
        np.ascontiguousarray(np.asarray(shrunk(Image.fromarray(each), RESTYLED_PX)).transpose(2, 0, 1))
        for each in (work, master)
    )
    try:
        made = restyler(device).apply(content, [Style(manner)])
    except UnsuitablePicture as error:
        raise UnreadablePicture(str(error)) from error
    return np.ascontiguousarray(made.pixels.transpose(1, 2, 0))


@cache
def restyler(device: str) -> Restyler:
    from ml.styletransfer.feedforward import packaged

    return packaged(device=device)
