"""One picture on its way through the feed-forward network, tile by tile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ml.reporter import Cancelled, Reporter
from ml.styletransfer.losses import TINY
from ml.styletransfer.network import Memory, Moments, Restylist, Share
from ml.styletransfer.pictures import Style, shares
from ml.styletransfer.seeing import Eye
from ml.styletransfer.targets import covers
from ml.styletransfer.tiling import STEP, Canvas, Sheet, Tile


class Piecewise:
    """A picture on its way through the network, tile by tile."""

    def __init__(
        self,
        eye: Eye,
        network: Restylist,
        content: Tensor,
        styles: Sequence[Style],
        memories: Sequence[Memory],
        strength: float,
        tile_px: int,
        reporter: Reporter,
    ) -> None:
        self.eye, self.network, self.reporter = eye, network, reporter
        self.memories, self.strength = memories, strength
        self.sheet = Sheet.of(content, tile_px)
        self.padded, self.shares = self.sheet.padded(content), shares(styles)
        self.masks = [None if style.mask is None else self.padded_mask(style.mask) for style in styles]

    def padded_mask(self, mask: npt.NDArray) -> Tensor:
        return self.sheet.padded(torch.from_numpy(mask).to(self.eye.device).float()[None, None])

    def run(self) -> Tensor:
        tiles = list(self.sheet.tiles())
        canvas = Canvas(self.sheet)
        single = self.eye.maps(tiles[0].of(self.padded)) if len(tiles) == 1 else None
        own = self.moments_over(tiles, single)
        for number, tile in enumerate(tiles):
            if self.reporter.should_stop():
                raise Cancelled
            maps = single or self.eye.maps(tile.of(self.padded))
            canvas.lay(tile, self.painted(tile, maps, own))
            self.reporter.progress(number + 1, len(tiles), phase="restyling")
        return canvas.picture().to(self.padded.device)

    def moments_over(self, tiles: Sequence[Tile], single: list[Tensor] | None) -> list[Moments]:
        """The content's moments over the whole picture, from the parts of tiles that do not overlap."""
        parts: list[list[tuple[int, Tensor, Tensor]]] = [[] for _stride in self.eye.strides]
        for tile in tiles:
            maps = single or self.eye.maps(tile.of(self.padded))
            for kept, layer, stride in zip(parts, maps, self.eye.strides, strict=True):
                core = tile.core(layer, stride)
                square = core.square().mean((2, 3), keepdim=True)
                kept.append((core[0, 0].numel(), core.mean((2, 3), keepdim=True), square))
        return [pooled(kept) for kept in parts]

    def painted(self, tile: Tile, maps: list[Tensor], own: list[Moments]) -> Tensor:
        """The tile restyled; at less than full strength its fine detail comes back as the content's."""
        styles = list(zip(self.shares_at(tile, maps), self.memories, strict=True))
        with self.eye.form.autocast():
            restyled = self.network.restyled(maps, own, styles)
            full: Tensor = self.network(restyled) if self.strength == 1 else self.between(tile, maps, restyled)
        return full

    def between(self, tile: Tile, maps: list[Tensor], restyled: list[Tensor]) -> Tensor:
        mixed = [torch.lerp(layer, new, self.strength) for layer, new in zip(maps, restyled, strict=True)]
        lost = tile.of(self.padded) - self.network(maps)
        painted: Tensor = self.network(mixed) + (1 - self.strength) * lost
        return painted

    def shares_at(self, tile: Tile, maps: list[Tensor]) -> list[Share]:
        if all(mask is None for mask in self.masks):
            return list(self.shares)
        return list(covers(maps, self.shares, [None if mask is None else tile.of(mask) for mask in self.masks]))


def pooled(parts: Sequence[tuple[int, Tensor, Tensor]]) -> Moments:
    """Mean and deviation of all places from counts, means and mean squares of parts."""
    count = sum(number for number, _mean, _square in parts)
    mean = torch.stack([number / count * mean for number, mean, _square in parts]).sum(0)
    square = torch.stack([number / count * square for number, _mean, square in parts]).sum(0)
    return mean, ((square - mean.square()).clamp_min(0) + TINY).sqrt()


def whole_steps(unit: Tensor) -> Tensor:
    """Mirrored at its lower and right borders to whole steps of the deepest stride."""
    down, across = (-side % STEP for side in unit.shape[2:])
    return functional.pad(unit, (0, across, 0, down), mode="reflect") if down or across else unit
