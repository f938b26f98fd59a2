"""``python -m ml.styletransfer run|train|train-eye|evaluate``: restyle without the site.

``run CONTENT STYLE… --out FILE`` by the packaged network, a trained one (``--model FOLDER``) or by optimisation (``--optimise``);
``train FOLDER PICTURES…`` on a folder or files; ``train-eye FOLDER PICTURES…`` teaches our own eye to tell hands, the pictures of
each in a folder of its own; ``evaluate PICTURES…`` prints figures of a network beside optimisation.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from ml.artefacts import BadArtefact
from ml.backbone import NoWeights
from ml.backbone.interface import Provenance
from ml.collection import PICTURES
from ml.gan.sheets import save_picture, saved
from ml.images import Pixels, UnreadablePicture
from ml.reporter import StreamReporter
from ml.styletransfer.feedforward import TILE_PX, Restyler, packaged
from ml.styletransfer.finding import find_eye
from ml.styletransfer.judging import Row, Trial, judge, table
from ml.styletransfer.lesson import KEPT_PX, read, read_lesson
from ml.styletransfer.optimising import restyle
from ml.styletransfer.pictures import NotEnoughMemory, Restyled, Style, UnsuitablePicture
from ml.styletransfer.seeing import Eye, quick_form
from ml.styletransfer.settings import OptimisationSettings
from ml.styletransfer.strokes import STROKES, learn_strokes
from ml.styletransfer.training import WINDOW_PX, train, usual_schedule
from ml.training import Schedule


def asked_for(file: Path, longest_px: int) -> Pixels:
    """A picture that the command names. Raises ``UnreadablePicture`` naming it, too."""
    try:
        return read(file, longest_px)
    except UnreadablePicture as error:
        raise UnreadablePicture(f"{file}: {error}") from error


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The pictures of folders, and files, in order."""
    found: list[Path] = []
    for path in paths:
        inside = (
            sorted(each for each in path.rglob("*") if each.suffix.lower() in PICTURES) if path.is_dir() else [path]
        )
        found += inside
    return found


def eye_of(asked: argparse.Namespace) -> Eye:
    return find_eye(
        weights=asked.weights, device=asked.device, reporter=StreamReporter(), may_download=asked.download_vgg
    )


def model_of(asked: argparse.Namespace) -> Restyler:
    return Restyler.load(asked.model, device=asked.device) if asked.model else packaged(device=asked.device)


def run(asked: argparse.Namespace) -> None:
    """Restyle one picture, write it, print its figures."""
    content = asked_for(asked.content, asked.longest)
    mask = asked_for(asked.mask, asked.longest)[0].astype(np.float32) / 255 if asked.mask else None
    weights = asked.style_weights or [1.0] * len(asked.styles)
    if len(weights) != len(asked.styles):
        raise UnsuitablePicture(f"There are {len(asked.styles)} styles but {len(weights)} weights.")
    styles = [Style(asked_for(file, asked.longest), weight) for file, weight in zip(asked.styles, weights, strict=True)]
    made = optimised(content, styles, mask, asked) if asked.optimise else model_of(asked).apply(
        content, styles, strength=asked.strength, tile_px=asked.tile, keep_colours=asked.keep_colours,
        content_mask=mask, reporter=StreamReporter(),
    )  # fmt: skip
    save_picture(made.pixels, asked.out)
    figures = {"content_loss": made.content_loss, "style_loss": made.style_loss, "seconds": made.seconds}
    print(json.dumps({"file": str(asked.out), **{name: round(value, 4) for name, value in figures.items()}}))


def optimised(content: Pixels, styles: Sequence[Style], mask: np.ndarray | None, asked: argparse.Namespace) -> Restyled:
    settings = OptimisationSettings(
        steps=asked.steps, longest_px=asked.longest, keep_colours=asked.keep_colours, optimiser=asked.optimiser,
        style_weight=OptimisationSettings.style_weight * asked.strength,
        place_weight=OptimisationSettings.place_weight * asked.strength,
    )  # fmt: skip
    return restyle(content, styles, eye_of(asked), settings, StreamReporter(), content_mask=mask)


def run_train(asked: argparse.Namespace) -> None:
    """Train on the pictures, keep the network in the folder, print its figures."""
    lesson = read_lesson(files_of(asked.pictures), StreamReporter())
    for name, reason in lesson.skipped.items():
        print(f"{name} is left out: {reason}", file=sys.stderr)
    eye = eye_of(asked)
    asked.folder.mkdir(parents=True, exist_ok=True)
    trained = train(
        lesson, eye, StreamReporter(), schedule=replace(usual_schedule(eye, asked.steps), batch=asked.batch),
        folder=asked.folder / "run", window_px=asked.window,
        on_grid=lambda picture: saved(picture, asked.folder / "grid.png"),
    )  # fmt: skip
    trained.restyler.save(asked.folder)
    print(json.dumps({"figures": trained.figures, "warnings": trained.warnings}))


def run_train_eye(asked: argparse.Namespace) -> None:
    """Teach our own eye to tell the hands that the pictures' folders are named after; keep it, for ``--weights FOLDER``."""
    files, form = files_of(asked.pictures), quick_form(asked.device)
    pictures, hands = [asked_for(file, KEPT_PX) for file in files], [file.parent.name for file in files]
    schedule = Schedule(
        steps=asked.steps, batch=asked.batch, clip_norm=1.0, ema=0.99, warm_up=0.02, kept=1, device=form.device,
        precision=str(form.words()["dtype"]), channels_last=form.channels_last,
    )  # fmt: skip
    trunk, loss = learn_strokes(pictures, hands, schedule, StreamReporter(), folder=asked.folder / "run")
    origin = f"{len(files)} pictures by {len(set(hands))} hands"
    Eye(STROKES, trunk, Provenance("trained", origin), device="cpu").save(asked.folder)
    print(json.dumps({"learned_from": origin, "loss": loss}))


def trials_of(files: Sequence[Path], count: int, longest_px: int) -> list[Trial]:
    """Each picture in the manner of the next, ``count`` of them spread over the files."""
    if len(files) < 2:
        raise UnsuitablePicture("Give at least two pictures: each takes the manner of another.")
    chosen = [files[place * len(files) // min(count, len(files))] for place in range(min(count, len(files)))]
    pixels = [asked_for(file, longest_px) for file in chosen]
    return [Trial(one, other) for one, other in zip(pixels, pixels[1:] + pixels[:1], strict=True)]


def run_evaluate(asked: argparse.Namespace) -> None:
    """Print a table: contents untouched, the network, and optimisation, all judged by one eye."""
    trials, eye = trials_of(files_of(asked.pictures), asked.trials, asked.longest), eye_of(asked)
    model, settings = model_of(asked), OptimisationSettings(steps=asked.steps, longest_px=asked.longest)

    def in_one_pass(trial: Trial) -> tuple[Pixels, float]:
        made = model.apply(trial.content, [Style(trial.style)])
        return made.pixels, made.seconds

    def by_optimisation(trial: Trial) -> tuple[Pixels, float]:
        made = restyle(trial.content, [Style(trial.style)], eye, settings, StreamReporter())
        return made.pixels, made.seconds

    makers = {"contents untouched": lambda trial: (trial.content, 0.0), "attention network": in_one_pass}
    if not asked.quick:
        makers["optimisation"] = by_optimisation
    rows: list[Row] = [judge(name, make, trials, eye, StreamReporter())[0] for name, make in makers.items()]
    if asked.json:
        print(json.dumps({"judge": eye.facts(), "trials": len(trials), "rows": [asdict(row) for row in rows]}))
    else:
        print("\n".join([f"judged by {eye.name} on {len(trials)} pairs", *table(rows)]))


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m ml.styletransfer", description=__doc__)
    commands = found.add_subparsers(dest="command", required=True)
    names = ("run", "train", "train-eye", "evaluate")
    running, training, seeing, evaluating = (commands.add_parser(name) for name in names)
    running.add_argument("content", type=Path)
    running.add_argument("styles", type=Path, nargs="+")
    running.add_argument("--out", type=Path, required=True, help="the file to write; its ending says the format")
    running.add_argument("--style-weights", type=float, nargs="+", help="one for each style")
    running.add_argument("--strength", type=float, default=1.0, help="0 the content to 1")
    running.add_argument("--mask", type=Path, help="a picture of the content's size: white may change, black stays")
    running.add_argument("--keep-colours", action="store_true")
    running.add_argument("--optimise", action="store_true", help="by optimisation instead of a network")
    running.add_argument("--optimiser", default="lbfgs", choices=("lbfgs", "adam"))
    running.add_argument("--tile", type=int, default=TILE_PX, help="longest edge done at once, in pixels")
    training.add_argument("folder", type=Path, help="where the network is to be kept")
    seeing.add_argument("folder", type=Path, help="where the eye is to be kept")
    for command, batch in ((training, 8), (seeing, 16)):
        command.add_argument("--batch", type=int, default=batch)
    training.add_argument("--window", type=int, default=WINDOW_PX, help="edge of the windows learned from, in pixels")
    for command in (training, seeing, evaluating):
        command.add_argument("pictures", type=Path, nargs="+", help="files, or folders of them")
    evaluating.add_argument("--trials", type=int, default=8)
    evaluating.add_argument("--quick", action="store_true", help="leave out optimisation")
    evaluating.add_argument("--json", action="store_true")
    for command, steps in ((running, 150), (training, 4000), (seeing, 4000), (evaluating, 150)):
        command.add_argument("--steps", type=int, default=steps)
        command.add_argument("--device", default="auto")
    for command in (running, training, evaluating):
        command.add_argument(
            "--weights", type=Path, help="to see by: a file as vgg19….safetensors, or a trained eye's folder"
        )
        command.add_argument("--download-vgg", action="store_true", help="fetch VGG-19's published weights")
    for command in (running, evaluating):
        command.add_argument("--model", type=Path, help="a trained network's folder")
        command.add_argument("--longest", type=int, default=512, help="longest edge in pixels")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1, with one line on stderr, where a picture is bad or too little is there."""
    asked = parser().parse_args(arguments)
    try:
        {"run": run, "train": run_train, "train-eye": run_train_eye, "evaluate": run_evaluate}[asked.command](asked)
    except (BadArtefact, UnreadablePicture, NotEnoughMemory, NoWeights, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
