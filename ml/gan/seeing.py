"""What a network sees in pictures, looked at once for every figure: features for distances, a vector for each sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ml.backbone import Backbone
from ml.backbone.features import described
from ml.images import Pixels
from ml.reporter import Cancelled, Reporter, SilentReporter
from ml.similarity.spaces import features

Vectors = npt.NDArray[np.float32]
PIXELS = "pixels"
PIXEL_SIDE = 32
LEAST_PX = 96
AT_ONCE = 64


@dataclass(frozen=True)
class Seen:
    """Of ``n`` pictures: ``features [n, d]`` as the network gives them, and raw vectors ``[n, …]`` by sense.

    ``senses`` holds ``pixels`` as well: the picture itself at 32 px, 0 to 1. Where only features were asked for it is empty.
    """

    features: Vectors
    senses: Mapping[str, Vectors]

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, rows: npt.NDArray[np.int64] | slice) -> Seen:
        return Seen(self.features[rows], {name: each[rows] for name, each in self.senses.items()})


def see(
    backbone: Backbone, pixels: Pixels, reporter: Reporter | None = None, *,
    side_px: int = 0, phase: str = "", with_senses: bool = True,
) -> Seen:  # fmt: skip
    """Look at RGB ``uint8 [n, 3, h, w]`` of any side, one pass a picture, shown to the network at ``side_px`` (0: its own).

    Raises ``Cancelled`` when told to stop.
    """
    told, size, parts = reporter or SilentReporter(), backbone.plan.batch_size, []
    for at in range(0, len(pixels), size):
        if told.should_stop():
            raise Cancelled
        parts.append(look(backbone, pixels[at : at + size], side_px, with_senses))
        told.progress(min(at + size, len(pixels)), len(pixels), phase=phase)
    if not parts:
        return look(backbone, np.zeros((1, 3, 32, 32), np.uint8), side_px, with_senses)[:0]
    senses = {name: np.concatenate([part.senses[name] for part in parts]) for name in parts[0].senses}
    return Seen(np.concatenate([part.features for part in parts]), senses)


@torch.inference_mode()
def look(backbone: Backbone, pixels: Pixels, side_px: int, with_senses: bool) -> Seen:
    batch = resized(pixels, side_px or backbone.input_px)
    unit = backbone.plan.place(torch.from_numpy(batch)) / 255
    maps = backbone.maps(batch)
    seen = as_array(described(maps, unit))
    if not with_senses:
        return Seen(seen, {})
    small = functional.interpolate(unit.float(), size=PIXEL_SIDE, mode="bilinear", antialias=True).flatten(1)
    senses = {**features(maps, unit), PIXELS: small}
    return Seen(seen, {name: as_array(each) for name, each in senses.items()})


def as_array(values: Tensor) -> Vectors:
    return values.float().cpu().numpy()


def resized(pixels: Pixels, side_px: int) -> Pixels:
    """The same pictures squared to another side."""
    if pixels.shape[2:] == (side_px, side_px):
        return pixels
    found = np.empty((len(pixels), 3, side_px, side_px), np.uint8)
    for at in range(0, len(pixels), AT_ONCE):
        part = torch.from_numpy(np.ascontiguousarray(pixels[at : at + AT_ONCE])).float()
        part = functional.interpolate(part, size=(side_px, side_px), mode="bilinear", antialias=True)
        found[at : at + AT_ONCE] = part.round().clamp(0, 255).byte().numpy()
    return found


def shown_px(backbone: Backbone, painted_px: int) -> int:
    """At which side to show pictures of ``painted_px``: twice theirs, as more adds time and no detail; at most the network's."""
    return min(backbone.input_px, wished_px(painted_px))


def wished_px(painted_px: int) -> int:
    """The same, before there is a network."""
    return max(LEAST_PX, 2 * painted_px)


def mirrored(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[..., ::-1])
