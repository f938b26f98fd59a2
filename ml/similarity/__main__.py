"""``python -m ml.similarity evaluate FOLDER``: how well each sense and their mix find an artist and a style."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.artefacts import BadArtefact
from ml.backbone import RECIPES, Backbone, NoWeights
from ml.backbone.choosing import add_eyes, eyes_or_learned, name_of
from ml.collection import BadCollection, Picture, load_pixels, read_collection
from ml.images import UnreadablePicture
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
    add_eyes(command, otherwise="; else one is trained on the pictures")
    command.add_argument("--device", default="auto")
    command.add_argument(
        "--hand", type=Path, help="a model of hands (ml.attribution train): its network learns them by folds"
    )
    command.add_argument("--mix", help="weights of the senses, as style=1,colour=0.5")
    asked = parser.parse_args(arguments)
    try:
        pictures = read_collection(asked.folder)
        pixels = load_pixels(pictures, RECIPES[name_of(asked)].input_px)
        mix = read_mix(asked.mix) if asked.mix else None
        hand = hand_of(asked.hand, asked.device, pictures) if asked.hand else None
        evaluate(
            eyes_or_learned(asked, pixels, StreamReporter()),
            pictures,
            pixels,
            partial(print, flush=True),
            weights=mix,
            hand=hand,
        )
    except (BadArtefact, BadCollection, NoWeights, UnreadablePicture, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


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
