"""How little JPEG and smaller sizes move each measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ml.appraisal.appraisal import appraise
from ml.appraisal.measures import MEASURES
from ml.appraisal.picture import Unappraisable
from ml.appraisal.reading import read_picture
from ml.collection import Picture
from ml.perturbing import RESIZINGS, changed
from ml.reporter import Reporter


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
    for done, name in enumerate(RESIZINGS):
        pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for row, before in chosen:
            try:
                after = appraise(changed(read_picture(row.file)[0], name)).measures
            except Unappraisable:
                continue
            for measure in before.keys() & after.keys():
                pairs[measure].append((before[measure], after[measure]))
        reporter.progress(done + 1, len(RESIZINGS), phase="perturbing")
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
