"""The painter: noise to styles, one for each layer; styles to a picture, from coarse layers to fine ones.

The layers are StyleGAN2's without its noise inputs, so that a picture is its styles and nothing else. Unlike there, the
first four by four maps are made from the first style.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from ml.gan.layers import GAIN, Convolution, Dense, Modulated, doubled, leaky, spread_over
from ml.gan.settings import GanSettings

SKETCHED = 0.3  # how strong each resolution's part of the picture begins


class Mapping(nn.Module):
    """Noise ``[n, latent]``, brought to unit variance, to ``[n, width]``."""

    def __init__(self, latent: int, width: int) -> None:
        super().__init__()
        self.first = Dense(latent, width, gain=GAIN)
        self.second = Dense(width, width, gain=GAIN)

    def forward(self, noise: Tensor) -> Tensor:
        even = noise * torch.rsqrt(noise.square().mean(1, keepdim=True) + 1e-8)
        return leaky(self.second(leaky(self.first(even))))


class Generator(nn.Module):
    """``forward``: styles ``[n, layers, width]`` to pictures ``[n, 3, side, side]`` in -1..1.

    Two layers a resolution up to half the picture's side, the maps doubled between them; a lean pair at its whole side.
    Each resolution adds to the picture of the one before, so that what stands where is learned early.
    """

    def __init__(self, settings: GanSettings) -> None:
        super().__init__()
        maps = [settings.maps(resolution) for resolution in settings.resolutions()]
        self.first_maps, width = maps[0], settings.width
        pairs = [(maps[0], maps[0])]
        for inputs, outputs in itertools.pairwise([*maps, max(4, maps[-1] // 2)]):
            pairs += [(inputs, outputs), (outputs, outputs)]
        *convolutions, (last, _last) = pairs
        self.layers = len(pairs)
        self.mapping = Mapping(settings.latent, width)
        self.start = Dense(width, self.first_maps * 16, gain=GAIN)
        self.convolutions = nn.ModuleList(Modulated(inputs, outputs, width) for inputs, outputs in convolutions)
        self.colours = Modulated(last, 3, width)
        self.sketches = nn.ModuleList(Convolution(each, 3, 1, gain=SKETCHED) for each in maps)

    def styles_of(self, noise: Tensor) -> Tensor:
        """Noise ``[n, latent]`` to ``[n, layers, width]``, the same for each layer."""
        mapped: Tensor = self.mapping(noise)
        return mapped[:, None].expand(-1, self.layers, -1)

    def forward(self, styles: Tensor) -> Tensor:
        steps = [*self.convolutions, self.colours]
        scales = [step.scales_of(styles[:, place]) for place, step in enumerate(steps)]
        maps = leaky(self.start(styles[:, 0])).view(-1, self.first_maps, 4, 4)
        maps = maps.contiguous(memory_format=torch.channels_last) * spread_over(scales[0], maps)
        picture = maps.new_zeros(())
        for place, step in enumerate(self.convolutions):
            maps = step(maps, scales[place], scales[place + 1])
            if place % 2:
                maps, picture = doubled(maps), doubled(picture)
            else:
                picture = picture + self.sketches[place // 2](maps)
        return torch.tanh((self.colours(maps, scales[-1]) + picture).float())
