"""Teaching the attention network: each picture of a batch is content, and style for another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ml.gan.sheets import sheet
from ml.images import Pixels
from ml.reporter import Reporter
from ml.styletransfer.feedforward import Restyler
from ml.styletransfer.lesson import Lesson, middle, window_loader
from ml.styletransfer.losses import (
    gram_of,
    moments,
    moments_loss,
    relative,
    softened,
    style_loss,
    texture_loss,
    total_variation,
)
from ml.styletransfer.network import Restylist
from ml.styletransfer.seeing import Eye
from ml.styletransfer.settings import LossSettings, NetworkSettings
from ml.training import Schedule, Turn, run
from ml.training.loading import Feed

WINDOW_PX = 128
IDENTITY_PART = 4
OnGrid = Callable[[Image.Image], None]


@dataclass(frozen=True)
class Trained:
    """What a training gave; ``figures`` are of pictures that it did not learn from."""

    restyler: Restyler
    figures: dict[str, float]
    warnings: tuple[str, ...] = ()


def usual_schedule(eye: Eye, steps: int = 4000, *, seed: int = 1) -> Schedule:
    """The usual schedule, in the form that is quickest on the eye's device."""
    return Schedule(
        steps=steps, learning_rate=1.5e-3, batch=8, clip_norm=1.0, ema=0.99, warm_up=0.02, seed=seed, kept=1,
        save_every=max(1, min(200, steps // 4)), check_every=max(1, steps // 10),
        precision=str(eye.form.words()["dtype"]), channels_last=eye.form.channels_last,
    )  # fmt: skip


def train(
    lesson: Lesson,
    eye: Eye,
    reporter: Reporter,
    *,
    schedule: Schedule | None = None,
    network: NetworkSettings | None = None,
    weights: LossSettings | None = None,
    folder: Path | None = None,
    on_grid: OnGrid | None = None,
    window_px: int = WINDOW_PX,
) -> Trained:
    """A restyler that has learned from the lesson's pictures, seen through ``eye``; resumes from ``folder``.

    The weights kept are those with the least content and style
    loss on held-out pictures, looked at ten times on the way; ``on_grid(picture)`` then gets a row of contents, one of
    styles and one of results. Raises ``Diverged``, ``Cancelled`` and ``BadArtefact`` as ``ml.training.run`` does.
    """
    schedule = schedule or usual_schedule(eye)
    if schedule.batch < 2:
        raise ValueError("A batch has at least 2 pictures: each takes the manner of another.")
    torch.manual_seed(schedule.seed)
    restylist = Restylist(eye.channels, eye.strides, network or NetworkSettings())
    load = window_loader(lesson.pictures, window_px)
    restylist.measure(eye.maps(first_windows(load, len(lesson.pictures), eye)))
    teacher = Teacher(eye, restylist, weights or LossSettings())
    examiner = Examiner(eye, restylist, lesson.held, window_px, on_grid)
    turn = Turn("restylist", restylist, teacher.loss)
    feed = Feed(len(lesson.pictures), load, batch=schedule.batch, seed=schedule.seed)
    outcome = run(
        [turn], feed, schedule, reporter, folder=folder, phase="learning to restyle", validate=examiner.figure
    )
    content, style, before = (*examiner.losses(), examiner.before)
    facts = {
        "pictures": len(lesson.pictures),
        "steps": outcome.steps,
        "window_px": window_px,
        "schedule": asdict(schedule),
    }
    figures = {
        "content_loss": content,
        "style_loss": style,
        "style_loss_untouched": before,
        "pictures": float(len(lesson.pictures)),
        "steps": float(outcome.steps),
        **outcome.speed(),
    }
    restyler = Restyler(eye, restylist, {**facts, "content_loss": content, "style_loss": style})
    return Trained(restyler, figures, tuple(warned(lesson, style, before)))


def first_windows(load: Callable[[int, np.random.Generator], Pixels], count: int, eye: Eye) -> Tensor:
    random = np.random.default_rng(0)
    windows = np.stack([load(place % count, random) for place in range(min(16, count))])
    return torch.from_numpy(windows).to(eye.device).float() / 255


def warned(lesson: Lesson, style: float, before: float) -> list[str]:
    """What whoever trained it should know."""
    found = [f"{len(lesson.skipped)} pictures were left out."] if lesson.skipped else []
    if not style < before:
        found.append("It has not learned to restyle: style is no nearer than in the untouched content. Train longer.")
    return found


class Teacher:
    """The loss of a batch."""

    def __init__(self, eye: Eye, restylist: Restylist, weights: LossSettings) -> None:
        self.eye, self.restylist, self.weights = eye, restylist, weights

    def loss(self, batch: tuple[Tensor, Tensor], random: torch.Generator) -> Tensor:
        """Content, style by moments and texture, place, identity and smoothness, weighed."""
        unit = batch[1].float() / 255
        count = len(unit)
        turned = int(torch.randint(1, count, (), generator=random))
        with torch.no_grad():
            maps = self.eye.maps(unit)
            styles = [layer.roll(turned, 0) for layer in maps]
        own = [moments(layer) for layer in maps]
        aims = self.restylist.restyled(maps, own, [(1.0, self.restylist.remember(styles))])
        part = max(1, count // IDENTITY_PART)
        painted = self.restylist([torch.cat([aim, layer[:part]]) for aim, layer in zip(aims, maps, strict=True)])
        made, same = painted[:count], painted[count:]
        with torch.autocast(unit.device.type, enabled=False):
            return self.weighed(made.float(), maps, styles, aims) + self.weights.identity * alike(same, unit[:part])

    def weighed(self, made: Tensor, maps: list[Tensor], styles: list[Tensor], aims: list[Tensor]) -> Tensor:
        found = self.eye.maps(made)
        deep, told = self.eye.content_layer, self.weights
        attended = [depth for depth, attends in enumerate(self.restylist.attends) if attends]
        place = torch.stack([relative(found[depth], aims[depth].detach().float()) for depth in attended]).mean()
        return (
            told.content * relative(found[deep], maps[deep])
            + told.moments * moments_loss(found, [moments(layer) for layer in styles], by=softened)
            + told.texture * texture_loss(found, styles)
            + told.place * place
            + told.smoothness * total_variation(made)
            + (made - made.clamp(0, 1)).square().mean()
        )


def alike(same: Tensor, unit: Tensor) -> Tensor:
    """How far a picture painted from its own maps is from itself, over how far it is from plain grey."""
    return (same.float() - unit).abs().mean() / (unit - 0.5).abs().mean().clamp_min(0.05)


class Examiner:
    """Content and style loss on pictures that were not learned from, each in the manner of the next."""

    def __init__(
        self,
        eye: Eye,
        restylist: Restylist,
        held: Sequence[Pixels],
        window_px: int,
        on_grid: OnGrid | None,
    ) -> None:
        self.eye, self.restylist, self.on_grid = eye, restylist, on_grid
        self.pixels = np.stack([middle(picture, window_px) for picture in held])
        unit = torch.from_numpy(self.pixels).to(eye.device).float() / 255
        with torch.no_grad():
            self.maps = eye.maps(unit)
            self.styles = [layer.roll(-1, 0) for layer in self.maps]
            self.grams = [gram_of(layer) for layer in self.styles]
            self.before = float(style_loss(self.maps, self.grams))

    @torch.no_grad()
    def painted(self) -> Tensor:
        own = [moments(layer) for layer in self.maps]
        with self.eye.form.autocast():
            aims = self.restylist.restyled(self.maps, own, [(1.0, self.restylist.remember(self.styles))])
            unit: Tensor = self.restylist(aims)
        return unit.clamp(0, 1)

    @torch.no_grad()
    def losses(self, unit: Tensor | None = None) -> tuple[float, float]:
        found = self.eye.maps(self.painted() if unit is None else unit)
        deep = self.eye.content_layer
        return float(relative(found[deep], self.maps[deep])), float(style_loss(found, self.grams))

    def figure(self) -> float:
        """The greater the better, as ``ml.training.run`` asks: the logarithm's fall of content and style loss together."""
        unit = self.painted()
        content, style = self.losses(unit)
        if self.on_grid:
            made = (unit * 255).round().to(torch.uint8).cpu().numpy()
            rows = np.concatenate([self.pixels, np.roll(self.pixels, -1, 0), made])
            self.on_grid(sheet(rows, columns=len(made)))
        return -math.log(max(1e-9, content + style))
