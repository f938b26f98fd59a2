"""Teaching a pair: turn by turn, watched, kept, gone on with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json
from ml.backbone import Backbone
from ml.devices import choose, has_fast_bfloat16
from ml.gan.checking import JUDGE, Check, Gallery, OnGrid
from ml.gan.distance import Ruler
from ml.gan.layers import rates
from ml.gan.lessons import Lessons
from ml.gan.model import Gan
from ml.gan.networks import Painter, judge, painter
from ml.gan.pictures import TrainingPictures
from ml.gan.settings import GanSettings
from ml.gan.watching import Watch
from ml.images import Pixels
from ml.reporter import Reporter
from ml.training import Outcome, Schedule, Turn, checkpoints, run
from ml.training.loading import Feed

COUNT_AGAINST = 1024
PAINTER = "painter"
MAPPING_RATE = 0.1  # what moves all pictures at once moves slowly
SETTINGS = "gan_settings.json"


class TooLarge(RuntimeError):
    """The device's memory does not hold the training; the message says what to make smaller."""


@dataclass(frozen=True)
class Trained:
    """``figures``: what was measured, plain JSON; ``warnings``: what went wrong on the way, in words."""

    gan: Gan
    figures: dict[str, Any]
    warnings: tuple[str, ...]
    outcome: Outcome


def schedule_for(settings: GanSettings, **changes: Any) -> Schedule:
    """How such a pair is best trained; ``changes`` as in ``Schedule``. The article's pair: as the article says."""
    article = settings.architecture == "mlp"
    usual = Schedule(
        steps=4000,
        learning_rate=2e-4 if article else 5e-3,
        weight_decay=0.0,
        batch=32 if article else 16,
        warm_up=0.0,
        falls=False,
        ema=0.0 if article else 0.995,
        save_every=250,
        check_every=250,
        kept=4,
    )
    return replace(usual, **changes)


def train(
    pictures: TrainingPictures,
    settings: GanSettings,
    schedule: Schedule,
    reporter: Reporter,
    *,
    folder: Path | None = None,
    backbone: Backbone | None = None,
    held_out: Pixels | None = None,
    on_grid: OnGrid | None = None,
    from_step: int | None = None,
) -> Trained:
    """Teach a pair on the pictures; resumes from ``folder``, there from its newest state or that of ``from_step``.

    At every check the painter, as it would be kept, paints the same noise again for ``on_grid(step, pixels)``; with a
    ``backbone`` its kernel distance to ``held_out`` (else to the set itself) is measured, and the weights of the least
    are what is returned; without, the last. Raises as ``ml.training.run``, and ``NoRoom`` before there is no room on the
    disk, ``TooLarge`` where the memory does not do.
    """
    schedule = fitting(schedule)
    pair = painter(settings, schedule.seed), judge(settings, schedule.seed)
    if folder is not None:
        prepare(folder, settings, pair, schedule, from_step)
    ruler = ruler_on(backbone, pictures.pixels if held_out is None or len(held_out) < 2 else held_out)
    check = Check(Gallery(pair[0], settings, on_grid), Watch.beside(pictures.pixels), reporter, ruler, schedule, folder)
    load = pictures.mirrored if settings.mirror else pictures.shown
    feed = Feed(len(pictures.pixels), load, batch=schedule.batch, seed=schedule.seed, threads=1)
    with explained(settings, schedule):
        outcome = run(
            turns(*pair, settings), feed, schedule, check, folder=folder, phase="training", validate=check.validate
        )
    told = figures_of(outcome, check, schedule, settings, pictures)
    gan = Gan(settings, pair[0].float(), device=schedule.device, facts=told)
    return Trained(gan, told, tuple(check.watch.said), outcome)


def ruler_on(backbone: Backbone | None, pictures: Pixels) -> Ruler | None:
    return Ruler.on(backbone, pictures, COUNT_AGAINST) if backbone else None


def turns(paints: Painter, judges: torch.nn.Module, settings: GanSettings) -> list[Turn]:
    """The judge moves first. Adam's decays: without memory of the gradient where penalties hold the two (R3GAN)."""
    lessons = Lessons(paints, judges, settings)  # type: ignore[arg-type]
    betas = (0.5, 0.999) if settings.architecture == "mlp" else (0.0, 0.99)
    slower = {name: rate * (MAPPING_RATE if name.startswith("mapping.") else 1) for name, rate in rates(paints).items()}
    judging = {name: rate * settings.judge_rate for name, rate in rates(judges).items()}
    return [
        Turn(JUDGE, judges, lessons.judging, judging, betas=betas, is_averaged=False),
        Turn(PAINTER, paints, lessons.painting, slower, betas=betas),
    ]


def fitting(schedule: Schedule) -> Schedule:
    """On processors that multiply bfloat16 by instructions of their own, that and their layout: 3 times as fast."""
    on_cpu = choose(schedule.device).device == "cpu"
    if on_cpu and schedule.precision == "auto" and has_fast_bfloat16():
        schedule = replace(schedule, precision="bfloat16")
    if on_cpu and schedule.channels_last is None:
        schedule = replace(schedule, channels_last=schedule.precision == "bfloat16")
    return schedule


def prepare(
    folder: Path, settings: GanSettings, pair: tuple[torch.nn.Module, ...], schedule: Schedule, step: int | None
) -> None:
    """Go back to a step where asked; ask the disk for room before hours are lost."""
    kept = folder / SETTINGS
    if checkpoints.steps(folder) and kept.is_file() and GanSettings.from_json(load_json(kept)) != settings:
        raise BadArtefact(f"{folder} holds a training by other settings. Go on with those, or begin elsewhere.")
    if step is not None:
        checkpoints.rewind(folder, step)
    checkpoints.ensure_room(folder, (schedule.kept + 1) * state_bytes(pair))
    save_json(settings.to_json(), kept)


def state_bytes(pair: tuple[torch.nn.Module, ...]) -> int:
    """A state's size: weights, their best, two moments, and the painter's average."""
    return sum(5 * 4 * parameter.numel() for network in pair for parameter in network.parameters())


@contextmanager
def explained(settings: GanSettings, schedule: Schedule) -> Iterator[None]:
    """Turn the many forms of "no memory" into one that says what to do."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        out = isinstance(error, MemoryError | torch.OutOfMemoryError) or "allocate memory" in str(error)
        if not out:
            raise
        half, accumulate = max(1, schedule.batch // 2), 2 * schedule.accumulate
        raise TooLarge(
            f"The memory does not hold batches of {schedule.batch} pictures of {settings.side_px} px. Halve the batch "
            f"and accumulate ({half} × {accumulate} learn the same), or take {settings.side_px // 2} px."
        ) from error


def figures_of(
    outcome: Outcome, check: Check, schedule: Schedule, settings: GanSettings, pictures: TrainingPictures
) -> dict[str, Any]:
    return {
        "steps": outcome.steps,
        "pictures_seen": outcome.images,
        "pictures": len(pictures.pixels),
        "skipped": len(pictures.skipped),
        "notes": list(pictures.notes),
        "best_step": outcome.best_step if check.ruler else outcome.steps,
        "course": check.course,
        "warnings": check.watch.said,
        "pictures_per_second": finite(outcome.images_per_second),
        "waiting_share": finite(outcome.waiting_share),
        "schedule": asdict(schedule),
        "settings": settings.to_json(),
    }


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def from_state(folder: Path, step: int | None = None, *, device: str = "auto") -> Gan:
    """The painter of a kept state, by default of the newest: to keep what a stopped training has reached.

    Its best weights where there was a check, else the averaged, else the last. Raises ``BadArtefact``.
    """
    settings = GanSettings.from_json(load_json(folder / SETTINGS))
    steps = checkpoints.steps(folder)
    if not steps or (step is not None and step not in steps):
        raise BadArtefact(
            f"There is no state of step {step} in {folder}." if steps else f"No state is kept in {folder}."
        )
    chosen = steps[-1] if step is None else step
    path = folder / f"step-{chosen:08d}.json"
    tensors = load_tensors(path.with_suffix(".safetensors"), sha256=str(load_json(path).get("sha256", "")))
    prefixes = (f"best.{PAINTER}.", f"{PAINTER}.average.", f"{PAINTER}.model.")
    weights = next(found for prefix in prefixes if (found := checkpoints.part(tensors, prefix)))
    generator = painter(settings, 1)
    generator.load_state_dict(weights)
    return Gan(settings, generator, device=device, facts={"steps": chosen})
