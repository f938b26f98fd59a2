"""The small-data GAN that ours is compared with, written from its paper: Liu, Zhu, Song and Elgammal, "Towards Faster and
Stabilized GAN Training for High-fidelity Few-shot Image Synthesis" (ICLR 2021).

A painter whose coarse maps switch the channels of fine ones on and off (skip-layer excitation), and a judge that must
also be able to redraw the real pictures from its maps, whole and in part, so that it looks at all of them (self-supervision).
Hinge loss, Adam at 2e-4, batches of 8, averaged weights, variations of light and place, as there. Adapted to 64 px: excitation from
4 to 32 and from 8 to 64 px; redrawn pictures are compared by their pixels, not by a trained network's features, since
the one at hand is the one that judges. ``BASE`` feature maps in the place of the paper's 64 keep a step to a CPU's measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from ml.gan.augmenting import lit, moved
from ml.gan.losses import still
from ml.gan.model import as_pixels, as_tensor, noise_of
from ml.images import Pixels
from ml.training import Schedule, Turn

BASE, LATENT = 16, 256


def convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, padding: int = 0) -> nn.Module:
    layer = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
    nn.init.normal_(layer.weight, 0.0, 0.02)
    return spectral_norm(layer)


class Noise(nn.Module):
    """Adds noise of a learned weight to every place."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, maps: Tensor) -> Tensor:
        grain = torch.randn(maps.shape[0], 1, *maps.shape[2:], device=maps.device, dtype=maps.dtype)
        return maps + self.weight.to(maps.dtype) * grain


def gated(inputs: int, outputs: int) -> list[nn.Module]:
    return [convolution(inputs, 2 * outputs, 3, 1, 1), nn.BatchNorm2d(2 * outputs), nn.GLU(1)]


def up(inputs: int, outputs: int, *, is_rich: bool) -> nn.Module:
    """Doubles the side; a rich one has noise and a second convolution."""
    layers: list[nn.Module] = [nn.Upsample(scale_factor=2, mode="nearest"), *gated(inputs, outputs)]
    if is_rich:
        layers.insert(2, Noise())
        layers += [convolution(outputs, 2 * outputs, 3, 1, 1), Noise(), nn.BatchNorm2d(2 * outputs), nn.GLU(1)]
    return nn.Sequential(*layers)


class Excitation(nn.Module):
    """Weighs the channels of fine maps by what the coarse ones hold."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.weigh = nn.Sequential(
            nn.AdaptiveAvgPool2d(4), convolution(coarse, fine, 4), nn.SiLU(), convolution(fine, fine, 1), nn.Sigmoid()
        )

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        return fine * self.weigh(coarse)


class Painter(nn.Module):
    """Noise ``[n, LATENT]`` to pictures ``[n, 3, 64, 64]`` in -1..1."""

    def __init__(self, base: int = BASE) -> None:
        super().__init__()
        wide = {4: 16 * base, 8: 8 * base, 16: 4 * base, 32: 2 * base, 64: 2 * base}
        self.begin = nn.Sequential(
            spectral_norm(nn.ConvTranspose2d(LATENT, 2 * wide[4], 4, bias=False)),
            nn.BatchNorm2d(2 * wide[4]),
            nn.GLU(1),
        )
        self.up8 = up(wide[4], wide[8], is_rich=True)
        self.up16 = up(wide[8], wide[16], is_rich=False)
        self.up32 = up(wide[16], wide[32], is_rich=True)
        self.up64 = up(wide[32], wide[64], is_rich=False)
        self.excite32, self.excite64 = Excitation(wide[4], wide[32]), Excitation(wide[8], wide[64])
        self.colours = convolution(wide[64], 3, 3, 1, 1)

    def forward(self, noise: Tensor) -> Tensor:
        at4 = self.begin(noise[:, :, None, None])
        at8 = self.up8(at4)
        at32 = self.excite32(at4, self.up32(self.up16(at8)))
        return torch.tanh(self.colours(self.excite64(at8, self.up64(at32))).float())


class Down(nn.Module):
    """Halves the side two ways and takes the mean."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.deep = nn.Sequential(
            convolution(inputs, outputs, 4, 2, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2),
            convolution(outputs, outputs, 3, 1, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2),
        )  # fmt: skip
        self.plain = nn.Sequential(
            nn.AvgPool2d(2), convolution(inputs, outputs, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)
        )

    def forward(self, maps: Tensor) -> Tensor:
        return (self.deep(maps) + self.plain(maps)) / 2


def redrawer(inputs: int, doublings: int) -> nn.Module:
    """Maps to a small picture."""
    layers: list[nn.Module] = []
    for _doubling in range(doublings):
        layers += [nn.Upsample(scale_factor=2, mode="nearest"), *gated(inputs, max(16, inputs // 2))]
        inputs = max(16, inputs // 2)
    return nn.Sequential(*layers, convolution(inputs, 3, 3, 1, 1), nn.Tanh())


class Judge(nn.Module):
    """Pictures to verdicts ``[n, 25]``, one for each part of the picture; and, asked, to how well it redraws them."""

    def __init__(self, base: int = BASE) -> None:
        super().__init__()
        self.begin = nn.Sequential(convolution(3, 2 * base, 4, 2, 1), nn.LeakyReLU(0.2))
        self.down16, self.down8 = Down(2 * base, 4 * base), Down(4 * base, 8 * base)
        self.verdict = nn.Sequential(
            convolution(8 * base, 8 * base, 1), nn.BatchNorm2d(8 * base), nn.LeakyReLU(0.2), convolution(8 * base, 1, 4)
        )
        self.whole, self.part = redrawer(8 * base, 2), redrawer(4 * base, 2)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        at16 = self.down16(self.begin(pictures))
        at8 = self.down8(at16)
        return self.verdict(at8).flatten(1).float(), at16, at8

    def redrawn(self, pictures: Tensor, at16: Tensor, at8: Tensor, quarter: int) -> Tensor:
        """How far what is redrawn of the whole (at 32 px) and of one quarter (at 32 px) is from the picture."""
        top, left = 8 * (quarter // 2), 8 * (quarter % 2)
        small = functional.avg_pool2d(pictures, 2)
        piece = pictures[:, :, 4 * top : 4 * top + 32, 4 * left : 4 * left + 32]
        part = self.part(at16[:, :, top : top + 8, left : left + 8])
        return functional.l1_loss(self.whole(at8).float(), small) + functional.l1_loss(part.float(), piece)


@dataclass(frozen=True)
class Lessons:
    painter: Painter
    judge: Judge

    def judging(self, batch: tuple[Tensor, Tensor], random: torch.Generator) -> Tensor:
        real = varied(as_tensor(batch[1]), random)
        with torch.no_grad():
            painted = varied(self.painter(noise(len(real), random)), random)
        rated, at16, at8 = self.judge(real)
        softened = torch.rand(rated.shape, generator=random) * 0.2 + 0.8
        told = functional.relu(softened - rated).mean()
        told = told + self.judge.redrawn(real, at16, at8, int(torch.randint(4, (), generator=random)))
        softened = torch.rand(rated.shape, generator=random) * 0.2 + 0.8
        return told + functional.relu(softened + self.judge(painted)[0]).mean()

    def painting(self, batch: tuple[Tensor, Tensor], random: torch.Generator) -> Tensor:
        with still(self.judge):
            return -self.judge(varied(self.painter(noise(len(batch[0]), random)), random))[0].mean()


def noise(count: int, random: torch.Generator) -> Tensor:
    return torch.randn(count, LATENT, generator=random)


def varied(pictures: Tensor, random: torch.Generator) -> Tensor:
    drawn, chosen = torch.rand(5, len(pictures), generator=random), torch.ones(len(pictures), dtype=torch.bool)
    return moved(lit(pictures, drawn[:3], chosen), drawn[3:], chosen)


def turns(seed: int) -> tuple[Painter, Sequence[Turn]]:
    torch.manual_seed(seed)
    painter, judge = Painter(), Judge()
    lessons, betas = Lessons(painter, judge), (0.5, 0.999)
    return painter, [
        Turn("judge", judge, lessons.judging, betas=betas, is_averaged=False),
        Turn("painter", painter, lessons.painting, betas=betas),
    ]


def schedule(**changes: object) -> Schedule:
    usual: dict[str, object] = {
        "learning_rate": 2e-4, "weight_decay": 0.0, "batch": 8, "warm_up": 0.0, "falls": False, "ema": 0.999,
    }  # fmt: skip
    return Schedule(**{**usual, **changes})  # type: ignore[arg-type]


@torch.no_grad()
def samples(painter: Painter, seeds: Sequence[int]) -> Pixels:
    painter.eval()
    torch.manual_seed(0)
    drawn = torch.stack([noise_of(seed, LATENT).float() for seed in seeds])
    return np.concatenate([as_pixels(painter(drawn[at : at + 16])) for at in range(0, len(drawn), 16)])
