"""A training's folder on disk: its pictures, its checkpoints, and when it goes."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from analysis.generation.models import TrainingRun
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import rendition_bytes

if TYPE_CHECKING:
    from ml.reporter import Reporter

KEPT_SECONDS = 30 * 24 * 3600
LARGE_FROM_PX = 384  # from here on a card has fewer pixels than the model paints


def folder_of(run: TrainingRun) -> Path:
    return Path(settings.MODELS_DIR).parent / "studio" / str(run.pk)


def checkpoint_folder(run: TrainingRun) -> Path:
    """Where the loop keeps its checkpoints."""
    return folder_of(run) / "training"


def checkpoints(run: TrainingRun) -> list[str]:
    """Names of the whole checkpoints of a run that can be gone on from, the newest first."""
    return [path.stem for path in sorted(checkpoint_folder(run).glob("step-*.json"), reverse=True)]


def begin_from(run: TrainingRun, earlier: TrainingRun, checkpoint: str) -> None:
    """Give a new run what an earlier one knew at a checkpoint. Once the run has one of its own nothing is done."""
    if checkpoints(run):
        return
    source, target = checkpoint_folder(earlier), checkpoint_folder(run)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for file in source.glob("*"):
        if file.is_file() and (not file.name.startswith("step-") or file.stem == checkpoint):
            shutil.copy2(file, beside / file.name)
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)


def size_for(side_px: int) -> str:
    """The rendition from which a model of this side learns."""
    return "card" if side_px < LARGE_FROM_PX else "large"


def write_pictures(run: TrainingRun, images: Iterable[ArtworkImage], reporter: Reporter) -> list[Path]:
    """The training works as files named by their keys; those that are there already stay. Unreadable ones are left out."""
    folder, paths = folder_of(run) / "pictures", []
    folder.mkdir(parents=True, exist_ok=True)
    for image in images:
        path = folder / f"{image.pk}-{image.sha256[:12]}.webp"
        try:
            if not path.is_file():
                beside = path.with_suffix(f".{os.getpid()}")
                beside.write_bytes(rendition_bytes(image, size_for(run.side_px)))
                beside.rename(path)
        except (OSError, ValueError) as error:
            reporter.log(_("The picture of work {work} cannot be read: {why}").format(work=image.artwork_id, why=error))
            continue
        paths.append(path)
    return paths


def image_key(name: str) -> int | None:
    """The picture's key in a training work's name; None for a name that is not ours."""
    key = Path(name).name.partition("-")[0].partition(".")[0]
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None


def clear(run: TrainingRun) -> None:
    """Forget a run's checkpoints."""
    shutil.rmtree(checkpoint_folder(run), ignore_errors=True)


def drop_pictures(run: TrainingRun) -> None:
    """The works' files, once the training has ended; the catalogue has them."""
    shutil.rmtree(folder_of(run) / "pictures", ignore_errors=True)


def sweep() -> int:
    """Delete the folders of runs that nobody can go on with or that nothing was written to for 30 days; how many."""
    room = Path(settings.MODELS_DIR).parent / "studio"
    if not room.is_dir():
        return 0
    known = {str(pk) for pk in TrainingRun.objects.values_list("pk", flat=True)}
    gone = [each for each in room.iterdir() if each.name not in known or age_of(each) > KEPT_SECONDS]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone)


def age_of(folder: Path) -> float:
    """Seconds since anything in it was written."""
    newest = max((file.stat().st_mtime for file in folder.rglob("*")), default=folder.stat().st_mtime)
    return time.time() - newest
