"""How a picture is laid out: where it is light and dark, where the eye is drawn, and which way its edges run.

Saliency is the contrast of a place to its surroundings in OKLab (after Achanta and others, "Frequency-tuned salient
region detection", 2009); edges are histograms of oriented gradients (Dalal and Triggs, 2005). All three are taken from
a picture of 64 px, so that the masses count and the brush does not.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

MASSES, EDGES, DIRECTIONS = 8, 4, 8
NOTHING = 0.01


def composition_features(lab: Tensor) -> Tensor:
    """``float32 [n, 64 + 64 + 128 + 1]``: grids of lightness, saliency and edge directions; ``lab [n, 3, h, w]`` is OKLab.

    Lightness is centred and scaled by the picture's own contrast: a darker or flatter photograph is laid out the same.
    The last number is small and always the same, so that a blank picture, laid out like no other, has a direction too.
    """
    light = functional.adaptive_avg_pool2d(lab[:, :1], MASSES).flatten(1)
    light = functional.normalize(light - light.mean(1, keepdim=True))
    eye = functional.adaptive_avg_pool2d(saliency(lab), MASSES).flatten(1)
    eye = functional.normalize(eye - eye.mean(1, keepdim=True))
    edges = functional.normalize(edge_directions(lab[:, :1]).sqrt())
    return torch.cat([light, 0.7 * eye, 0.7 * edges, torch.full_like(light[:, :1], NOTHING)], dim=1)


def saliency(lab: Tensor) -> Tensor:
    """``[n, 1, h, w]``: how far a place's colour is from the picture's mean colour, in OKLab."""
    fine = functional.avg_pool2d(lab, 3, stride=1, padding=1, count_include_pad=False)
    return (fine - lab.mean((2, 3), keepdim=True)).square().sum(1, keepdim=True).sqrt()


def edge_directions(light: Tensor) -> Tensor:
    """Strength of edges by direction (0 to π) in a 4 × 4 grid, ``[n, 8 · 16]``, each dealt out to two directions."""
    wide = functional.pad(light, (1, 1, 1, 1), mode="replicate")
    across, down = wide[:, :, 1:-1, 2:] - wide[:, :, 1:-1, :-2], wide[:, :, 2:, 1:-1] - wide[:, :, :-2, 1:-1]
    place = torch.atan2(down, across).remainder(math.pi) / math.pi * DIRECTIONS
    strength = (across.square() + down.square()).sqrt()
    lower, share = place.floor(), place - place.floor()
    layers = []
    for direction in range(DIRECTIONS):
        below = torch.where(lower.remainder(DIRECTIONS) == direction, 1 - share, torch.zeros_like(share))
        above = torch.where((lower + 1).remainder(DIRECTIONS) == direction, share, torch.zeros_like(share))
        layers.append(strength * (below + above))
    return functional.adaptive_avg_pool2d(torch.cat(layers, dim=1), EDGES).flatten(1)
