"""One step of each: the judge on a batch of real and painted pictures, the painter against the judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ml.gan.augmenting import adapt, vary
from ml.gan.discriminator import GROUP
from ml.gan.losses import exact_slope, judge_loss, nudged, painter_loss, sampled_slope, still
from ml.gan.model import as_tensor
from ml.gan.networks import Judge, Painter
from ml.gan.settings import GanSettings

Batch = tuple[Tensor, Tensor]  # indices [n], pictures uint8 [n, 3, side, side]


@dataclass(frozen=True)
class Lessons:
    """The two losses, as ``ml.training.Turn`` wants them. All that is random comes from the batch's own generator."""

    painter: Painter
    judge: Judge
    settings: GanSettings

    def judging(self, batch: Batch, random: torch.Generator) -> Tensor:
        real = as_tensor(batch[1])
        with torch.no_grad():
            painted = self.painted(len(real), random, real.device)
        real, painted = self.varied(real, random), self.varied(painted, random)
        count = self.penalised(len(real))
        moved = [nudged(pictures[:count], random) for pictures in (real, painted)] if count else []
        parts = [real, painted, *moved]  # in one go: a small batch does not fill a processor
        verdicts = self.judge(torch.cat(parts)).split([len(part) for part in parts])
        if self.settings.augment == "adaptive":
            adapt(self.judge.strength, verdicts[0], verdicts[1], self.settings.target)
        return judge_loss(verdicts[0], verdicts[1], self.settings.loss) + self.penalty(parts, verdicts)

    def painting(self, batch: Batch, random: torch.Generator) -> Tensor:
        real = as_tensor(batch[1])
        painted = self.varied(self.painted(len(real), random, real.device), random)
        with still(self.judge):
            if self.settings.loss == "relativistic":
                with torch.no_grad():
                    rated = self.judge(self.varied(real, random))
            else:
                rated = torch.zeros(len(real), device=real.device)
            return painter_loss(rated, self.judge(painted), self.settings.loss)

    def painted(self, count: int, random: torch.Generator, device: torch.device) -> Tensor:
        """Fresh pictures; some of two latents, one for the coarse layers and one for the fine, so that layers can be crossed."""
        noise = torch.randn(2, count, self.settings.latent, generator=random)
        layers = self.painter.layers
        styles = self.painter.styles_of(noise[0].to(device))
        if self.settings.mixing and layers > 1:
            crossing = torch.randint(1, layers, (count, 1), generator=random)
            crossing[torch.rand(count, generator=random) >= self.settings.mixing] = layers
            is_fine = (torch.arange(layers) >= crossing).to(device)
            styles = torch.where(is_fine[:, :, None], self.painter.styles_of(noise[1].to(device)), styles)
        found: Tensor = self.painter(styles)
        return found

    def varied(self, pictures: Tensor, random: torch.Generator) -> Tensor:
        if self.settings.augment == "none":
            return pictures
        is_fixed = self.settings.augment == "differentiable"
        strength = self.settings.strength if is_fixed else float(self.judge.strength)
        return vary(pictures, strength, random)

    def penalised(self, batch: int) -> int:
        """How many real and how many painted pictures the slope is sampled on: whole groups, as the judge compares those."""
        if self.settings.penalty == "exact" or not (self.settings.r1 or self.settings.r2):
            return 0
        return min(batch, max(1, round(batch * self.settings.penalty_share / GROUP)) * GROUP)

    def penalty(self, parts: Sequence[Tensor], verdicts: Sequence[Tensor]) -> Tensor:
        """Half of the slopes' mean squares at real and at painted pictures, weighed; on a share of the batch."""
        found = torch.zeros((), device=parts[0].device)
        for place, weight in enumerate((self.settings.r1, self.settings.r2)):
            if weight and self.settings.penalty == "exact":
                count = max(1, round(len(parts[place]) * self.settings.penalty_share))
                found = found + weight / 2 * exact_slope(self.judge, parts[place][:count])
            elif weight:
                moved = verdicts[place + 2]
                found = found + weight / 2 * sampled_slope(verdicts[place][: len(moved)], moved)
        return found
