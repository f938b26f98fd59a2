"""What is done at each check of a training: paint the same noise again, measure, watch, and say it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml.artefacts import BadArtefact, load_json, save_json
from ml.gan.distance import Ruler
from ml.gan.model import Gan
from ml.gan.networks import Painter
from ml.gan.settings import GanSettings
from ml.gan.watching import Watch
from ml.images import Pixels
from ml.reporter import Reporter
from ml.training import Schedule, checkpoints, processes

OnGrid = Callable[[int, Pixels], None]
JUDGE = "judge"
GRID = 64
MEASURED = 128
FIRST_SEED = 1_000_000  # samples are measured on seeds that nobody plays with
COURSE = "checks.json"


@dataclass(frozen=True)
class Gallery:
    """The painter under way, shown as it would be kept."""

    paints: Painter
    settings: GanSettings
    on_grid: OnGrid | None = None

    def show(self, step: int) -> Pixels:
        """Give the grid of fixed noise to who asked for it; samples to measure, ``uint8 [MEASURED, 3, side, side]``."""
        device = next(self.paints.parameters()).device.type
        gan = Gan(self.settings, deepcopy(self.paints), device=device)
        if self.on_grid is not None:
            self.on_grid(step, gan.paint(gan.styles(range(GRID))))
        return gan.paint(gan.styles(range(FIRST_SEED, FIRST_SEED + MEASURED)))


@dataclass
class Check:
    """A reporter, too: it says the check's figures along with the losses that pass through it."""

    gallery: Gallery
    watch: Watch
    reporter: Reporter
    ruler: Ruler | None
    schedule: Schedule
    folder: Path | None
    course: list[dict[str, Any]] = field(default_factory=list)
    judge_losses: list[float] = field(default_factory=list)
    step: int = 0

    def __post_init__(self) -> None:
        """Know the checks before a resume: those up to the state that is gone on with."""
        kept = checkpoints.steps(self.folder) if self.folder else []
        if self.folder is None or not kept:
            return
        try:
            told = load_json(self.folder / COURSE)
        except BadArtefact:
            return
        self.course = [line for line in told["course"] if line["step"] <= kept[-1]]
        self.watch.distances = [(line["step"], line.get("KID", math.nan)) for line in self.course]
        self.watch.said = list(told["said"])

    def validate(self) -> float:
        """The negative distance; where none is measured the step, so that the last weights are kept."""
        samples = self.gallery.show(self.step)
        distance = self.ruler.measure(samples) if self.ruler else math.nan
        figures = {"variety": self.watch.relative_variety(samples)}
        figures |= {"KID": distance} if self.ruler else {}
        self.course.append({"step": self.step, **figures})
        for words in self.watch.look(self.step, samples, distance, self.judge_losses):
            self.reporter.log(words)
        self.judge_losses = []
        if self.folder:
            save_json({"course": self.course, "said": self.watch.said}, self.folder / COURSE)
        return -distance if self.ruler else float(self.step)

    def progress(
        self, done: int, total: int | None = None, *, phase: str = "", metrics: Mapping[str, float] | None = None
    ) -> None:
        self.step = done // self.schedule.images(1, processes.count())
        if metrics and f"{JUDGE} loss" in metrics:
            self.judge_losses.append(metrics[f"{JUDGE} loss"])
        latest = {name: value for name, value in (self.course[-1] if self.course else {}).items() if name != "step"}
        self.reporter.progress(done, total, phase=phase, metrics={**(metrics or {}), **latest})

    def log(self, message: str) -> None:
        self.reporter.log(message)

    def should_stop(self) -> bool:
        return self.reporter.should_stop()
