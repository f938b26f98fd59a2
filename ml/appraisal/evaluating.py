"""How measures behave on a collection: by artist, how well they tell artists apart, and how steady they are."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import stats

from ml.appraisal.appraisal import appraise
from ml.appraisal.measures import MEASURES
from ml.appraisal.picture import Unappraisable
from ml.appraisal.reading import read_picture
from ml.collection import read_collection
from ml.reporter import Reporter

Pixels = NDArray[np.uint8]
PERTURBED = 60
FEWEST_ALIKE = 5


def as_jpeg(pixels: Pixels, quality: int = 60) -> Pixels:
    """The picture once more through JPEG."""
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=quality)
    return np.asarray(Image.open(written).convert("RGB"))


def at_half_size(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    return np.asarray(Image.fromarray(pixels).resize((width // 2, height // 2), Image.Resampling.LANCZOS))


PERTURBATIONS: dict[str, Callable[[Pixels], Pixels]] = {
    "jpeg60": as_jpeg,
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


@dataclass(frozen=True)
class Evaluation:
    """``medians`` by artist and measure; ``apart`` by measure, the share (ε², 0…1) of the order of works that artists
    explain (Kruskal & Wallis 1952); ``steady`` by perturbation and measure."""

    works: int
    refused: dict[str, int]
    warnings: dict[str, int]
    counts: dict[str, int]
    medians: dict[str, dict[str, float]]
    apart: dict[str, float]
    steady: dict[str, dict[str, Steadiness]]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self) -> str:
        lines = [f"{self.works} pictures measured; refused {self.refused}; warnings {self.warnings}"]
        artists = list(self.medians)
        lines.append("".join([f"{'':<20}{'apart':>6}", *(f"{name[-12:]:>14}" for name in artists)]))
        lines.append("".join([f"{'works':<26}", *(f"{self.counts[name]:>14}" for name in artists)]))
        for measure in MEASURES:
            values = "".join(f"{self.medians[name].get(measure, np.nan):>14.3f}" for name in artists)
            lines.append(f"{measure:<20}{self.apart.get(measure, np.nan):>6.2f}{values}")
        lines.append("".join([f"{'moved (order)':<20}", *(f"{name:>16}" for name in self.steady)]))
        for measure in MEASURES:
            found = [self.steady[name].get(measure) for name in self.steady]
            lines.append(
                f"{measure:<20}" + "".join(f"{f'{s.moved:.2f} ({s.order:.2f})' if s else '–':>16}" for s in found)
            )
        return "\n".join(lines)


def evaluate(folder: Path, reporter: Reporter, *, fewest: int = 15, most: int = 0) -> Evaluation:
    """Measure the pictures of a collection (``ml.collection``). Raises ``BadCollection``.

    Artists with ``fewest`` works or more are compared. ``most`` looks at so many pictures only, evenly chosen.
    """
    rows = [picture for picture in read_collection(folder) if not most or picture.is_known]
    rows = rows[:: max(1, len(rows) // most)][:most] if most else rows
    refused: Counter[str] = Counter()
    warned: Counter[str] = Counter()
    by_artist: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    every: list[tuple[Path, Mapping[str, float]]] = []
    for number, row in enumerate(rows):
        reporter.progress(number + 1, len(rows), phase="measuring")
        try:
            pixels, warnings = read_picture(row.file)
            found = appraise(pixels, warnings=warnings)
        except Unappraisable as error:
            refused[error.reason] += 1
            continue
        warned.update(found.warnings)
        every.append((row.file, found.measures))
        if row.is_known:
            by_artist[row.artist].append(found.measures)
    enough = {name: found for name, found in by_artist.items() if len(found) >= fewest}
    ranked = dict(sorted(enough.items(), key=lambda part: -len(part[1])))
    return Evaluation(
        works=len(every),
        refused=dict(refused),
        warnings=dict(warned),
        counts={name: len(found) for name, found in ranked.items()},
        medians={name: medians(found) for name, found in ranked.items()},
        apart=told_apart(list(ranked.values())),
        steady=steadiness(every, reporter),
    )


def medians(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    values = {name: [each[name] for each in found if name in each] for name in MEASURES}
    return {name: float(np.median(held)) for name, held in values.items() if len(held) >= FEWEST_ALIKE}


def told_apart(groups: Sequence[Sequence[Mapping[str, float]]]) -> dict[str, float]:
    """ε² = (H − k + 1) / (n − k) of Kruskal and Wallis's H over k artists and n works; never below 0."""
    shares = {}
    for name, measure in MEASURES.items():
        held = [[each[name] for each in group if name in each] for group in groups]
        held = [values for values in held if len(values) >= FEWEST_ALIKE]
        count = sum(map(len, held))
        if len(held) > 1 and not measure.circular and len({value for values in held for value in values}) > 1:
            shares[name] = max(0.0, float((stats.kruskal(*held).statistic - len(held) + 1) / (count - len(held))))
    return shares


def steadiness(
    every: Sequence[tuple[Path, Mapping[str, float]]], reporter: Reporter
) -> dict[str, dict[str, Steadiness]]:
    """Each measure under each perturbation, on evenly chosen pictures."""
    chosen = every[:: max(1, len(every) // PERTURBED)]
    found: dict[str, dict[str, Steadiness]] = {}
    for done, (name, change) in enumerate(PERTURBATIONS.items()):
        pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for file, before in chosen:
            try:
                after = appraise(change(read_picture(file)[0])).measures
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
