"""Our GAN beside the article's fully connected pair and a small-data GAN of the literature: one run, one set, one measure.

``python -m benchmarks.gan DATA WEIGHTS [--minutes 8] [--steps N] [--models small fastgan mlp] [--samples 180]
[--out FOLDER]``. A fifth of the works (``ml.splits.same_work_groups``) is held out and never learned from; each pair has the
same minutes on the same cores (or the same steps), begins from nothing, and is judged at its end, not at its best, by
``ml.gan.judging``: features of one network, as many pictures of each. ``--out`` keeps a sheet of each model's pictures.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from benchmarks import fastgan
from ml.backbone import build
from ml.backbone.interface import Provenance
from ml.backbone.weights import from_file, name_of_file
from ml.gan.commands_train import files_of
from ml.gan.judging import FIGURES, Jury
from ml.gan.pictures import TrainingPictures, of_pixels, read_pictures
from ml.gan.settings import GanSettings, of_article
from ml.gan.sheets import save_sheet
from ml.gan.training import fitting, schedule_for, train
from ml.images import Pixels
from ml.reporter import SilentReporter, StreamReporter
from ml.splits import folds, same_work_groups
from ml.training import run
from ml.training.loading import Feed

SIDE = 64
Made = tuple[Pixels, int, float]  # samples, steps, pictures a second


def ours(settings: GanSettings) -> Callable[[TrainingPictures, argparse.Namespace], Made]:
    def make(pictures: TrainingPictures, asked: argparse.Namespace) -> Made:
        schedule = schedule_for(settings, steps=asked.steps, minutes=asked.minutes, check_every=0, device=asked.device)
        trained = train(pictures, settings, schedule, StreamReporter())
        outcome = trained.outcome
        return trained.gan.paint(trained.gan.styles(range(asked.samples))), outcome.steps, outcome.images_per_second

    return make


def theirs(pictures: TrainingPictures, asked: argparse.Namespace) -> Made:
    painter, turns = fastgan.turns(1)
    schedule = fitting(fastgan.schedule(steps=asked.steps, minutes=asked.minutes, device=asked.device))
    feed = Feed(len(pictures.pixels), pictures.mirrored, batch=schedule.batch, threads=1)
    outcome = run(turns, feed, schedule, StreamReporter(), phase="fastgan")
    return fastgan.samples(painter.float(), range(asked.samples)), outcome.steps, outcome.images_per_second


MODELS: dict[str, Callable[[TrainingPictures, argparse.Namespace], Made]] = {
    "small": ours(GanSettings(side_px=SIDE)),
    "fastgan": theirs,
    "mlp": ours(of_article(SIDE)),
}


def main(arguments: Sequence[str] | None = None) -> None:
    asked = parser().parse_args(arguments)
    if asked.threads:
        torch.set_num_threads(asked.threads)
    read = read_pictures(files_of(asked.data), SIDE, SilentReporter())
    groups = same_work_groups(read.pixels)
    fold = folds(groups, [""] * len(groups), count=5)
    learned, held = of_pixels(read.pixels[fold != 0]), read.pixels[fold == 0]
    name = name_of_file(asked.weights)
    backbone = build(name, from_file(name, asked.weights), Provenance("file", asked.weights.name), device=asked.device)
    jury = Jury(learned.pixels, held, backbone)
    print(f"{len(learned.pixels)} pictures to learn from, {len(held)} held out; {asked.samples} samples", flush=True)
    last = None
    for model in asked.models:
        start = time.perf_counter()
        samples, steps, rate = MODELS[model](learned, asked)
        spent = time.perf_counter() - start
        print(f"\n{model}: {steps} steps, {steps and rate:.0f} pictures a second, {spent / 60:.1f} minutes", flush=True)
        if asked.out:
            save_sheet(samples[:64], asked.out / f"{model}.png")
            np.save(asked.out / f"{model}.npy", samples)
        last = jury.judge(samples)
        row = replace(last.rows[0], name=model)
        print(line("", {figure: figure for figure in FIGURES}), line(model, row.figures), sep="\n", flush=True)
    if last is not None:
        print("\nfloors", *(line(row.name, row.figures) for row in last.rows[1:]), sep="\n")


def line(name: str, figures: dict[str, float] | dict[str, str] | object) -> str:
    told = dict(figures)  # type: ignore[call-overload]
    return f"{name:10}" + "".join(
        f"{told[each]:>14.4f}" if isinstance(told[each], float) else f"{told[each]:>14}" for each in FIGURES
    )


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m benchmarks.gan", description=__doc__.split("\n")[0])
    found.add_argument("data", type=Path)
    found.add_argument("weights", type=Path)
    found.add_argument("--minutes", type=float, default=8.0, help="for each; 0: by --steps alone")
    found.add_argument("--steps", type=int, default=10_000_000)
    found.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    found.add_argument("--samples", type=int, default=180)
    found.add_argument("--threads", type=int, default=0)
    found.add_argument("--device", default="auto")
    found.add_argument("--out", type=Path)
    return found


if __name__ == "__main__":
    main()
