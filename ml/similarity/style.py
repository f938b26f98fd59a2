"""How a picture is painted, and what it shows: two readings of the same layers of one network.

Style is what layers tell once places are forgotten: means and deviations of their channels (Huang and Belongie, 2017).
Gram matrices (Gatys, Ecker, Bethge, 2015) were measured beside them and found the artist less often, at many times the
length (docs/similarity.md). Signed roots keep a few loud channels from deciding everything (Perronnin and others, 2010).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ml.backbone.statistics import channel_statistics


def style_features(maps: list[Tensor]) -> Tensor:
    """``float32 [n, raw]`` of the layers ``[n, channels, h, w]``, shallow to deep; the deepest is left to the subject."""
    layers = maps[:-1] or maps
    parts = [part for layer in layers for part in channel_statistics(layer)]
    return torch.cat([functional.normalize(signed_root(part)) for part in parts], dim=1)


def subject_features(maps: list[Tensor]) -> Tensor:
    """``float32 [n, raw]``: what the two deepest layers saw, wherever in the picture."""
    return torch.cat([functional.normalize(signed_root(layer.mean((2, 3)))) for layer in maps[-2:]], dim=1)


def signed_root(values: Tensor) -> Tensor:
    return values.sign() * values.abs().sqrt()
