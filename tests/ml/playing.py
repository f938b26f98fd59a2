"""A tiny pair, an easy set of pictures, and a reporter that stops: for the tests of the GAN. Also a program, to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from ml.gan.pictures import TrainingPictures, of_pixels
from ml.gan.settings import GanSettings
from ml.gan.training import Trained, schedule_for, train
from ml.images import Pixels
from ml.reporter import Reporter, SilentReporter
from ml.training import Schedule

TINY = GanSettings(side_px=16, latent=8, width=8, capacity=128, least_maps=8, most_maps=16)
BRIEF = schedule_for(TINY, steps=6, batch=8, save_every=2, check_every=3, device="cpu", precision="float32")


def easy(count: int = 48, side_px: int = 16, seed: int = 1) -> Pixels:
    """Two halves, a warm one above a cool one, each of its own lightness, and a little grain."""
    random = np.random.default_rng(seed)
    base = np.zeros((count, 3, side_px, side_px))
    base[:, :, : side_px // 2] = np.array([200, 120, 60])[:, None, None]
    base[:, :, side_px // 2 :] = np.array([40, 70, 140])[:, None, None]
    base += random.uniform(-40, 40, (count, 1, 1, 1)) + random.normal(0, 4, base.shape)
    return base.clip(0, 255).astype(np.uint8)


def easy_set(count: int = 48) -> TrainingPictures:
    return of_pixels(easy(count))


class StopAfter(SilentReporter):
    def __init__(self, questions: int) -> None:
        self.left = questions

    def should_stop(self) -> bool:
        self.left -= 1
        return self.left < 0


class Listening(SilentReporter):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def log(self, message: str) -> None:
        self.lines.append(message)


def play(
    folder: Path | None = None,
    reporter: Reporter | None = None,
    settings: GanSettings = TINY,
    schedule: Schedule = BRIEF,
    **more: object,
) -> Trained:
    return train(easy_set(), settings, schedule, reporter or SilentReporter(), folder=folder, **more)  # type: ignore[arg-type]


if __name__ == "__main__":
    from dataclasses import replace

    import torch

    torch.set_num_threads(1)
    done = play(
        Path(sys.argv[1]), schedule=replace(BRIEF, steps=int(sys.argv[2]), batch=int(sys.argv[3]), check_every=0)
    )
    done.gan.save(Path(sys.argv[1]) / "gan", half=False)
