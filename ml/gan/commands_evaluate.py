"""``python -m ml.gan evaluate MODEL DATA --held-out OTHER``: a model's figures beside real works, copies and repeated pictures.

DATA are the works that it was taught on, OTHER works of the same kind that it never saw. The rule that tells copies is kept in
the model's folder (``copying.json``).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ml.artefacts import save_json
from ml.backbone import COMPACT, RECIPES, Backbone
from ml.backbone.choosing import add_eyes, eyes_of, eyes_or_learned
from ml.collection import load_pixels, read_collection
from ml.gan.copying import Copying
from ml.gan.judging import Judgement, Jury
from ml.gan.model import Gan
from ml.gan.seeing import resized, wished_px
from ml.images import Pixels
from ml.reporter import StreamReporter

FIRST_SEED = 3_000_000


def add(commands: Any) -> None:
    command = commands.add_parser("evaluate", help="KID, FID, precision, recall … and originality, beside their floors")
    command.add_argument("model", type=Path, help="the folder of a kept model")
    command.add_argument("data", type=Path, help="what it was taught on")
    command.add_argument("--held-out", type=Path, required=True, help="works of the same kind that it never saw")
    command.add_argument("--against", type=Path, nargs="*", default=(), help="further models of the same data")
    command.add_argument("--samples", type=int, default=500)
    command.add_argument("--truncation", type=float, default=1.0)
    command.add_argument("--seed", type=int, default=FIRST_SEED)
    add_eyes(command, otherwise="; else one learns from the data")
    command.add_argument("--out", type=Path, help="a JSON file for all figures")
    command.add_argument("--device", default="auto")
    command.set_defaults(run=run)


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Print a table a model; keep the rule for copies beside the first."""
    if asked.samples < 1:
        raise ValueError("samples is at least 1.")
    gans = [Gan.load(folder, device=asked.device) for folder in (asked.model, *asked.against)]
    works = read_collection(asked.data)
    training = load_pixels(works, gans[0].side_px)
    held_out = load_pixels(read_collection(asked.held_out), gans[0].side_px)
    reporter = StreamReporter()
    copying = Copying.fit(training, held_out, names=tuple(work.file.name for work in works))
    copying.save(asked.model)
    jury = Jury(training, held_out, backbone_of(asked, training), copying=copying, reporter=reporter)
    found = {}
    for folder, gan in zip((asked.model, *asked.against), gans, strict=True):
        seeds = range(asked.seed, asked.seed + asked.samples)
        judgement = jury.judge(gan.paint(gan.styles(seeds, asked.truncation)))
        near = nearest_works(judgement, copying.names, seeds)
        sys.stdout.write("\n".join([str(folder), judgement.table(), *nearest_pairs(near), ""]))
        found[str(folder)] = judgement.as_json() | {"nearest": near}
    if asked.out:
        save_json(found, asked.out)
    return {"threshold": round(copying.threshold, 4), "copies_caught": copying.measured.copies_caught}


def nearest_works(judgement: Judgement, names: Sequence[str], seeds: Sequence[int]) -> list[dict[str, Any]]:
    """Of each sample, by its seed, the nearest training works by each sense: names with their likeness, nearest first."""
    return [
        {"seed": seeds[row]}
        | {
            sense: [
                [names[work], round(float(likeness), 4)]
                for work, likeness in zip(found.works[row], found.likeness[row], strict=True)
            ]
            for sense, found in judgement.neighbours.items()
        }
        for row in range(judgement.count)
    ]


def nearest_pairs(near: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines for people: by each sense the sample that comes nearest to a training work."""
    senses = [sense for sense in near[0] if sense != "seed"]
    closest = [(sense, max(near, key=lambda each, by=sense: each[by][0][1])) for sense in senses]  # type: ignore[misc]
    return [
        f"nearest by {sense}: seed {each['seed']} to {each[sense][0][0]} ({each[sense][0][1]})"
        for sense, each in closest
    ]


def backbone_of(asked: argparse.Namespace, pixels: Pixels) -> Backbone:
    """The network that was named, or a compact one that learns to see from the works."""
    return eyes_of(asked, for_bulk=True, shown_px=wished_px(pixels.shape[-1])) or eyes_or_learned(
        asked, resized(pixels, RECIPES[COMPACT].input_px), StreamReporter()
    )
