"""How little JPEG and smaller sizes move each measure."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import stats

from ml.appraisal.appraisal import appraise
from ml.appraisal.measures import MEASURES
from ml.appraisal.picture import Unappraisable
from ml.appraisal.reading import read_picture
from ml.collection import Picture
from ml.reporter import Reporter

Pixels = NDArray[np.uint8]


def as_jpeg(pixels: Pixels, quality: int = 60) -> Pixels:
    """The picture once more through JPEG."""
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=quality)
    return np.asarray(Image.open(written).convert("RGB"))


def at_size(pixels: Pixels, share: float) -> Pixels:
    """The picture made smaller."""
    size = (round(pixels.shape[1] * share), round(pixels.shape[0] * share))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def at_half_size(pixels: Pixels) -> Pixels:
    return at_size(pixels, 0.5)


PERTURBATIONS: dict[str, Callable[[Pixels], Pixels]] = {
    "jpeg60": as_jpeg,
    "three_quarters": lambda pixels: at_size(pixels, 0.75),
    "half": at_half_size,
    "half_jpeg60": lambda pixels: as_jpeg(at_half_size(pixels)),
}


@dataclass(frozen=True)
class Steadiness:
    """How a measure moves under one perturbation over ``works`` pictures.

    ``moved`` is the median change over the spread between works (their quartiles' distance): 0.1 is hardly anything, 1 as
    much as works differ. ``order`` is Spearman's correlation of values before and after.
    """

    moved: float
    order: float
    works: int


def steadiness(
    every: Sequence[tuple[Picture, Mapping[str, float]]], reporter: Reporter, count: int
) -> dict[str, dict[str, Steadiness]]:
    """Each measure under each perturbation, on so many evenly chosen pictures."""
    chosen = every[:: max(1, len(every) // count)][:count]
    found: dict[str, dict[str, Steadiness]] = {}
    for done, (name, change) in enumerate(PERTURBATIONS.items()):
        pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for row, before in chosen:
            try:
                after = appraise(change(read_picture(row.file)[0])).measures
            except Unappraisable:
                continue
            for measure in before.keys() & after.keys():
                pairs[measure].append((before[measure], after[measure]))
        reporter.progress(done + 1, len(PERTURBATIONS), phase="perturbing")
        told = ((measure, steady(measure, pairs[measure])) for measure in MEASURES if len(pairs[measure]) > 2)
        found[name] = {measure: value for measure, value in told if value}
    return found


def steady(measure: str, pairs: Sequence[tuple[float, float]]) -> Steadiness | None:
    before, after = np.array(pairs).T
    if MEASURES[measure].circular:
        turned = np.abs((after - before + 90) % 180 - 90)
        agreed = float(np.cos(np.radians(2 * (after - before))).mean())
        return Steadiness(float(np.median(turned)) / 45, agreed, len(pairs))
    low, high = np.quantile(before, (0.25, 0.75))
    if high <= low or len(set(after)) < 2:
        return None
    moved = float(np.median(np.abs(after - before)) / (high - low))
    return Steadiness(moved, float(stats.spearmanr(before, after).statistic), len(pairs))
