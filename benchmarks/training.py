"""Pictures per second of the training loop over the bare network's forward and backward pass, in the same run.

``python -m benchmarks.training [--networks compact squeezenet1_0 mobilenet_v3_large] [--batch 16] [--steps 12]
[--accumulate 2] [--rounds 3] [--precision auto] [--threads N]``. The loop decodes JPEG files of 512 px, varies each in
light, compression and border, clips, steps the optimiser and averages the weights; the bare network sees one ready batch
on the device over and over. The two take turns; the best round of each counts. The feed alone, without a network, tells
what is possible where both share the cores: 1 / (1/bare + 1/feed). ``waiting``: the share of the loop's time in which the
device had no batch.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from ml.backbone.features import scaled
from ml.backbone.networks import RECIPES, trunk
from ml.images import Pixels
from ml.reporter import SilentReporter
from ml.training import Outcome, Schedule, Turn, run
from ml.training.form import Form, form_of
from ml.training.loading import Feed
from ml.training.varying import varied_file

CLASSES = 10
FILES = 64


class Classifier(nn.Module):
    """A trunk, pooled, and one head."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.recipe, self.trunk = RECIPES[name], trunk(name)
        side = torch.zeros(2, 3, self.recipe.input_px, self.recipe.input_px)
        self.head = nn.Linear(self.trunk(side).shape[1], CLASSES)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(self.trunk(scaled(pictures.float() / 255, self.recipe)).mean((2, 3)))


def paint(folder: Path) -> list[Path]:
    """Noisy JPEG files of the size that pictures are kept in for models."""
    random, files = np.random.default_rng(5), []
    for number in range(FILES):
        coarse = Image.fromarray(random.integers(0, 255, (64, 64, 3), np.uint8))
        files.append(folder / f"{number}.jpg")
        coarse.resize((512, 512), Image.Resampling.BICUBIC).save(files[-1], quality=88)
    return files


def bare_rate(model: Classifier, form: Form, batch: int, steps: int) -> float:
    """Pictures per second of forward and backward alone."""
    side = model.recipe.input_px
    pictures = form.place(torch.randint(0, 255, (batch, 3, side, side), dtype=torch.uint8))
    labels = torch.arange(batch, device=form.device) % CLASSES
    form.prepare(model)
    model.train()
    start = 0.0
    for step in range(-2, steps):
        if step == 0:
            start = now(form)
        model.zero_grad(set_to_none=True)
        with form.autocast():
            loss = functional.cross_entropy(model(pictures), labels)
        loss.backward()
    return batch * steps / (now(form) - start)


def now(form: Form) -> float:
    if form.kind == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def loop_run(model: Classifier, files: list[Path], schedule: Schedule, threads: int | None) -> Outcome:
    def load(index: int, random: np.random.Generator) -> Pixels:
        return varied_file(files[index], model.recipe.input_px, random)

    def loss(batch: tuple[Tensor, Tensor], _random: torch.Generator) -> Tensor:
        indices, pictures = batch
        return functional.cross_entropy(model(pictures), indices % CLASSES)

    feed = Feed(len(files), load, batch=schedule.batch, threads=threads)
    return run([Turn("model", model, loss)], feed, schedule, SilentReporter())


def feed_rate(model: Classifier, files: list[Path], batch: int, threads: int | None) -> float:
    """Pictures per second of decoding and varying alone."""
    feed = Feed(
        len(files), lambda i, random: varied_file(files[i], model.recipe.input_px, random), batch=batch, threads=threads
    )
    batches, start = feed.batches(0), time.perf_counter()
    count = max(4, 128 // batch)
    for _batch in range(count):
        next(batches)
    return batch * count / (time.perf_counter() - start)


def compare(name: str, files: list[Path], asked: argparse.Namespace) -> str:
    torch.manual_seed(1)
    model = Classifier(name)
    schedule = Schedule(
        steps=asked.steps, batch=asked.batch, accumulate=asked.accumulate, clip_norm=1.0, ema=0.999,
        precision=asked.precision, save_every=10**6,
    )  # fmt: skip
    form = form_of(schedule)
    turns = []
    for _round in range(asked.rounds):
        bare = bare_rate(model, form, asked.batch, asked.steps * asked.accumulate)
        turns.append((bare, loop_run(model, files, schedule, asked.threads)))
    bare = max(rate for rate, _outcome in turns)
    best = max((outcome for _rate, outcome in turns), key=lambda outcome: outcome.images_per_second)
    fed = feed_rate(model, files, asked.batch, asked.threads)
    allowed = 1 / (1 / bare + 1 / fed) if form.kind == "cpu" else min(bare, fed)
    return (
        f"{name} ({' '.join(str(word) for word in form.words().values())}): bare {bare:.1f}/s, "
        f"feed alone {fed:.1f}/s, loop {best.images_per_second:.1f}/s, ratio {best.images_per_second / bare:.2f}, "
        f"of what is possible ({allowed:.1f}/s) {best.images_per_second / allowed:.2f}, waiting {best.waiting_share:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--networks", nargs="+", default=["compact", "squeezenet1_0", "mobilenet_v3_large"])
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--accumulate", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--threads", type=int)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = paint(Path(folder))
        for name in asked.networks:
            print(compare(name, files, asked), flush=True)


if __name__ == "__main__":
    main()
