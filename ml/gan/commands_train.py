"""``python -m ml.gan train FOLDER DATA``: teach a pair on a folder of pictures; the same command goes on after a stop."""

from __future__ import annotations

import argparse
import signal
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from ml.backbone.choosing import add_eyes, eyes_of
from ml.collection import PICTURES, read_collection
from ml.gan.model import Gan
from ml.gan.pictures import read_pictures
from ml.gan.settings import ARCHITECTURES, AUGMENTATIONS, LOSSES, PENALTIES, GanSettings, settings_for
from ml.gan.sheets import save_sheet
from ml.gan.training import from_state, schedule_for, train
from ml.reporter import StreamReporter
from ml.training import processes

TUNABLE = ("latent", "capacity", "most_maps", "loss", "r1", "r2", "penalty", "augment", "mixing")


def add(commands: Any) -> None:
    command = commands.add_parser("train", help="teach a pair on a folder of pictures, or go on with it")
    command.add_argument("folder", type=Path, help="where the model, its states, figures and grids are kept")
    command.add_argument("data", type=Path, help="a folder of pictures, a metadata.csv, or a folder of folders")
    command.add_argument("--side", type=int, default=64, help="64, 128, 256 or 512 pixels")
    command.add_argument(
        "--architecture", choices=ARCHITECTURES, default="small", help="mlp: the article's, as a floor"
    )
    command.add_argument("--minutes", type=float, default=0.0, help="end after so long")
    command.add_argument("--steps", type=int, help="end after so many steps (4000)")
    command.add_argument("--batch", type=int)
    command.add_argument("--accumulate", type=int, default=1, help="batches a step")
    command.add_argument("--rate", type=float, help="the learning rate")
    command.add_argument("--ema", type=float, help="decay of the averaged painter; 0: none")
    command.add_argument("--latent", type=int)
    command.add_argument("--capacity", type=int, help="feature maps times resolution; more on a GPU")
    command.add_argument("--most-maps", type=int)
    command.add_argument("--loss", choices=LOSSES)
    command.add_argument("--r1", type=float)
    command.add_argument("--r2", type=float)
    command.add_argument("--penalty", choices=PENALTIES)
    command.add_argument("--augment", choices=AUGMENTATIONS)
    command.add_argument("--mixing", type=float)
    command.add_argument("--no-mirror", action="store_true", help="mirrored pictures are no pictures of this set")
    add_eyes(command, otherwise=", to measure distances by")
    command.add_argument("--check-every", type=int, help="steps between grids and distances (250)")
    command.add_argument("--patience", type=int, default=0, help="end after so many checks without a lesser distance")
    command.add_argument("--save-every", type=int, help="steps between kept states (250)")
    command.add_argument("--keep", type=int, default=4, help="states to keep")
    command.add_argument("--from-step", type=int, help="go back to this kept state and go on from there")
    command.add_argument("--finish", action="store_true", help="train no more: keep what the newest state has reached")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--device", default="auto")
    command.add_argument("--precision", default="auto")
    command.set_defaults(run=run)


class Stoppable(StreamReporter):
    """Ctrl-C and SIGTERM end the run after its step, its state kept."""

    def __init__(self) -> None:
        super().__init__()
        self.is_over = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_over = True

    def should_stop(self) -> bool:
        return self.is_over


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Train, keep the model in the folder, say what was measured."""
    if asked.finish:
        return keep(from_state(asked.folder / "run", asked.from_step, device="cpu"), asked.folder)
    with processes.joined():
        reporter = Stoppable()
        settings = settings_of(asked)
        pictures = read_pictures(files_of(asked.data), settings.side_px, reporter)
        for note in (*pictures.notes, *(f"{name} {why}" for name, why in pictures.skipped.items())):
            reporter.log(note)
        trained = train(
            pictures, settings, schedule_of(asked, settings), reporter, folder=asked.folder / "run",
            backbone=eyes_of(asked), from_step=asked.from_step,
            on_grid=lambda step, pixels: save_sheet(pixels, asked.folder / "grids" / f"step-{step:08d}.png"),
        )  # fmt: skip
        return keep(trained.gan, asked.folder) if processes.rank() == 0 else {}


def keep(gan: Gan, folder: Path) -> dict[str, Any]:
    gan.save(folder)
    save_sheet(gan.paint(gan.styles(range(64))), folder / "grid.png")
    return {name: value for name, value in gan.facts.items() if name not in {"schedule", "settings"}}


def settings_of(asked: argparse.Namespace) -> GanSettings:
    settings = settings_for(asked.architecture, asked.side)
    told = {name: getattr(asked, name) for name in TUNABLE if getattr(asked, name) is not None}
    return replace(settings, **told, mirror=settings.mirror and not asked.no_mirror)


def schedule_of(asked: argparse.Namespace, settings: GanSettings) -> Any:
    told = {
        "steps": asked.steps or (10_000_000 if asked.minutes else None), "batch": asked.batch,
        "learning_rate": asked.rate, "ema": asked.ema, "check_every": asked.check_every, "save_every": asked.save_every,
    }  # fmt: skip
    return schedule_for(
        settings, accumulate=asked.accumulate, minutes=asked.minutes, patience=asked.patience, kept=asked.keep,
        seed=asked.seed, device=asked.device, precision=asked.precision,
        **{name: value for name, value in told.items() if value is not None},
    )  # fmt: skip


def files_of(data: Path) -> list[Path]:
    """A folder's own pictures; where it has none, a collection's. Raises ``BadCollection``."""
    own = sorted(path for path in data.glob("*") if path.suffix.lower() in PICTURES) if data.is_dir() else []
    return own or [picture.file for picture in read_collection(data)]
