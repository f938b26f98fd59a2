"""The judge: a picture to one number, the greater the more it looks like the set.

A residual network without normalisation, as in R3GAN (Huang et al. 2024), that takes four pixels at once. Before its
last layers it sees how much the pictures of a batch differ (Karras et al. 2018), by which a painter that repeats itself
is told at once.
"""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.gan.layers import GAIN, Convolution, Dense, halved, leaky
from ml.gan.settings import GanSettings

GROUP = 4


class Block(nn.Module):
    """Halves the resolution: a convolution before, one after, beside a plain way past both."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.before = Convolution(inputs, inputs, gain=GAIN)
        self.after = Convolution(inputs, outputs, gain=GAIN)
        self.past = Convolution(inputs, outputs, 1, has_bias=False)

    def forward(self, maps: Tensor) -> Tensor:
        found: Tensor = leaky(self.after(halved(leaky(self.before(maps))))) + self.past(halved(maps))
        return found * math.sqrt(0.5)


class Discriminator(nn.Module):
    """``forward``: pictures ``[n, 3, side, side]`` in -1..1 to ``[n]``.

    ``strength`` is how often pictures are varied before they are judged, 0..1; it is kept with the weights, so that a
    resumed run goes on with it.
    """

    strength: Tensor

    def __init__(self, settings: GanSettings) -> None:
        super().__init__()
        maps = [settings.maps(resolution) for resolution in reversed(settings.resolutions())]
        self.colours = Convolution(12, maps[0], gain=GAIN)
        self.blocks = nn.Sequential(*(Block(inputs, outputs) for inputs, outputs in itertools.pairwise(maps)))
        self.closing = Convolution(maps[-1] + 1, maps[-1], gain=GAIN)
        self.gathered = Dense(maps[-1] * 16, settings.most_maps, gain=GAIN)
        self.verdict = Dense(settings.most_maps, 1)
        self.register_buffer("strength", torch.zeros(()))

    def forward(self, pictures: Tensor) -> Tensor:
        maps = self.blocks(leaky(self.colours(functional.pixel_unshuffle(pictures, 2))))
        maps = leaky(self.closing(torch.cat([maps, spread(maps)], 1)))
        verdict: Tensor = self.verdict(leaky(self.gathered(maps.flatten(1))))
        return verdict.flatten().float()


def spread(maps: Tensor) -> Tensor:
    """How much the pictures of each group of ``GROUP`` neighbours differ, as one map ``[n, 1, h, w]`` of a single value."""
    count, _channels, height, width = maps.shape
    size = next(size for size in range(min(GROUP, count), 0, -1) if count % size == 0)
    groups = maps.float().reshape(count // size, size, -1)
    apart = groups - groups.mean(1, keepdim=True)
    deviation = (apart.square().mean(1) + 1e-8).sqrt().mean(1)
    return deviation.repeat_interleave(size)[:, None, None, None].expand(-1, 1, height, width).to(maps.dtype)
