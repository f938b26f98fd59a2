"""Looking at everything that is to be learned from, once; what was looked at is kept beside, so that a stopped run goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from ml.artefacts import BadArtefact, load_tensors, save_tensors
from ml.attribution.settings import Settings
from ml.attribution.views import GRIDS, Floats, Looks, as_square, halved, look, refusal, side_px
from ml.backbone import Backbone
from ml.devices import cores
from ml.images import Pixels, UnreadablePicture, colour_histogram, load_ahead
from ml.perturbing import CHANGES, changed
from ml.reporter import Cancelled, Reporter
from ml.surfaces import surfaces_of

CHUNK = 32
COLOUR_BINS = 4
SEEN = 2  # which numbers are kept of a picture; others are looked at anew


@dataclass(frozen=True)
class TrainingPicture:
    """A picture to learn from. ``artist`` is a key, "" where the maker is not known; ``qualifier`` is "" for a work *by* him.

    ``group``: a number that photographs of one work share. ``load`` gives ``uint8 [h, w, 3]`` RGB, or raises
    ``ml.images.UnreadablePicture``.
    """

    key: str
    artist: str
    qualifier: str
    source: str
    group: int
    load: Callable[[], npt.NDArray[np.uint8]]

    @property
    def hand(self) -> str:
        """What is learned: the artist, or ``NAME|qualifier`` as a hand of its own."""
        return f"{self.artist}|{self.qualifier}" if self.artist and self.qualifier else self.artist


@dataclass(frozen=True)
class Gathered:
    """Looks of the pictures that could be used, with their colour histograms (the control); ``places`` in the given order;
    ``surfaces [n, 10]`` (``ml.surfaces``)."""

    looks: Looks
    colours: Floats
    places: npt.NDArray[np.int64]
    unusable: int
    surfaces: Floats

    def at(self, chosen: npt.NDArray[np.int64]) -> Gathered:
        parts = self.colours[chosen], self.places[chosen], self.unusable, self.surfaces[chosen]
        return Gathered(self.looks.at(chosen), *parts)


def gather(
    pictures: Sequence[TrainingPicture], backbone: Backbone, reporter: Reporter, *, checkpoint: Path | None, phase: str
) -> Gathered:
    """Look at pictures by chunks, decoded ahead. Unreadable, blank and tiny ones are left out and counted.

    Raises ``Cancelled`` between chunks when told to stop; with ``checkpoint``, a folder, a later run goes on there.
    """
    kept = [seen([], backbone)]
    for start in range(0, len(pictures), CHUNK):
        if reporter.should_stop():
            raise Cancelled
        chunk = pictures[start : start + CHUNK]
        kept.append(chunk_of(chunk, backbone, checkpoint, start))
        reporter.progress(start + len(chunk), len(pictures), phase=phase)
    joined = {name: np.concatenate([part[name] for part in kept]) for name in kept[0]}
    places = np.flatnonzero(joined["usable"])
    looks = Looks({kind: joined[kind][places].astype(np.float16) for kind in GRIDS})
    unusable = len(pictures) - len(places)
    return Gathered(looks, joined["colours"][places], places, unusable, joined["surfaces"][places])


def chunk_of(
    pictures: Sequence[TrainingPicture], backbone: Backbone, checkpoint: Path | None, start: int
) -> dict[str, Floats]:
    """Features by kind, ``colours``, ``surfaces`` and ``usable`` flags of a chunk; rows of unusable pictures are zero."""
    name = sha256("\n".join([backbone.name, *(picture.key for picture in pictures)]).encode()).hexdigest()[:16]
    file = checkpoint / f"looks-{SEEN}-{start:06d}-{name}.safetensors" if checkpoint else None
    if file and file.is_file():
        try:
            return {key: value.float().numpy() for key, value in load_tensors(file).items()}
        except BadArtefact:
            file.unlink()
    found = seen(list(decoded(pictures, side_px(backbone))), backbone)
    if file:
        save_tensors({key: torch.from_numpy(value).half() for key, value in found.items()}, file)
    return found


def decoded(pictures: Sequence[TrainingPicture], side: int) -> Iterator[Pixels | None]:
    """Squares ``uint8 [3, side, side]`` in order; None for what cannot be used."""

    def load(picture: TrainingPicture) -> Pixels | None:
        try:
            pixels = picture.load()
        except UnreadablePicture:
            return None
        return None if refusal(pixels) else as_square(pixels, side)

    for _picture, square in load_ahead(pictures, load, threads=min(8, cores()), ahead=CHUNK):
        yield square


def seen(squares: Sequence[Pixels | None], backbone: Backbone) -> dict[str, Floats]:
    usable = np.array([square is not None for square in squares], bool)
    shown = [square for square in squares if square is not None]
    if not shown:
        blank = np.zeros((1, 3, side_px(backbone), side_px(backbone)), np.uint8)
        looks, colours = look(backbone, blank).at(np.zeros(0, np.int64)), np.zeros((0, COLOUR_BINS**3), np.float32)
    else:
        looks, colours = look(backbone, np.stack(shown)), colour_histogram(np.stack(shown), COLOUR_BINS)
    surfaces = surfaces_of(halved(square[None])[0] for square in shown)
    found: dict[str, Floats] = {kind: spread(part, usable) for kind, part in looks.parts.items()}
    found |= {"colours": spread(colours, usable), "surfaces": spread(surfaces, usable)}
    return found | {"usable": usable.astype(np.float32)}


def spread(rows: Floats, usable: npt.NDArray[np.bool_]) -> Floats:
    whole = np.zeros((len(usable), *rows.shape[1:]), np.float32)
    whole[usable] = rows
    return whole


def perturbed(pictures: Sequence[TrainingPicture], settings: Settings) -> list[tuple[int, TrainingPicture]]:
    """A changed copy of some pictures, every kind of change in turn, with the places of their originals."""
    random, names = np.random.default_rng(settings.seed), list(CHANGES)
    chosen = random.permutation(len(pictures))[: settings.perturbed]
    return [(int(place), after(pictures[place], names[turn % len(names)])) for turn, place in enumerate(chosen)]


def after(picture: TrainingPicture, name: str) -> TrainingPicture:
    return replaced(picture, f"{picture.key}|{name}", lambda: changed(picture.load(), name))


def replaced(picture: TrainingPicture, key: str, load: Callable[[], npt.NDArray[np.uint8]]) -> TrainingPicture:
    return TrainingPicture(key, picture.artist, picture.qualifier, picture.source, picture.group, load)
