"""From a trunk's layers and a picture's colours to one vector."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.backbone.networks import Recipe
from ml.backbone.statistics import channel_statistics

MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
COLOUR_GRID = 4


class FeatureNet(nn.Module):
    """Pooled means and deviations of the tapped layers beside the colours of a 4 × 4 grid, as float32 ``[n, raw]``.

    Means tell what is seen, deviations how it is painted; colours come from the picture itself.
    """

    def __init__(self, trunk: nn.Sequential, recipe: Recipe) -> None:
        super().__init__()
        self.trunk: nn.Sequential = trunk[: max(recipe.taps) + 1]
        self.recipe = recipe

    def forward(self, unit: Tensor) -> Tensor:
        """``unit``: RGB in 0..1, ``[n, 3, side, side]``, in the trunk's own number type."""
        return described(self.maps(unit), unit)

    def maps(self, unit: Tensor) -> list[Tensor]:
        """The tapped layers, float32 ``[n, channels, h, w]``, shallow to deep; any side that the trunk can halve."""
        layer, found = scaled(unit, self.recipe), []
        for index, module in enumerate(self.trunk):
            layer = module(layer)
            if index in self.recipe.taps:
                found.append(layer.float())
        return found


def described(maps: list[Tensor], unit: Tensor) -> Tensor:
    """Features of pictures whose layers were looked at already: for who needs the layers for something else besides."""
    parts = [part for layer in maps for part in channel_statistics(layer)]
    return torch.cat([*(functional.normalize(part) for part in parts), 0.5 * colours(unit.float())], dim=1)


def scaled(unit: Tensor, recipe: Recipe) -> Tensor:
    """What the trunk was trained to see."""
    if not recipe.imagenet_scale:
        return unit * 2 - 1
    mean = unit.new_tensor(MEAN).view(3, 1, 1)
    return (unit - mean) / unit.new_tensor(DEVIATION).view(3, 1, 1)


def colours(unit: Tensor) -> Tensor:
    """Means and deviations of lightness and two colour opponents on a grid, unit length."""
    red, green, blue = unit.unbind(1)
    opponents = torch.stack([(red + green + blue) / 3, red - green, (red + green) / 2 - blue], dim=1)
    mean = functional.adaptive_avg_pool2d(opponents, COLOUR_GRID)
    square = functional.adaptive_avg_pool2d(opponents**2, COLOUR_GRID)
    deviation = (square - mean**2).clamp_min(0).sqrt()
    return functional.normalize(torch.cat([mean, deviation], dim=1).flatten(1))


class Projection(nn.Module):
    """Centres features on the catalogue and keeps their ``kept`` main directions."""

    mean: Tensor
    axes: Tensor

    def __init__(self, raw: int, kept: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(raw))
        self.register_buffer("axes", torch.zeros(raw, kept))

    def forward(self, features: Tensor) -> Tensor:
        return functional.normalize((features - self.mean) @ self.axes)


def fit_projection(features: Tensor, *, most: int = 256, evenness: float = 0.0) -> Projection | None:
    """Principal axes of ``features [n, raw]``; None for fewer than 32 pictures, which say too little.

    Each axis is divided by its deviation to the power of ``evenness``: 0 is plain PCA, 1 full whitening.
    """
    if len(features) < 32:
        return None
    mean = features.mean(0)
    _left, values, axes = torch.linalg.svd(features - mean, full_matrices=False)
    kept = min(most, len(features) // 2, int((values > 1e-4 * values[0]).sum()))
    projection = Projection(features.shape[1], kept)
    projection.mean.copy_(mean)
    projection.axes.copy_(axes[:kept].T / values[:kept].clamp_min(1e-6) ** evenness)
    return projection
