"""The article's pair, fully connected: the floor that every figure is compared with.

Layers, sizes and slopes as printed there; the sigmoid is left to the loss, which computes the same with less rounding.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ml.gan.layers import SLOPE
from ml.gan.settings import GanSettings


class MlpGenerator(nn.Module):
    """``forward``: styles ``[n, 1, latent]``, which are the noise itself, to pictures ``[n, 3, side, side]`` in -1..1."""

    layers = 1

    def __init__(self, settings: GanSettings) -> None:
        super().__init__()
        self.side_px = settings.side_px
        self.model = nn.Sequential(
            nn.Linear(settings.latent, 256), nn.LeakyReLU(SLOPE),
            nn.Linear(256, 512), nn.LeakyReLU(SLOPE),
            nn.Linear(512, 1024), nn.LeakyReLU(SLOPE),
            nn.Linear(1024, 3 * settings.side_px**2),
        )  # fmt: skip

    def styles_of(self, noise: Tensor) -> Tensor:
        return noise[:, None]

    def forward(self, styles: Tensor) -> Tensor:
        return torch.tanh(self.model(styles[:, 0]).float()).view(-1, 3, self.side_px, self.side_px)


class MlpDiscriminator(nn.Module):
    """``forward``: pictures ``[n, 3, side, side]`` in -1..1 to ``[n]``, before the sigmoid."""

    strength: Tensor

    def __init__(self, settings: GanSettings) -> None:
        super().__init__()
        self.model = nn.Sequential(
            nn.Linear(3 * settings.side_px**2, 512), nn.LeakyReLU(SLOPE),
            nn.Linear(512, 256), nn.LeakyReLU(SLOPE),
            nn.Linear(256, 1),
        )  # fmt: skip
        self.register_buffer("strength", torch.zeros(()))

    def forward(self, pictures: Tensor) -> Tensor:
        verdict: Tensor = self.model(pictures.flatten(1))
        return verdict.flatten().float()
