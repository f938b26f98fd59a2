"""``python -m ml.gan sample MODEL``: pictures of a kept model, one by one or on a sheet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ml.gan.model import Gan
from ml.gan.sheets import save_picture, save_sheet


def add(commands: Any) -> None:
    command = commands.add_parser("sample", help="paint pictures of a kept model")
    command.add_argument("model", type=Path, help="the folder of a kept model")
    command.add_argument("out", type=Path, help="a file for one sheet, or a folder for a file a picture")
    command.add_argument("--count", type=int, default=64)
    command.add_argument("--seed", type=int, default=0, help="the first; the others follow")
    command.add_argument("--truncation", type=float, default=1.0, help="below 1: tamer, less varied")
    command.add_argument("--device", default="auto")
    command.set_defaults(run=run)


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Paint, write, say the seeds."""
    if asked.count < 1 or asked.seed < 0:
        raise ValueError("count is at least 1, seed at least 0.")
    gan = Gan.load(asked.model, device=asked.device)
    seeds = range(asked.seed, asked.seed + asked.count)
    pixels = gan.paint(gan.styles(seeds, asked.truncation))
    if asked.out.suffix:
        save_sheet(pixels, asked.out)
    else:
        for seed, each in zip(seeds, pixels, strict=True):
            save_picture(each, asked.out / f"{seed:08d}.png")
    return {"first_seed": seeds[0], "count": len(seeds), "truncation": asked.truncation, "out": str(asked.out)}
