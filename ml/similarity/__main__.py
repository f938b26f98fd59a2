"""``python -m ml.similarity evaluate FOLDER``: how well each sense and their mix find an artist and a style."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from ml.artefacts import BadArtefact
from ml.backbone import COMPACT, RECIPES, Backbone, build
from ml.backbone.compact import train_compact
from ml.backbone.interface import Provenance
from ml.backbone.weights import from_file, name_of_file
from ml.collection import BadCollection, Picture, load_pixels, read_collection
from ml.images import Pixels, UnreadablePicture
from ml.reporter import StreamReporter
from ml.similarity.hand import hand_likenesses
from ml.similarity.names import SENSES
from ml.similarity.tables import evaluate


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1, with one line on stderr, where something given is bad."""
    parser = argparse.ArgumentParser(prog="python -m ml.similarity", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("evaluate", help="recall@1/5/10 and mAP for artist and style")
    command.add_argument("folder", type=Path, help="pictures: metadata.csv, or ARTIST/picture.jpg")
    command.add_argument("--weights", type=Path, help="a network's safetensors; else one is trained on the pictures")
    command.add_argument("--device", default="auto")
    command.add_argument(
        "--hand", type=Path, help="a model of hands (ml.attribution train): its network learns them by folds"
    )
    command.add_argument("--mix", help="weights of the senses, as style=1,colour=0.5")
    asked = parser.parse_args(arguments)
    try:
        pictures = read_collection(asked.folder)
        name = name_of_file(asked.weights) if asked.weights else COMPACT
        pixels = load_pixels(pictures, RECIPES[name].input_px)
        mix = read_mix(asked.mix) if asked.mix else None
        hand = hand_of(asked.hand, asked.device, pictures) if asked.hand else None
        evaluate(
            network(name, asked.weights, pixels, asked.device),
            pictures,
            pixels,
            partial(print, flush=True),
            weights=mix,
            hand=hand,
        )
    except (BadArtefact, BadCollection, UnreadablePicture, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def network(name: str, weights: Path | None, pixels: Pixels, device: str) -> Backbone:
    """The network of the weights' file, or a compact one trained on the pictures without their labels."""
    if weights is not None:
        return build(name, from_file(name, weights), Provenance("file", weights.name), device=device)
    torch.manual_seed(1)
    trunk, _losses = train_compact(pixels, StreamReporter(), phase="learning to see")
    return build(name, trunk, Provenance("trained", str(len(pixels))), device=device)


def hand_of(
    folder: Path, device: str, pictures: Sequence[Picture]
) -> Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float32]]:
    """Likenesses by the sense *hand*, learned anew by folds on the network of the model in ``folder``: what that model itself
    learned from may be these very pictures. Raises ``BadArtefact``."""
    from ml.attribution import load

    return partial(by_folds, load(folder, device=device).backbone, pictures)


def by_folds(seeing: Backbone, pictures: Sequence[Picture], works: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    return hand_likenesses(seeing, pictures, works, StreamReporter())


def read_mix(text: str) -> dict[str, float]:
    """``style=1,colour=0.5`` as weights; ``ValueError`` for anything else."""
    found = {}
    for part in text.split(","):
        name, sign, number = part.partition("=")
        if not sign or name.strip() not in SENSES:
            raise ValueError(f"A mix is written style=1,colour=0.5; “{part}” is no part of one.")
        found[name.strip()] = float(number)
    return found


if __name__ == "__main__":
    sys.exit(main())
