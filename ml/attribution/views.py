"""A picture as a connoisseur takes it in: as a whole, in details, in patches of brush-work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from ml.attribution.opinion import WHOLE, Box, PartName
from ml.backbone import Backbone
from ml.backbone.statistics import channel_statistics
from ml.images import Pixels, square
from ml.refusals import is_blank, refused_by_shape

Floats = npt.NDArray[np.float32]
GRIDS: dict[PartName, int] = {"whole": 1, "detail": 2, "patch": 5}
LONGEST_RATIO = 8.0


@dataclass(frozen=True)
class Looks:
    """Features of ``n`` pictures by kind of part: ``[n, parts, dimensions]``, float32, or float16 where many are kept; a whole
    has one part."""

    parts: dict[PartName, Floats]

    def __len__(self) -> int:
        return len(self.parts["whole"])

    def at(self, places: npt.NDArray[np.int64]) -> Looks:
        return Looks({kind: found[places] for kind, found in self.parts.items()})

    def followed_by(self, other: Looks) -> Looks:
        return Looks({kind: np.concatenate([found, other.parts[kind]]) for kind, found in self.parts.items()})


def side_px(backbone: Backbone) -> int:
    """The side of the squares that are looked at: twice what the network was made for."""
    return 2 * backbone.input_px


def as_square(pixels: npt.NDArray[np.uint8], side: int) -> Pixels:
    """``uint8 [h, w, 3]`` squeezed to ``uint8 [3, side, side]``: the whole work is kept."""
    return square(Image.fromarray(pixels), side)


def refusal(pixels: npt.NDArray[np.uint8]) -> str:
    """Why nothing can be said of ``uint8 [h, w, 3]``: ``too_small``, ``too_long``, ``blank``; "" where something can."""
    height, width = pixels.shape[:2]
    if reason := refused_by_shape(width, height, longest_ratio=LONGEST_RATIO):
        return reason
    return "blank" if is_blank(pixels.transpose(2, 0, 1)) else ""


def look(backbone: Backbone, squares: Pixels, *, at_once: int = 8) -> Looks:
    """Features of squares ``uint8 [n, 3, 2 s, 2 s]``, ``s`` the network's own side.

    The whole is seen twice, small and large; details and patches are windows of the large one's maps.
    """
    found: dict[PartName, list[Floats]] = {kind: [] for kind in GRIDS}
    for start in range(0, len(squares), at_once):
        batch = squares[start : start + at_once]
        large = backbone.maps(batch)
        for kind, grid in GRIDS.items():
            found[kind].append(windows(large, grid))
        small = windows(backbone.maps(halved(batch)), 1)
        found["whole"][-1] = np.concatenate([small, found["whole"][-1]], axis=2)
    return Looks({kind: np.concatenate(parts) for kind, parts in found.items()})


def halved(batch: Pixels) -> Pixels:
    count, channels, side, _side = batch.shape
    means = batch.reshape(count, channels, side // 2, 2, side // 2, 2).mean(axis=(3, 5), dtype=np.float32)
    return np.asarray(np.round(means), np.uint8)


def windows(maps: list[Tensor], grid: int) -> Floats:
    """Channel statistics of ``grid`` × ``grid`` windows of each map, ``[n, grid², dimensions]``, row by row.

    Each block (a layer's means, a layer's deviations) keeps the signed roots of its numbers at unit length, so that no
    layer drowns another.
    """
    parts = [block for layer in maps for block in statistics(layer, grid)]
    return torch.cat(parts, dim=2).cpu().numpy().astype(np.float32)


def statistics(layer: Tensor, grid: int) -> Iterator[Tensor]:
    """Means and deviations ``[n, grid², channels]`` of the windows."""
    if grid == 1:
        pair = [block[:, :, None] for block in channel_statistics(layer)]
    else:
        mean = functional.adaptive_avg_pool2d(layer, grid).flatten(2)
        square = functional.adaptive_avg_pool2d(layer.square(), grid).flatten(2)
        pair = [mean, (square - mean.square()).clamp_min(0).sqrt()]
    for block in pair:
        rooted = block.sign() * block.abs().sqrt()
        yield functional.normalize(rooted.transpose(1, 2), dim=2)


def boxes(kind: PartName) -> tuple[Box, ...]:
    """Where the parts of a kind lie, in the order of ``windows``."""
    grid = GRIDS[kind]
    if grid == 1:
        return (WHOLE,)
    return tuple((column / grid, row / grid, 1 / grid, 1 / grid) for row in range(grid) for column in range(grid))
