"""``python -m ml.attribution train|evaluate|opine``: know hands without the site."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.artefacts import BadArtefact
from ml.attribution import Settings, TooFewPictures, TrainingPicture, load, train
from ml.attribution.evaluating import by_folds, elsewhere
from ml.attribution.steadiness import steadiness
from ml.attribution.training import learn, look_at
from ml.attribution.unmasking import Unmasking
from ml.backbone import NoWeights, untrained
from ml.backbone.choosing import add_eyes, needed_eyes_of
from ml.collection import BadCollection, Picture, load_pixels, read_collection
from ml.images import UnreadablePicture, load_rgb
from ml.perturbing import CHANGES
from ml.refusals import REASONS
from ml.reporter import StreamReporter
from ml.splits import same_work_groups

GROUP_PX = 64


def training_pictures(pictures: Sequence[Picture]) -> list[TrainingPicture]:
    """Rows of a collection; photographs of one work share a group."""
    groups = same_work_groups(load_pixels(list(pictures), GROUP_PX))
    return [training_picture(picture, int(group)) for picture, group in zip(pictures, groups, strict=True)]


def training_picture(picture: Picture, group: int) -> TrainingPicture:
    def pixels() -> npt.NDArray[np.uint8]:
        with picture.file.open("rb") as source:
            return load_rgb(source)

    artist = picture.named_artist if picture.is_named else ""
    return TrainingPicture(str(picture.file), artist, picture.qualifier, picture.source, group, pixels)


def run_train(asked: argparse.Namespace) -> None:
    backbone = needed_eyes_of(asked, for_bulk=True)
    pictures = training_pictures(read_collection(asked.collection))
    settings = Settings(min_works=asked.min_works, restyled=asked.restyled)
    trained = train(pictures, backbone, StreamReporter(), checkpoint=asked.folder / "looks", settings=settings)
    trained.save(asked.folder)
    print(json.dumps(trained.figures, indent=1))


def run_evaluate(asked: argparse.Namespace) -> None:
    """Tables of figures, a line a model; with ``--train`` and ``--test`` of one collection learned and another asked about."""
    settings, reporter, backbone = (
        Settings(min_works=asked.min_works, restyled=asked.restyled),
        StreamReporter(),
        needed_eyes_of(asked, for_bulk=True),
    )
    if bool(asked.train) != bool(asked.test) or bool(asked.train) == bool(asked.collection):
        raise BadCollection("Name one collection, or one to --train on and one to --test with.")
    pictures = training_pictures(read_collection(asked.train or asked.collection))
    material = look_at(pictures, backbone, reporter, checkpoint=asked.keep, settings=settings)
    if asked.test:
        model = learn(material, backbone, reporter, settings=settings).attributor
        plain = Settings(perturbed=0, imitations=0, min_works=1)
        other = look_at(
            training_pictures(read_collection(asked.test)), backbone, reporter, checkpoint=asked.keep, settings=plain
        )
        show({"model": elsewhere(model, other)})
        shown = other.pictures
    else:
        forged: dict[str, Unmasking] = {}
        found = by_folds(material, backbone, reporter, settings=settings, forged=forged)
        if asked.untrained:
            bare = untrained(backbone.name, device=asked.device)
            blind = look_at(pictures, bare, reporter, checkpoint=asked.keep, settings=settings)
            found["the model, untrained network"] = by_folds(blind, bare, reporter, settings=settings)["model"]
        show(found)
        show({f"imitations, {way}": each.figures() for way, each in forged.items()})
        model, shown = learn(material, backbone, reporter, settings=settings).attributor, material.pictures
    if asked.changes:
        known = [picture for picture in shown if picture.hand in model.artists][:: max(1, len(shown) // asked.changes)]
        show(dict(steadiness(model, known[: asked.changes], list(CHANGES), reporter)))


def show(table: dict[str, dict[str, float]]) -> None:
    """A table with a line a name."""
    columns = list(dict.fromkeys(column for row in table.values() for column in row))
    width = max((len(name) for name in table), default=0) + 2
    print("".ljust(width) + " ".join(column.rjust(max(8, len(column))) for column in columns))
    for name, row in table.items():
        cells = (
            f"{row[column]:.3f}".rjust(max(8, len(column))) if column in row else "–".rjust(max(8, len(column)))
            for column in columns
        )
        print(name.ljust(width) + " ".join(cells))


def run_opine(asked: argparse.Namespace) -> None:
    """One line of JSON a picture; ``--is`` asks of one artist as well, where anything can be said. Files that cannot be read
    have a line on stderr each, and the others are told; then raises ``UnreadablePicture``."""
    model, unread = load(asked.folder, device=asked.device), []
    if asked.artist:
        model.place(asked.artist)
    for file in asked.pictures:
        try:
            with file.open("rb") as source:
                pixels = load_rgb(source)
        except (OSError, UnreadablePicture) as error:
            unread.append(f"{file}: {error}")
            continue
        opinion = model.opine(pixels)
        said = asdict(opinion) | {"file": str(file), "why": REASONS.get(opinion.abstained, "")}
        said["parts"] = [part for part in said["parts"] if part["name"] != "patch"]
        if asked.artist and not opinion.abstained:
            said["verification"] = asdict(model.verify(pixels, asked.artist))
        print(json.dumps(said))
    if unread:
        raise UnreadablePicture("\n".join(unread))


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m ml.attribution")
    commands = whole.add_subparsers(dest="command", required=True)
    trained = commands.add_parser("train", help="learn hands from a collection")
    trained.add_argument("collection", type=Path, help="metadata.csv, its folder, or a folder of artists' folders")
    trained.add_argument("folder", type=Path, help="where the model is to be kept")
    evaluated = commands.add_parser("evaluate", help="figures on works held out")
    evaluated.add_argument("collection", type=Path, nargs="?")
    evaluated.add_argument("--train", type=Path)
    evaluated.add_argument("--test", type=Path)
    evaluated.add_argument("--keep", type=Path, help="a folder for what was looked at, so that a second run is quick")
    evaluated.add_argument("--untrained", action="store_true", help="the same with the network untrained")
    evaluated.add_argument(
        "--changes", type=int, default=0, metavar="N", help="how N pictures fare under JPEG, casts, frames …"
    )
    opined = commands.add_parser("opine", help="whose hand is it?")
    opined.add_argument("folder", type=Path)
    opined.add_argument("pictures", type=Path, nargs="+")
    opined.add_argument("--is", dest="artist", default="", help="ask of this artist as well")
    for command in (trained, evaluated):
        add_eyes(command)
        command.add_argument("--min-works", type=int, default=5)
        command.add_argument(
            "--restyled",
            type=int,
            default=0,
            metavar="N",
            help="learn from, and ask about, N imitations by restyling too",
        )
    for command in (trained, evaluated, opined):
        command.add_argument("--device", default="auto")
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1, with one line on stderr, where something given is bad."""
    asked = parser().parse_args(arguments)
    runs = {"train": run_train, "evaluate": run_evaluate, "opine": run_opine}
    try:
        runs[asked.command](asked)
    except (BadArtefact, BadCollection, NoWeights, TooFewPictures, UnreadablePicture, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"The model does not know {error}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
