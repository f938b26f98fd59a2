"""The set that a GAN is taught on: read, and looked at before hours are lost on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.devices import cores, free_memory
from ml.images import Pixels, UnreadablePicture, load_ahead, load_square
from ml.reporter import Cancelled, Reporter

LEAST = 30
FEW = 200
PLAIN = 2.0  # deviation of the levels, 0..255, below which a picture shows nothing


class TooFewPictures(ValueError):
    """There are not enough pictures to learn from; the message says how many there are and what became of the rest."""


class TooManyPictures(ValueError):
    """The memory does not hold so many pictures of this side; the message says how much they need and how much there is."""


@dataclass(frozen=True)
class TrainingPictures:
    """``pixels`` ``uint8 [n, 3, side, side]``; ``names`` of the files read; ``skipped``: why others were not, by name.

    ``notes`` say, in words, what about the set will show in what is painted.
    """

    pixels: Pixels
    names: tuple[str, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def shown(self, index: int, random: np.random.Generator) -> Pixels:
        picture: Pixels = self.pixels[index]
        return picture

    def mirrored(self, index: int, random: np.random.Generator) -> Pixels:
        """A picture, or, half of the time, its mirror image."""
        picture = self.shown(index, random)
        return picture[:, :, ::-1] if random.random() < 0.5 else picture


def read_pictures(paths: Sequence[Path], side_px: int, reporter: Reporter) -> TrainingPictures:
    """Read picture files, the whole of each squeezed into a square; what cannot be used is left out, with its reason.

    Left out are files that cannot be read, that show one colour, and exact repeats. Raises ``TooFewPictures`` where fewer
    than ``LEAST`` are left, ``TooManyPictures`` before the memory runs out, and ``Cancelled``.
    """
    if not paths:
        raise TooFewPictures(f"There are no pictures to learn from; at least {LEAST} are needed.")
    ensure_memory(len(paths), side_px)
    reasons: dict[str, str] = {}

    def load(path: Path) -> Pixels | None:
        try:
            with path.open("rb") as source:
                return load_square(source, side_px)
        except (OSError, UnreadablePicture) as error:
            reasons[str(path)] = f"cannot be read: {error}"
            return None

    found: dict[Path, Pixels] = {}
    for done, (path, pixels) in enumerate(load_ahead(paths, load, threads=min(8, cores()), ahead=64), start=1):
        if reporter.should_stop():
            raise Cancelled
        reporter.progress(done, len(paths), phase="reading pictures")
        if pixels is not None:
            found[path] = pixels
    return chosen(list(found.values()), [str(path) for path in found], reasons)


def ensure_memory(count: int, side_px: int) -> None:
    """Raise ``TooManyPictures`` where fewer bytes are free than reading ``count`` pictures takes: each once, then all again."""
    needed, free = 2 * count * 3 * side_px**2, free_memory()
    if free is not None and needed > free:
        raise TooManyPictures(
            f"{count} pictures of {side_px} pixels need {needed / 1e6:,.0f} MB of memory and {free / 1e6:,.0f} MB are free. "
            "Choose fewer works or smaller pictures."
        )


def of_pixels(pixels: Pixels, names: Sequence[str] = ()) -> TrainingPictures:
    """Pictures that are at hand already. Raises ``TooFewPictures``."""
    return chosen(list(pixels), list(names) or [f"picture {place + 1}" for place in range(len(pixels))], {})


def chosen(pictures: Sequence[Pixels], names: Sequence[str], reasons: Mapping[str, str]) -> TrainingPictures:
    """Those that show something, each once."""
    skipped, kept, seen = dict(reasons), list[int](), dict[str, str]()
    for place, (picture, name) in enumerate(zip(pictures, names, strict=True)):
        digest = sha256(picture.tobytes()).hexdigest()
        if picture.std() < PLAIN:
            skipped[name] = "shows one colour"
        elif digest in seen:
            skipped[name] = f"is the same as {seen[digest]}"
        else:
            seen[digest] = name
            kept.append(place)
    if len(kept) < LEAST:
        told = "; ".join(f"{name} {why}" for name, why in list(skipped.items())[:5])
        left_out = f" {len(skipped)} were left out: {told}{' …' if len(skipped) > 5 else ''}." if skipped else ""
        raise TooFewPictures(f"Only {len(kept)} pictures can be learned from; at least {LEAST} are needed.{left_out}")
    pixels = np.stack([pictures[place] for place in kept])
    return TrainingPictures(pixels, tuple(names[place] for place in kept), skipped, tuple(notes_on(pixels, skipped)))


def notes_on(pixels: Pixels, skipped: Mapping[str, str]) -> list[str]:
    notes = []
    if len(pixels) < FEW:
        notes.append(
            f"{len(pixels)} pictures are few: expect paintings near to them, and little variety. {FEW} or more do better."
        )
    if skipped:
        notes.append(f"{len(skipped)} pictures were left out.")
    if pixels.std((0, 1)).mean() < 8:
        notes.append("The pictures are much alike: so will be what is painted.")
    return notes


def mean_distance(thumbs: npt.NDArray[np.float32]) -> float:
    """The mean distance of two different rows of ``[n, d]``."""
    square = (thumbs**2).sum(1)
    apart = np.sqrt(np.maximum(square[:, None] + square - 2 * thumbs @ thumbs.T, 0))
    count = len(thumbs)
    return float(apart.sum() / max(1, count * (count - 1)))
