"""A compact CNN of our own, trained without labels on the pictures at hand where no published weights can be had."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.backbone.networks import COMPACT, trunk
from ml.reporter import Reporter
from ml.training import Schedule, train

VIEW_PX = 64
BATCH = 48
TEMPERATURE = 0.2


class Learner(nn.Module):
    """The trunk and the head that is thrown away after training."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = trunk(COMPACT)
        self.head = nn.Sequential(nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 64))

    def forward(self, views: Tensor) -> Tensor:
        return functional.normalize(self.head(self.trunk(views * 2 - 1).mean((2, 3))))


def train_compact(
    pictures: npt.NDArray[np.uint8],
    reporter: Reporter,
    *,
    schedule: Schedule | None = None,
    checkpoint: Path | None = None,
    phase: str = "",
) -> tuple[nn.Sequential, list[float]]:
    """A trunk that finds two crops of one picture among crops of others, and the losses of its training.

    ``pictures``: ``uint8 [n, 3, 128, 128]``, two or more. Colour is kept: an artist's palette is evidence.
    Raises ``ValueError`` for fewer than two pictures and ``ml.reporter.Cancelled`` when told to stop.
    """
    if len(pictures) < 2:
        raise ValueError("At least two pictures are needed to learn from.")
    schedule = replace(schedule or Schedule(steps=200), batch=min(BATCH, len(pictures)))
    torch.manual_seed(schedule.seed)
    learner, source = Learner(), torch.from_numpy(pictures)

    def loss(_step: int, random: torch.Generator) -> Tensor:
        chosen = torch.randperm(len(source), generator=random)[: schedule.batch]
        shown = source[chosen].to(next(learner.parameters()).device)
        views = torch.cat([crops(shown, random), crops(shown, random)])
        return contrast(learner(views))

    losses = train(learner, loss, schedule, reporter, checkpoint=checkpoint, phase=phase)
    return learner.trunk.cpu(), losses


def crops(pictures: Tensor, random: torch.Generator) -> Tensor:
    """One random window of each picture, perhaps mirrored, a little lighter or darker, as 64 px in 0..1."""
    count = len(pictures)
    size = 0.35 + 0.65 * torch.rand(count, generator=random)
    shift = (torch.rand(2, count, generator=random) * 2 - 1) * (1 - size)
    mirrored = (torch.rand(count, generator=random) < 0.5).float() * -2 + 1
    zero = torch.zeros(count)
    windows = torch.stack([size * mirrored, zero, shift[0], zero, size, shift[1]], dim=1).view(count, 2, 3)
    windows = windows.to(pictures.device)
    grid = functional.affine_grid(windows, [count, 3, VIEW_PX, VIEW_PX], align_corners=False)
    views = functional.grid_sample(pictures.float() / 255, grid, padding_mode="border", align_corners=False)
    light = 1 + 0.2 * (torch.rand(count, 1, 1, 1, generator=random) * 2 - 1)
    return (views * light.to(pictures.device)).clamp(0, 1)


def contrast(points: Tensor) -> Tensor:
    """Each view must be nearer to its twin than to all others (normalised temperature-scaled cross-entropy)."""
    count = len(points) // 2
    likeness = points @ points.T / TEMPERATURE
    likeness = likeness.masked_fill(torch.eye(2 * count, dtype=torch.bool, device=points.device), float("-inf"))
    twins = torch.arange(2 * count, device=points.device).roll(count)
    return functional.cross_entropy(likeness, twins)
