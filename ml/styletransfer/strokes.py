"""``strokes``: a small network of our own in VGG's manner, that learns hands from windows of their pictures.

Where no published weights are at hand, style is seen through it. It keeps the full size at its first depth, which our
compact network does not, and has no normalisation layers, so that a window is seen alike in any surroundings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.backbone.statistics import channel_statistics
from ml.images import Pixels
from ml.reporter import Reporter
from ml.training import Schedule, Turn, run
from ml.training.loading import Feed

STROKES = "strokes"
WIDTHS = (24, 48, 96, 160)
WINDOW_PX = 64


class Pair(nn.Sequential):
    """Two 3 × 3 convolutions, perhaps after halving the side."""

    def __init__(self, inputs: int, outputs: int, *, halves: bool) -> None:
        before: list[nn.Module] = [nn.AvgPool2d(2)] if halves else []
        super().__init__(*before, nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU())


def strokes() -> nn.Sequential:
    """The trunk, freshly initialised: eight convolutions at strides 1, 2, 4 and 8."""
    layers: list[nn.Module] = []
    inputs = 3
    for depth, width in enumerate(WIDTHS):
        layers += [Pair(inputs, width, halves=depth > 0), Pair(width, width, halves=False)]
        inputs = width
    network = nn.Sequential(*layers)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return network


class Learner(nn.Module):
    """The trunk between what is thrown away: a head that names hands by statistics, a decoder that paints the window again."""

    def __init__(self, hands: int) -> None:
        super().__init__()
        self.trunk = strokes()
        self.head = nn.Sequential(nn.LayerNorm(2 * sum(WIDTHS)), nn.Dropout(0.2), nn.Linear(2 * sum(WIDTHS), hands))
        painted: list[nn.Module] = []
        for deep, shallow in zip(WIDTHS[:0:-1], WIDTHS[-2::-1], strict=True):
            painted += [nn.Conv2d(deep, shallow, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2)]
        self.decoder = nn.Sequential(*painted, nn.Conv2d(WIDTHS[0], 3, 3, padding=1))

    def forward(self, unit: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of hands ``[n, hands]`` and the windows painted again, of RGB ``[n, 3, h, w]`` in 0..1."""
        layer, parts = unit * 2 - 1, []
        for index, module in enumerate(self.trunk):
            layer = module(layer)
            if index % 2:
                parts += [part.log1p() for part in channel_statistics(layer.float())]
        named: Tensor = self.head(torch.cat(parts, dim=1))
        painted: Tensor = self.decoder(layer)
        return named, painted


def learn_strokes(
    pictures: Sequence[Pixels],
    hands: Sequence[str],
    schedule: Schedule,
    reporter: Reporter,
    *,
    folder: Path | None = None,
) -> tuple[nn.Sequential, float | None]:
    """A trunk that tells ``hands`` apart by windows of ``pictures`` ``uint8 [3, h, w]``, and its last loss, None where all
    steps were done before.

    The statistics of every depth must tell the hand (what a style is), and the deepest layer must still hold what is shown.
    Raises ``ValueError`` for fewer than two hands, and as ``ml.training.run``.
    """
    names = sorted(set(hands))
    if len(names) < 2:
        raise ValueError("At least two hands are needed to learn to tell them apart.")
    torch.manual_seed(schedule.seed)
    learner, labels = Learner(len(names)), torch.tensor([names.index(hand) for hand in hands])

    def loss(batch: tuple[Tensor, Tensor], _random: torch.Generator) -> Tensor:
        indices, windows = batch
        unit = windows.float() / 255
        logits, painted = learner(unit)
        named = functional.cross_entropy(logits.float(), labels.to(indices.device)[indices], label_smoothing=0.1)
        whole: Tensor = named + 6 * (painted.float() - unit).abs().mean()
        return whole

    feed = Feed(len(pictures), lambda index, random: window(pictures[index], random), batch=schedule.batch)
    outcome = run(
        [Turn("strokes", learner, loss)], feed, replace(schedule), reporter, folder=folder, phase="learning to see"
    )
    losses = outcome.losses["strokes"]
    return learner.trunk.cpu(), float(np.mean(losses[-20:])) if losses else None


def window(picture: Pixels, random: np.random.Generator) -> Pixels:
    """A square of the picture at its own scale, perhaps mirrored or lit a little otherwise."""
    high, wide = picture.shape[1:]
    top, left = random.integers(0, max(1, high - WINDOW_PX + 1)), random.integers(0, max(1, wide - WINDOW_PX + 1))
    part = picture[:, top : top + WINDOW_PX, left : left + WINDOW_PX]
    part = part[:, :, ::-1] if random.random() < 0.5 else part
    short = [(0, 0), (0, WINDOW_PX - part.shape[1]), (0, WINDOW_PX - part.shape[2])]
    lit = np.pad(part, short, mode="symmetric").astype(np.float32) * random.uniform(0.85, 1.1)
    return lit.clip(0, 255).astype(np.uint8)
