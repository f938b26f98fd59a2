"""What is compared: content, style, place, smoothness. Each is divided by its target's own energy.

Without that division a deep layer's large numbers, or the fourth powers in Gram matrices, swamp everything else and a weight
means something else for every network and every picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ml.backbone.statistics import gram

TINY = 1e-8
Statistics = list[tuple[Tensor, Tensor]]


def distances(found: Tensor, target: Tensor) -> Tensor:
    """Each picture's squared distance over the target's squared length ``[n]``: 0 the same, 1 as far off as nothing."""
    distance = (found - target).flatten(1).square().sum(1)
    return distance / target.flatten(1).square().sum(1).clamp_min(TINY)


def relative(found: Tensor, target: Tensor) -> Tensor:
    """The mean of ``distances``."""
    return distances(found, target).mean()


def softened(found: Tensor, target: Tensor) -> Tensor:
    """The mean of log(1 + distance): a bright content beside a dark style does not outshout all others while learning."""
    return distances(found, target).log1p().mean()


def moments(layer: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel of ``[n, c, h, w]``, two of ``[n, c, 1, 1]``."""
    mean = layer.mean((2, 3), keepdim=True)
    return mean, ((layer - mean).square().mean((2, 3), keepdim=True) + TINY).sqrt()


def normalised(layer: Tensor, statistics: tuple[Tensor, Tensor] | None = None) -> Tensor:
    """``layer`` with mean 0 and deviation 1 in each channel, by its own statistics or the given ones."""
    mean, deviation = statistics or moments(layer)
    return (layer - mean) / (deviation + 1e-3 * deviation.mean(1, keepdim=True) + TINY)


def gram_of(layer: Tensor, weight: Tensor | None = None) -> Tensor:
    """Gram matrix ``[n, c, c]`` of ``[n, c, h, w]``: mean products over places, or means by ``weight`` ``[1, 1, h, w]``.

    Gatys, Ecker, Bethge 2015; weighted over places as in their "Controlling perceptual factors" (2017).
    """
    if weight is None:
        return gram(layer)
    shares = weight / weight.sum().clamp_min(TINY)
    return gram(layer * shares.sqrt()) * (layer.shape[2] * layer.shape[3])


def covariance_of(layer: Tensor) -> Tensor:
    """Gram matrix of what is left when each channel's mean is taken away: texture without the colours that outweigh it."""
    return gram_of(layer - layer.mean((2, 3), keepdim=True))


def style_loss(
    found: Sequence[Tensor],
    targets: Sequence[Tensor],
    weights: Sequence[Tensor] | None = None,
    *,
    by: Callable[[Tensor, Tensor], Tensor] = relative,
) -> Tensor:
    """Mean over layers of the relative distance of Gram matrices. ``weights``: a map of places for each layer."""
    parts = [
        by(gram_of(layer, weights[place] if weights else None), target)
        for place, (layer, target) in enumerate(zip(found, targets, strict=True))
    ]
    return torch.stack(parts).mean()


def texture_loss(found: Sequence[Tensor], styles: Sequence[Tensor]) -> Tensor:
    """Mean over layers of the softened distance of covariances, of maps ``[n, c, h, w]``."""
    pairs = zip(found, styles, strict=True)
    return torch.stack([softened(covariance_of(layer), covariance_of(style)) for layer, style in pairs]).mean()


def moments_loss(
    found: Sequence[Tensor], targets: Statistics, *, by: Callable[[Tensor, Tensor], Tensor] = relative
) -> Tensor:
    """Mean over layers of the relative distances of means and of deviations (Huang & Belongie 2017, relative here)."""
    parts = []
    for layer, (mean, deviation) in zip(found, targets, strict=True):
        own_mean, own_deviation = moments(layer)
        parts += [by(own_mean, mean), by(own_deviation, deviation)]
    return torch.stack(parts).mean()


def total_variation(unit: Tensor) -> Tensor:
    """Mean absolute step between neighbouring pixels, both ways, of ``[n, 3, h, w]`` in 0..1."""
    return (unit[:, :, 1:] - unit[:, :, :-1]).abs().mean() + (unit[:, :, :, 1:] - unit[:, :, :, :-1]).abs().mean()
