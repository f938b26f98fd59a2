"""The loop: seeded, reported, stoppable, resumable to the same numbers, alone or in several processes."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ml.artefacts import BadArtefact, save_json
from ml.reporter import Cancelled, Reporter
from ml.training import checkpoints, processes
from ml.training.crew import Crew
from ml.training.figures import Log, Meter
from ml.training.form import Form, form_of
from ml.training.outcome import Numbers, Outcome, Source
from ml.training.schedule import Schedule
from ml.training.stopping import Best
from ml.training.turns import Diverged, Mover, Turn

READ_EVERY = 10  # reading a loss makes a GPU's queue run empty, so it is not done at every step


def train(
    model: nn.Module,
    loss_of_step: Callable[[int, torch.Generator], Tensor],
    schedule: Schedule,
    reporter: Reporter,
    *,
    checkpoint: Path | None = None,
    phase: str = "",
) -> list[float]:
    """Minimise ``loss_of_step(number, generator)``, which draws its own batch; returns the losses of the steps run.

    Resumes from ``checkpoint`` (a folder); raises as ``run`` does.
    """
    turn = Turn("model", model, loss_of_step)
    return run([turn], Numbers(), schedule, reporter, folder=checkpoint, phase=phase).losses["model"]


def run(
    turns: Sequence[Turn],
    source: Source,
    schedule: Schedule,
    reporter: Reporter,
    *,
    folder: Path | None = None,
    phase: str = "",
    validate: Callable[[], float] | None = None,
) -> Outcome:
    """Let each turn move its network once a step, on batches of its own from ``source``.

    Every batch comes with a generator seeded by its number, so that six steps equal three and, after a resume from
    ``folder``, three more. With ``validate`` (the greater the better; called on the weights that would be kept) the best
    weights are what the networks end with. Raises ``Cancelled`` when the reporter says stop, after saving; ``Diverged``
    where a loss is no number; ``BadArtefact`` where the folder holds another training.
    """
    with processes.joined():
        return Loop(turns, source, schedule, reporter, folder, phase, validate).run()


class Loop:
    """One run under way."""

    def __init__(
        self,
        turns: Sequence[Turn],
        source: Source,
        schedule: Schedule,
        reporter: Reporter,
        folder: Path | None,
        phase: str,
        validate: Callable[[], float] | None,
    ) -> None:
        self.source, self.schedule, self.reporter = source, schedule, reporter
        self.folder, self.phase, self.validate = folder, phase, validate
        self.is_late = False
        self.form: Form = form_of(schedule)
        self.crew = Crew([Mover(turn, schedule, self.form) for turn in turns])
        self.movers = self.crew.movers
        self.best, self.waiting = Best(), [(mover, list[Tensor]()) for mover in self.movers]
        self.seconds_before, self.started = 0.0, time.monotonic()
        self.first = self.begin()
        self.log = Log(folder if self.is_first else None, self.first)
        losses: dict[str, list[float]] = {mover.turn.name: [] for mover in self.movers}
        self.outcome = Outcome(losses, self.first, schedule.images(self.first, processes.count()))

    @property
    def is_first(self) -> bool:
        return processes.rank() == 0

    def begin(self) -> int:
        """Where to go on from: 0, with the generators seeded, or a checkpoint's step, with everything put back."""
        found = checkpoints.newest(self.folder, self.reporter.log) if self.folder else None
        if found is None:
            torch.manual_seed(self.schedule.seed + processes.rank())
            if self.folder and self.is_first:
                how = {"processes": processes.count(), "form": self.form.words()}
                save_json({"schedule": asdict(self.schedule), **how}, self.folder / "settings.json")
            return 0
        tensors, facts = found
        if facts["lesson"] != self.schedule.lesson() or facts["processes"] != processes.count():
            raise BadArtefact(
                f"{self.folder} holds a training by other settings. Go on with those, or begin elsewhere."
            )
        checkpoints.restore(self.movers, tensors, facts["turns"])
        checkpoints.restore_random(tensors, self.form.device)
        self.best.restore(facts["best"], checkpoints.part(tensors, "best."))
        self.seconds_before = float(facts.get("seconds", 0.0))
        return int(facts["step"])

    def run(self) -> Outcome:
        """All steps that are left; then the networks hold what is to be kept, ready for use."""
        meter = Meter(self.form.device)
        batches = meter.watch(self.source.batches(self.first * self.schedule.accumulate * len(self.movers)))
        numbers = itertools.count(self.first * self.schedule.accumulate * len(self.movers))
        supplied = self.supplied(batches, numbers)
        self.crew.train_mode()
        for step in range(self.first, self.schedule.steps):
            if self.is_over():
                break
            if processes.agree(float(self.reporter.should_stop()), self.form.device):
                self.save(step)
                raise Cancelled
            for mover, losses in self.waiting:
                losses.append(mover.step(step, supplied))
            self.after(step + 1, meter)
        self.finish()
        return self.outcome

    def supplied(self, batches: Iterator[Any], numbers: Iterator[int]) -> Iterator[tuple[Any, torch.Generator]]:
        """Each batch on the device, with its own generator."""
        ranks = processes.count()
        for batch, number in zip(batches, numbers, strict=False):
            seed = self.schedule.seed * 1_000_003 + number * ranks + processes.rank()
            yield self.form.place(batch), torch.Generator().manual_seed(seed)

    def is_over(self) -> bool:
        return self.is_late or (bool(self.schedule.patience) and self.best.checks_since >= self.schedule.patience)

    def seconds(self) -> float:
        """How long the run has lasted, what came before a resume included."""
        return self.seconds_before + time.monotonic() - self.started

    def look_at_clock(self) -> None:
        late = bool(self.schedule.minutes) and self.seconds() >= 60 * self.schedule.minutes
        self.is_late = bool(processes.agree(float(late), self.form.device))

    def after(self, step: int, meter: Meter) -> None:
        """What is due when a step is done: figures, a check, a checkpoint."""
        self.outcome.steps = step
        every = READ_EVERY if self.form.kind == "cuda" else 1
        self.look_at_clock()
        is_last = step == self.schedule.steps or self.is_late
        is_check = self.validate is not None and (is_last or is_due(step, self.schedule.check_every))
        is_save = is_last or is_due(step, self.schedule.save_every)
        if is_check or is_save or is_due(step, every):
            self.read(step, meter)
        if is_check:
            self.check(step)
        if is_save or (is_check and self.is_over()):
            self.save(step)

    def read(self, step: int, meter: Meter) -> None:
        """Take the losses off the device and say them."""
        figures: dict[str, float] = {}
        for mover, losses in self.waiting:
            read = torch.stack(losses).tolist() if losses else []
            losses.clear()
            self.outcome.losses[mover.turn.name] += read
            if not all(math.isfinite(value) for value in read):
                raise Diverged(f"The loss of {mover.turn.name} is no longer a number at step {step}.")
            name = "loss" if len(self.movers) == 1 else f"{mover.turn.name} loss"
            figures |= {name: read[-1]} if read else {}
            figures |= {"gradient": float(mover.norm)} if mover.norm is not None else {}
        images, ours = (self.schedule.images(steps, processes.count()) for steps in (step, step - self.first))
        rate = ours / max(1e-9, time.perf_counter() - meter.started)
        self.outcome.images, self.outcome.images_per_second = images, rate
        self.outcome.waiting_share = meter.waiting_share()
        if self.is_first:
            figures |= {"pictures per second": rate, "waiting": self.outcome.waiting_share}
            total = self.schedule.images(self.schedule.steps, processes.count())
            self.reporter.progress(images, total, phase=self.phase, metrics=figures)
            rates = {"rate": self.schedule.learning_rate * self.schedule.factor(step - 1)}
            self.log.write({"step": step, "images": images, **figures, **rates})

    def check(self, step: int) -> None:
        """Judge the weights that would be kept."""
        if self.validate is None:
            return
        with self.crew.as_kept():
            figure = processes.agree(self.validate() if self.is_first else 0.0, self.form.device)
        self.best.consider(figure, step, self.movers)
        self.outcome.best, self.outcome.best_step = self.best.figure, self.best.step
        self.log.write({"step": step, "validation": figure, "best": self.best.figure, "best_step": self.best.step})

    def save(self, step: int) -> None:
        """Keep the whole state; the first process writes it."""
        if self.folder is None:
            return
        self.crew.settle()
        tensors, turns = checkpoints.state_of(self.movers)
        tensors |= checkpoints.random_state(self.form.device)
        tensors |= {f"best.{key}": value for key, value in self.best.weights.items()}
        facts = {
            "lesson": self.schedule.lesson(),
            "processes": processes.count(),
            "images": self.schedule.images(step, processes.count()),
            "batch": step * self.schedule.accumulate * len(self.movers),
            "seconds": self.seconds(),
            "turns": turns,
            "best": self.best.facts(),
        }
        if self.is_first:
            checkpoints.write(self.folder, step, tensors, facts, kept=self.schedule.kept)

    def finish(self) -> None:
        """Leave the best weights in the networks where there was a check, else the averaged, else the last."""
        self.crew.end_with(self.best.weights)
        if self.best.weights:
            self.outcome.best, self.outcome.best_step = self.best.figure, self.best.step


def is_due(step: int, every: int) -> bool:
    return every > 0 and step % every == 0
