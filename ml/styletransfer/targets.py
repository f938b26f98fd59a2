"""What an optimisation aims at, at one size: content, Gram matrices, and what attention finds for each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ml.styletransfer.attending import placed, pooled_to
from ml.styletransfer.losses import gram_of, normalised, relative, style_loss
from ml.styletransfer.seeing import Eye
from ml.styletransfer.settings import OptimisationSettings

LEAST_STRIDE_PLACED = 4
LEAST_COVER = 1e-3


@dataclass(frozen=True)
class Region:
    """A part of the picture that one mixture of styles covers: its share, Gram matrices, and maps of its places by layer."""

    share: float
    grams: list[Tensor]
    weights: list[Tensor] | None


class Targets:
    """``styles``: unit pictures ``[1, 3, h, w]`` with shares that add up to 1 and maps ``[1, 1, h, w]`` of the content, or None."""

    def __init__(
        self,
        eye: Eye,
        content: Tensor,
        styles: Sequence[Tensor],
        shares: Sequence[float],
        masks: Sequence[Tensor | None],
    ) -> None:
        self.eye = eye
        with torch.no_grad():
            self.seen = eye.maps(content)
            seen_styles = [eye.maps(style) for style in styles]
            self.covers = covers(self.seen, shares, masks)
            self.regions = self.regions_of(seen_styles, shares, any(mask is not None for mask in masks))
            self.places = {
                depth: self.place_of(seen_styles, depth)
                for depth, stride in enumerate(eye.strides)
                if stride >= LEAST_STRIDE_PLACED
            }

    def regions_of(self, styles: list[list[Tensor]], shares: Sequence[float], is_masked: bool) -> list[Region]:
        """Without masks one region that mixes all; with masks one for each style."""
        grams = [[gram_of(layer) for layer in maps] for maps in styles]
        if not is_masked:
            mixed = [
                torch.stack([s * g for s, g in zip(shares, layer, strict=True)]).sum(0)
                for layer in zip(*grams, strict=True)
            ]
            return [Region(1.0, mixed, None)]
        sizes = [float(cover[0].mean()) for cover in self.covers]
        kept = [(size, each, cover) for size, each, cover in zip(sizes, grams, self.covers, strict=True) if size > 0]
        return [Region(size / sum(sizes), each, cover) for size, each, cover in kept]

    def place_of(self, styles: list[list[Tensor]], depth: int) -> Tensor:
        """The content's features with the means and deviations that each place would have in the styles' manner."""
        mean, deviation = torch.zeros(1), torch.zeros(1)
        for maps, cover in zip(styles, self.covers, strict=True):
            own_mean, own_deviation = placed(self.seen, maps, depth)
            mean = mean.to(own_mean.device) + cover[depth] * own_mean
            deviation = deviation.to(own_mean.device) + cover[depth] * own_deviation
        return mean + deviation * normalised(self.seen[depth])

    def losses(self, maps: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Content, style and place losses of a picture's maps."""
        content = relative(maps[self.eye.content_layer], self.seen[self.eye.content_layer])
        style = torch.stack([each.share * style_loss(maps, each.grams, each.weights) for each in self.regions]).sum()
        place = torch.stack([relative(maps[depth], target) for depth, target in self.places.items()]).mean()
        return content, style, place

    def weighed(self, maps: Sequence[Tensor], settings: OptimisationSettings) -> tuple[Tensor, Tensor, Tensor]:
        """The whole to be minimised, and content and style loss."""
        content, style, place = self.losses(maps)
        whole = settings.content_weight * content + settings.style_weight * style + settings.place_weight * place
        return whole, content, style


def covers(seen: Sequence[Tensor], shares: Sequence[float], masks: Sequence[Tensor | None]) -> list[list[Tensor]]:
    """How much of each style each place has, for each style and layer ``[1, 1, h, w]``; over the styles they add up to 1.

    Where no mask reaches, all styles have their shares.
    """
    found = []
    for layer in seen:
        flat = layer.new_ones(1, 1, *layer.shape[2:])
        parts = [
            share * (flat if mask is None else pooled_to(mask, layer))
            for share, mask in zip(shares, masks, strict=True)
        ]
        whole = torch.stack(parts).sum(0)
        reached, least = whole > LEAST_COVER, whole.clamp_min(LEAST_COVER)
        dealt = zip(parts, shares, strict=True)
        found.append([torch.where(reached, part / least, flat * share) for part, share in dealt])
    return [list(layers) for layers in zip(*found, strict=True)]
