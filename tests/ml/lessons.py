"""A small thing to learn, for tests of the loop: told colours apart by a network with dropout and running statistics.

``python -m tests.ml.lessons FOLDER BATCH`` trains it (by ``torchrun`` in several processes).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.reporter import SilentReporter
from ml.training import Outcome, Schedule, Turn, run
from ml.training.loading import Feed

CLASSES = 3


def picture(index: int, random: np.random.Generator) -> np.ndarray:
    """A noisy picture, the brighter in the channel of its class."""
    pixels = random.integers(0, 160, (3, 8, 8), np.uint8)
    pixels[index % CLASSES] += 40
    return pixels


def network(*, plain: bool = False) -> nn.Sequential:
    """``plain``: without what differs between halves of a batch and the whole."""
    torch.manual_seed(3)
    between: list[nn.Module] = [nn.ReLU()] if plain else [nn.BatchNorm2d(6), nn.ReLU(), nn.Dropout(0.2)]
    return nn.Sequential(nn.Conv2d(3, 6, 3), *between, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, CLASSES))


def lesson(model: nn.Module, *, shift: float = 0.1) -> Turn:
    """``shift``: how much lighter a whole batch may be drawn; batches are drawn by each process for itself."""

    def loss(batch: tuple[Tensor, Tensor], random: torch.Generator) -> Tensor:
        indices, pictures = batch
        lighter = torch.rand((), generator=random).to(pictures.device) * shift
        return functional.cross_entropy(model(pictures.float() / 255 + lighter), indices % CLASSES)

    return Turn("model", model, loss)


def learn(
    model: nn.Module,
    schedule: Schedule,
    folder: Path | None = None,
    reporter: SilentReporter | None = None,
    **more: object,
) -> Outcome:
    feed = Feed(30, picture, batch=schedule.batch, seed=schedule.seed, threads=2)
    return run([lesson(model)], feed, schedule, reporter or SilentReporter(), folder=folder, **more)  # type: ignore[arg-type]


class Slow(SilentReporter):
    def progress(self, *args: object, **kwargs: object) -> None:
        time.sleep(0.15)


SLOW = Schedule(steps=12, batch=4, accumulate=2, ema=0.9, save_every=1, clip_norm=1.0, device="cpu")


def main() -> None:
    folder, batch = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(1)
    if batch == 0:
        learn(network(), SLOW, folder, Slow())
        return
    turn, feed = lesson(network(plain=True), shift=0), Feed(30, picture, batch=batch)
    run([turn], feed, Schedule(steps=6, batch=batch, device="cpu"), SilentReporter(), folder=folder)


if __name__ == "__main__":
    main()
