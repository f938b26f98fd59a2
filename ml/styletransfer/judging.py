"""Figures of restyled pictures beside one another, all by one network: content, style, an ArtFID-like score, time.

Wright & Ommer, "ArtFID" (GCPR 2022): (1 + content distance) · (1 + Fréchet distance to the styles). Theirs are LPIPS and an
Inception trained on art; here both are the judging eye's own, so that a score compares rows of one table and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ml.backbone.statistics import channel_statistics
from ml.gan.distances import fid
from ml.images import Pixels
from ml.reporter import Cancelled, Reporter
from ml.styletransfer.losses import gram_of, moments, moments_loss, relative, style_loss
from ml.styletransfer.measuring import shrunk
from ml.styletransfer.pictures import to_unit
from ml.styletransfer.seeing import Eye

JUDGED_PX = 256
PARTS = 3  # a side of each picture is cut into so many windows for the Fréchet distance
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """A content and a style, ``uint8 [3, h, w]`` each."""

    content: Pixels
    style: Pixels


@dataclass(frozen=True)
class Row:
    """Means over trials; all but ``seconds`` are 0 at best. ``frechet`` is between windows of the results and of the styles."""

    name: str
    content_loss: float
    style_loss: float
    moments_loss: float
    content_distance: float
    frechet: float
    art_fid: float
    seconds: float


def judge(
    name: str,
    make: Callable[[Trial], tuple[Pixels, float]],
    trials: Sequence[Trial],
    eye: Eye,
    reporter: Reporter,
) -> tuple[Row, list[Pixels]]:
    """A row for what ``make(trial) -> (pixels, seconds)`` paints, and the pictures. Raises ``Cancelled``."""
    made: list[Pixels] = []
    seconds: list[float] = []
    for number, trial in enumerate(trials, start=1):
        if reporter.should_stop():
            raise Cancelled
        pixels, taken = make(trial)
        made.append(pixels)
        seconds.append(taken)
        reporter.progress(number, len(trials), phase=name)
    return judged(name, made, seconds, trials, eye), made


@torch.no_grad()
def judged(name: str, made: Sequence[Pixels], seconds: Sequence[float], trials: Sequence[Trial], eye: Eye) -> Row:
    """A row for pictures that are there already, one a trial."""
    figures = np.array([single(pixels, trial, eye) for pixels, trial in zip(made, trials, strict=True)])
    content, style, moment, distance = figures.mean(axis=0)
    styles = {id(trial.style): trial.style for trial in trials}
    gap = fid(windows(made, eye), windows(list(styles.values()), eye))
    score = (1 + distance) * (1 + gap)
    return Row(name, content, style, moment, distance, gap, score, float(np.mean(seconds)))


def single(pixels: Pixels, trial: Trial, eye: Eye) -> tuple[float, float, float, float]:
    """Content, style and moments loss and content distance of one picture."""
    made, content, style = (eye.maps(seen(each, eye)) for each in (pixels, trial.content, trial.style))
    deep = eye.content_layer
    return (
        float(relative(made[deep], content[deep])),
        float(style_loss(made, [gram_of(layer) for layer in style])),
        float(moments_loss(made, [moments(layer) for layer in style])),
        content_distance(made, content),
    )


def content_distance(made: Sequence[Tensor], content: Sequence[Tensor]) -> float:
    """Like LPIPS (Zhang et al. 2018) without learned weights: squared distance of features of unit length, meaned over places
    and layers; 0 to 2."""
    parts = [
        (functional.normalize(one, dim=1) - functional.normalize(other, dim=1)).square().sum(1).mean()
        for one, other in zip(made, content, strict=True)
    ]
    return float(torch.stack(parts).mean())


def seen(pixels: Pixels, eye: Eye) -> Tensor:
    return shrunk(to_unit(pixels, eye.device), JUDGED_PX)


def windows(pictures: Sequence[Pixels], eye: Eye) -> Floats:
    """Channel means and deviations of the two deepest layers in nine windows of each picture, ``[9 n, features]``."""
    rows: list[Tensor] = []
    for pixels in pictures:
        for layer in zip(*(cut(layer) for layer in eye.maps(seen(pixels, eye))[-2:]), strict=True):
            parts = [part for each in layer for part in channel_statistics(each)]
            rows.append(torch.cat([functional.normalize(part) for part in parts], dim=1)[0])
    return np.asarray(torch.stack(rows).double().cpu().numpy())


def cut(layer: Tensor) -> list[Tensor]:
    return [part for row in layer.tensor_split(PARTS, 2) for part in row.tensor_split(PARTS, 3)]


def table(rows: Sequence[Row]) -> list[str]:
    """Lines of a table."""
    heads = ("content", "style", "moments", "distance", "Fréchet", "ArtFID-like", "seconds")
    lines = [f"{'':34}" + "".join(f"{head:>12}" for head in heads)]
    for row in rows:
        figures = (
            row.content_loss, row.style_loss, row.moments_loss, row.content_distance, row.frechet, row.art_fid, row.seconds
        )  # fmt: skip
        lines.append(f"{row.name:34}" + "".join(f"{figure:12.4f}" for figure in figures))
    return lines
