"""Which colours a picture has, and how many of each: a soft histogram in OKLab, where equal steps look equal.

OKLab: B. Ottosson, "A perceptual color space for image processing", 2020. A colour's share is dealt out to the bins
around it, so that a slightly warmer copy stays near; the square root makes the dot product Bhattacharyya's coefficient.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ml.appraisal.oklab import TO_CONES, TO_LAB

LIGHT_BINS, OPPONENT_BINS = 6, 9
OPPONENT_MOST = 0.28
SIDE_PX = 64


def oklab(unit: Tensor) -> Tensor:
    """sRGB in 0..1, ``[n, 3, h, w]``, as OKLab: lightness 0..1, green to red and blue to yellow about ±0.3."""
    linear = torch.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    cones = torch.einsum("ij,njhw->nihw", unit.new_tensor(TO_CONES), linear).clamp_min(0) ** (1 / 3)
    return torch.einsum("ij,njhw->nihw", unit.new_tensor(TO_LAB), cones)


def small_oklab(unit: Tensor, side_px: int = SIDE_PX) -> Tensor:
    """The same of the picture shrunk to ``side_px``, ``float32 [n, 3, side, side]``."""
    return oklab(functional.interpolate(unit.float(), size=side_px, mode="bilinear", antialias=True))


def colour_features(lab: Tensor) -> Tensor:
    """Root shares of colours, ``float32 [n, 6 · 9 · 9]``, unit length; ``lab [n, 3, h, w]`` is OKLab."""
    light, red, yellow = functional.avg_pool2d(lab, 2).flatten(2).unbind(1)
    places = [
        spread(light, LIGHT_BINS, 0.0, 1.0),
        spread(red, OPPONENT_BINS, -OPPONENT_MOST, OPPONENT_MOST),
        spread(yellow, OPPONENT_BINS, -OPPONENT_MOST, OPPONENT_MOST),
    ]
    shares = torch.einsum("npl,npr,npy->nlry", *places) / light.shape[1]
    return shares.flatten(1).clamp_min(0).sqrt()


def spread(values: Tensor, bins: int, low: float, high: float) -> Tensor:
    """How much of each value falls to each of ``bins`` evenly spaced centres: ``[n, p]`` to ``[n, p, bins]``, sums 1."""
    place = (values.clamp(low, high) - low) / (high - low) * (bins - 1)
    centres = torch.arange(bins, device=values.device)
    return (1 - (place[..., None] - centres).abs()).clamp_min(0)
