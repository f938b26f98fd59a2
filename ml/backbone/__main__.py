"""``python -m ml.backbone train|embed|describe``: see without the site."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ml.artefacts import BadArtefact, load_json
from ml.backbone import COMPACT, RECIPES, build, load
from ml.backbone.compact import train_compact
from ml.backbone.interface import Provenance
from ml.images import Pixels, UnreadablePicture, load_square
from ml.reporter import StreamReporter
from ml.training import Schedule


def pixels_of(files: Sequence[Path], side_px: int) -> Pixels:
    """``uint8 [n, 3, side, side]`` of picture files. Raises ``UnreadablePicture`` naming the first bad one."""
    found = []
    for file in files:
        try:
            with file.open("rb") as source:
                found.append(load_square(source, side_px))
        except (OSError, UnreadablePicture) as error:
            raise UnreadablePicture(f"{file}: {error}") from error
    return np.stack(found)


def train(folder: Path, files: Sequence[Path], steps: int) -> None:
    """Train the compact network on the pictures and keep it in ``folder``."""
    pictures = pixels_of(files, RECIPES[COMPACT].input_px)
    network, losses = train_compact(pictures, StreamReporter(), schedule=Schedule(steps=steps), phase="learning to see")
    backbone = build(COMPACT, network, Provenance("trained", str(len(pictures))), sample=pictures)
    backbone.save(folder)
    print(json.dumps({"pictures": len(pictures), "dimensions": backbone.dimensions, "last_loss": losses[-1]}))


def embed(folder: Path, files: Sequence[Path]) -> None:
    """One line of JSON a picture: its file and unit vector."""
    backbone = load(folder)
    for file in files:
        vector = backbone.embed(pixels_of([file], backbone.input_px))[0]
        print(json.dumps({"file": str(file), "vector": [round(float(value), 6) for value in vector]}))


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1, with one line on stderr, where a file is bad."""
    parser = argparse.ArgumentParser(prog="python -m ml.backbone")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("train", "embed", "describe"):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path, help="where the network is, or is to be, kept")
        if name != "describe":
            command.add_argument("pictures", type=Path, nargs="+")
        if name == "train":
            command.add_argument("--steps", type=int, default=200)
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "train":
            train(asked.folder, asked.pictures, asked.steps)
        elif asked.command == "embed":
            embed(asked.folder, asked.pictures)
        else:
            print(json.dumps(load_json(asked.folder / "backbone.json"), indent=1))
    except (BadArtefact, UnreadablePicture, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
