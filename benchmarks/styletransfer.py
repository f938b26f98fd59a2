"""Restyling beside its peers, in one run, judged by one network: content, style, an ArtFID-like score, seconds.

``python -m benchmarks.styletransfer [--pictures FOLDER] [--weights FILE] [--steps 300] [--batch 4] [--window 96] [--optimise 100]
[--contents 3] [--styles 3] [--px 256] [--threads N] [--out FILE.png]``. The network of attention and AdaIN see by the same eye (the
packaged one), have decoders of one size, and learn for the same steps from the same pictures, none of which is restyled
afterwards. Optimisations look through the judge (``--weights``, as SqueezeNet's), so that their style loss flatters them;
both networks of one pass have never seen it. ``untouched`` is the content as it is, the floor of style.

``--time-only [--px 256] [--threads N]`` only times the packaged network on one picture. ``--paint FOLDER [--works 488]`` only
paints pictures of the demo's atelier, a folder a hand, for ``python -m ml.styletransfer train-eye``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from benchmarks.style_peers import gatys, size_of, train_adain
from ml.artefacts import BadArtefact
from ml.images import Pixels
from ml.reporter import SilentReporter, StreamReporter
from ml.styletransfer import Eye, OptimisationSettings, Restyler, Style, packaged, restyle
from ml.styletransfer.__main__ import files_of
from ml.styletransfer.feedforward import PACKAGED
from ml.styletransfer.judging import Row, Trial, judge, table
from ml.styletransfer.lesson import read, read_lesson
from ml.styletransfer.training import train, usual_schedule

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
MOST = 200
TURNS = 8
Maker = Callable[[Trial], tuple[Pixels, float]]


def paint(folder: Path, works: int) -> list[Path]:
    """Pictures of the demo's atelier, where no others are at hand."""
    from artmarket.demo.atelier.hands import HANDS
    from artmarket.demo.atelier.painter import Order, paint_file

    random, names = np.random.default_rng(9), list(HANDS)
    orders = []
    for number in range(works):
        hand = HANDS[names[number % len(names)]]
        subject, seeds = str(random.choice(hand.subjects or ("",))), random.integers(0, 2**31, 2)
        shape = float(random.choice(hand.shapes))
        orders.append(
            Order(names[number % len(names)], subject, float(random.random()), shape, *map(int, seeds), long_side=400)
        )
    for name in names[:works]:
        (folder / name).mkdir(parents=True, exist_ok=True)
    return [paint_file(order, folder / order.hand / f"{number:03}.jpg") for number, order in enumerate(orders)]


def dealt(files: list[Path], asked: argparse.Namespace) -> tuple[list[Path], list[Trial]]:
    """Files to learn from, and trials of every chosen content with every chosen style."""
    order = np.random.default_rng(asked.seed).permutation(len(files))
    shown, learned = order[: asked.contents + asked.styles], order[asked.contents + asked.styles :][:MOST]
    pictures = [read(files[place], asked.px) for place in shown]
    contents, styles = pictures[: asked.contents], pictures[asked.contents :]
    return [files[place] for place in sorted(learned)], [Trial(one, other) for one in contents for other in styles]


def by_network(restyler: Restyler, strength: float = 1.0) -> Maker:
    def make(trial: Trial) -> tuple[Pixels, float]:
        made = restyler.apply(trial.content, [Style(trial.style)], strength=strength)
        return made.pixels, made.seconds

    return make


def makers(learned: list[Path], judging: Eye, asked: argparse.Namespace) -> dict[str, Maker]:
    """What is compared, by name."""
    settings = OptimisationSettings(steps=max(1, asked.optimise), longest_px=asked.px)

    def ours(trial: Trial) -> tuple[Pixels, float]:
        made = restyle(trial.content, [Style(trial.style)], judging, settings, SilentReporter())
        return made.pixels, made.seconds

    found: dict[str, Maker] = {"untouched": lambda trial: (trial.content, 0.0)}
    if asked.optimise:
        found["Gatys"] = lambda trial: gatys(trial, judging, asked.optimise, settings.style_weight)
        found["ours, optimised"] = ours
    eye = Eye.load(PACKAGED)
    if asked.steps:
        lesson = read_lesson(learned, StreamReporter())
        schedule = replace(usual_schedule(eye, asked.steps), batch=asked.batch)
        adain = train_adain(lesson, eye, schedule, asked.window, StreamReporter())
        attention = train(lesson, eye, StreamReporter(), schedule=schedule, window_px=asked.window).restyler
        sizes = f"decoders of {size_of(adain.decoder):,} and {size_of(attention.network.decoder):,} numbers"
        print(
            f"{asked.steps} steps of {asked.batch} windows of {asked.window} px from {len(lesson.pictures)} pictures; {sizes}"
        )
        for strength in (0.5, 1.0):
            found[f"AdaIN {strength}"] = lambda trial, given=strength: adain.apply(trial, given)
            found[f"attention {strength}"] = by_network(attention, strength)
    try:
        found["attention, packaged"] = by_network(packaged())
    except BadArtefact as error:
        print(f"no packaged network: {error}")
    return found


def time_packaged(px: int) -> None:
    """Print how long one picture with one style takes, losses included: the first of a process, and those that follow."""
    random, restyler = np.random.default_rng(1), packaged()
    content, style = (random.integers(0, 256, (3, px, px), np.uint8) for _each in range(2))
    clock, processor = [], []
    for _turn in range(1 + TURNS):
        before = time.perf_counter(), time.process_time()
        restyler.apply(content, [Style(style)])
        clock.append(time.perf_counter() - before[0])
        processor.append(time.process_time() - before[1])
    print(f"{px} px, one style, {torch.get_num_threads()} threads: first call {clock[0]:.2f} s, then")
    for name, seconds in (("by the clock", clock[1:]), ("of the processor", processor[1:])):
        print(f"{min(seconds):.2f} to {max(seconds):.2f} s {name}")


def sheet(trials: list[Trial], made: dict[str, list[Pixels]], px: int) -> Image.Image:
    """A row a trial: content, style, and what each made of them."""

    def square(pixels: Pixels) -> np.ndarray:
        return np.asarray(Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0))).resize((px, px)))

    rows = [
        np.concatenate(
            [square(each) for each in (trial.content, trial.style, *(found[at] for found in made.values()))], axis=1
        )
        for at, trial in enumerate(trials)
    ]
    return Image.fromarray(np.concatenate(rows))


def compare(asked: argparse.Namespace) -> None:
    judging = Eye.of_file(asked.weights) if asked.weights.is_file() else Eye.load(PACKAGED)
    with tempfile.TemporaryDirectory() as folder:
        files = files_of([asked.pictures]) if asked.pictures.is_dir() else paint(Path(folder), 90)
        learned, trials = dealt(files, asked)
        compared = makers(learned, judging, asked)
        rows: list[Row] = []
        made: dict[str, list[Pixels]] = {}
        for name, make in compared.items():
            row, made[name] = judge(name, make, trials, judging, StreamReporter())
            rows.append(row)
    print("\n".join([f"judged by {judging.name} on {len(trials)} pairs at {asked.px} px", *table(rows)]))
    if asked.out:
        sheet(trials, made, 160).save(asked.out)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=Path, default=SHARED / "images")
    parser.add_argument("--weights", type=Path, default=SHARED / "weights" / "squeezenet1_0-imagenet.safetensors")
    defaults = {
        "steps": 300,
        "batch": 4,
        "window": 96,
        "optimise": 100,
        "contents": 3,
        "styles": 3,
        "px": 256,
        "seed": 3,
    }
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--time-only", action="store_true", help="only time the packaged network on a picture of --px")
    parser.add_argument("--paint", type=Path, help="only paint works of the demo's atelier there, a folder a hand")
    parser.add_argument("--works", type=int, default=488)
    asked = parser.parse_args()
    if asked.threads:
        torch.set_num_threads(asked.threads)
    if asked.time_only:
        time_packaged(asked.px)
    elif asked.paint:
        print(f"{len(paint(asked.paint, asked.works))} pictures in {asked.paint}")
    else:
        compare(asked)


if __name__ == "__main__":
    main()
