"""Pictures to learn to restyle from: read, looked over, and refused before hours are lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from ml.images import Pixels, UnreadablePicture, load_rgb
from ml.refusals import is_blank
from ml.reporter import Cancelled, Reporter
from ml.styletransfer.settings import LEAST_PX

LEAST_PICTURES = 16
HELD_PART = 10
MOST_HELD = 8
KEPT_PX = 320
LEAST_SHARE = 0.45


class TooFewPictures(ValueError):
    """There are not enough pictures to learn from; the message says how many and why others were left out."""


@dataclass(frozen=True)
class Lesson:
    """Pictures ``uint8 [3, h, w]`` to learn from, some that are only measured on, and why files were left out, by name."""

    pictures: Sequence[Pixels]
    held: Sequence[Pixels]
    skipped: Mapping[str, str] = field(default_factory=dict)


def read_lesson(paths: Iterable[Path], reporter: Reporter) -> Lesson:
    """A lesson of picture files, kept no larger than they are learned from. Raises ``TooFewPictures``, ``Cancelled``."""
    files = list(paths)
    found: list[Pixels] = []
    skipped: dict[str, str] = {}
    for number, path in enumerate(files, start=1):
        if reporter.should_stop():
            raise Cancelled
        try:
            found.append(usable(read(path, KEPT_PX)))
        except UnreadablePicture as error:
            skipped[path.name] = str(error)
        reporter.progress(number, len(files), phase="reading pictures")
    return lesson_of(found, skipped)


def lesson_of(pictures: Sequence[Pixels], skipped: Mapping[str, str] | None = None) -> Lesson:
    """A tenth of the pictures, evenly picked, is held out. Raises ``TooFewPictures``."""
    left_out = dict(skipped or {})
    if len(pictures) < LEAST_PICTURES:
        why = "; ".join(f"{name}: {reason}" for name, reason in list(left_out.items())[:3])
        more = f" {len(left_out)} could not be used ({why})." if left_out else ""
        raise TooFewPictures(
            f"There are {len(pictures)} pictures to learn from; {LEAST_PICTURES} are needed, a hundred are better.{more}"
        )
    count = min(MOST_HELD, max(2, len(pictures) // HELD_PART))
    chosen = {round((place + 0.5) * len(pictures) / count - 0.5) for place in range(count)}
    kept = [picture for place, picture in enumerate(pictures) if place not in chosen]
    return Lesson(kept, [pictures[place] for place in sorted(chosen)], left_out)


def read(path: Path, longest_px: int) -> Pixels:
    """``uint8 [3, h, w]``, no edge longer than ``longest_px``. Raises ``UnreadablePicture``."""
    try:
        with path.open("rb") as source:
            return np.ascontiguousarray(load_rgb(source, longest_px=longest_px).transpose(2, 0, 1))
    except OSError as error:
        raise UnreadablePicture(str(error)) from error


def usable(picture: Pixels) -> Pixels:
    """The picture itself; raises ``UnreadablePicture`` where there is no style in it."""
    if min(picture.shape[1:]) < LEAST_PX:
        raise UnreadablePicture(f"only {picture.shape[2]} × {picture.shape[1]} pixels")
    if is_blank(picture):
        raise UnreadablePicture("of one colour")
    return picture


def window_loader(pictures: Sequence[Pixels], side_px: int) -> Callable[[int, np.random.Generator], Pixels]:
    """A loader of random windows ``uint8 [3, side, side]``: a square of 45 % to all of the short edge, perhaps mirrored."""

    def load(index: int, random: np.random.Generator) -> Pixels:
        picture = pictures[index]
        short = min(picture.shape[1:])
        side = max(min(short, LEAST_PX), int(short * random.uniform(LEAST_SHARE, 1)))
        top, left = (int(random.integers(0, edge - side + 1)) for edge in picture.shape[1:])
        part = picture[:, top : top + side, left : left + side]
        return fitted(part[:, :, ::-1] if random.random() < 0.5 else part, side_px)

    return load


def middle(picture: Pixels, side_px: int) -> Pixels:
    """The largest square about the middle, ``uint8 [3, side, side]``."""
    side = min(picture.shape[1:])
    top, left = ((edge - side) // 2 for edge in picture.shape[1:])
    return fitted(picture[:, top : top + side, left : left + side], side_px)


def fitted(part: Pixels, side_px: int) -> Pixels:
    square = Image.fromarray(np.ascontiguousarray(part.transpose(1, 2, 0)))
    resized = square.resize((side_px, side_px), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.ascontiguousarray(np.asarray(resized).transpose(2, 0, 1))
