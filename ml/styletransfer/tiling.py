"""A picture of any size, piece by piece, without seams.

Each tile is read with a margin on all sides, about as wide as what the network's answer leans on. Of the answer the outer part of
the margin is thrown away, and the rest fades into the neighbour's along a ramp. Borders are mirrored.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

MARGIN = 64
RAMP = 32
STEP = 16  # tiles begin where a stride of 16 does, so that all see the same grid


@dataclass(frozen=True)
class Tile:
    """A window of the padded picture: rows ``top`` to ``bottom``, columns ``left`` to ``right``, with its margins."""

    top: int
    bottom: int
    left: int
    right: int

    def of(self, padded: Tensor) -> Tensor:
        return padded[:, :, self.top : self.bottom, self.left : self.right]

    def core(self, layer: Tensor, stride: int) -> Tensor:
        """What no other tile has, of a map of this tile."""
        edge = MARGIN // stride
        return layer[:, :, edge : layer.shape[2] - edge, edge : layer.shape[3] - edge]


@dataclass(frozen=True)
class Sheet:
    """A picture laid out for tiles of ``tile`` pixels: mirrored at its borders to whole steps and a margin more."""

    high: int
    wide: int
    tile: int

    @classmethod
    def of(cls, picture: Tensor, tile_px: int) -> Sheet:
        return cls(picture.shape[2], picture.shape[3], max(STEP, tile_px // STEP * STEP))

    def spans(self, side: int) -> list[tuple[int, int]]:
        """Beginnings and ends of tiles along an edge, without margins, in whole steps and about equally long."""
        steps = -(-side // STEP)
        count = -(-steps * STEP // self.tile)
        cuts = [STEP * (steps * number // count) for number in range(count + 1)]
        return list(itertools.pairwise(cuts))

    def padded(self, layer: Tensor) -> Tensor:
        """``[n, c, h, w]`` with its mirrored borders."""
        down, across = -self.high % STEP + MARGIN, -self.wide % STEP + MARGIN
        rows, columns = mirrored(self.high, MARGIN, down), mirrored(self.wide, MARGIN, across)
        return layer[:, :, rows.to(layer.device)][:, :, :, columns.to(layer.device)]

    def tiles(self) -> Iterator[Tile]:
        for top, bottom in self.spans(self.high):
            for left, right in self.spans(self.wide):
                yield Tile(top, bottom + 2 * MARGIN, left, right + 2 * MARGIN)

    def count(self) -> int:
        return len(self.spans(self.high)) * len(self.spans(self.wide))


class Canvas:
    """Where tiles are laid down."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        size = [-(-side // STEP) * STEP + 2 * MARGIN for side in (sheet.high, sheet.wide)]
        self.sum, self.weight = torch.zeros(1, 3, *size), torch.zeros(1, 1, *size)

    def lay(self, tile: Tile, painted: Tensor) -> None:
        """Add a tile's answer, ``[1, 3, h, w]`` with its margins."""
        weight = ramp(painted.shape[2])[:, None] * ramp(painted.shape[3])
        tile.of(self.sum).add_(painted.cpu() * weight)
        tile.of(self.weight).add_(weight)

    def picture(self) -> Tensor:
        """``[1, 3, h, w]`` of the picture's own size."""
        whole = self.sum / self.weight.clamp_min(1e-6)
        return whole[:, :, MARGIN : MARGIN + self.sheet.high, MARGIN : MARGIN + self.sheet.wide]


def ramp(side: int) -> Tensor:
    """Weights along a tile's edge: 0 in the outer margin, up over ``RAMP`` pixels about the tile's own border, 1 within."""
    place = torch.arange(side, dtype=torch.float32) + 0.5
    from_edge = torch.minimum(place, side - place)
    return ((from_edge - (MARGIN - RAMP / 2)) / RAMP).clamp(0, 1)


def mirrored(side: int, before: int, after: int) -> Tensor:
    """Indices of an edge mirrored at both ends, as often as it takes."""
    if side == 1:
        return torch.zeros(before + 1 + after, dtype=torch.long)
    place = torch.arange(-before, side + after) % (2 * side - 2)
    return torch.where(place < side, place, 2 * side - 2 - place)
