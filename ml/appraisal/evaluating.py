"""How measures behave on a collection: by artist, how well they tell artists apart, and how steady they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from ml.appraisal.appraisal import appraise
from ml.appraisal.measures import MEASURES
from ml.appraisal.picture import Unappraisable
from ml.appraisal.reading import read_picture
from ml.appraisal.steadiness import Steadiness, steadiness
from ml.appraisal.telling import Naming, name_artists
from ml.collection import Picture, load_pixels, read_collection
from ml.reporter import Reporter
from ml.splits import same_work_groups

FEWEST_ALIKE = 5
THUMB_PX = 64


@dataclass(frozen=True)
class Evaluation:
    """``medians`` by artist and measure; ``apart`` by measure, the share (ε², 0…1) of the order of works that artists
    explain (Kruskal & Wallis 1952); ``steady`` by perturbation and measure; ``naming`` says how often the artists compared are
    named rightly from measures alone."""

    works: int
    refused: dict[str, int]
    warnings: dict[str, int]
    counts: dict[str, int]
    medians: dict[str, dict[str, float]]
    apart: dict[str, float]
    steady: dict[str, dict[str, Steadiness]]
    naming: Naming | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self) -> str:
        lines = [f"{self.works} pictures measured; refused {self.refused}; warnings {self.warnings}"]
        artists = list(self.medians)
        lines.append("".join([f"{'':<20}{'apart':>6}", *(f"{name.split()[-1][:13]:>14}" for name in artists)]))
        lines.append("".join([f"{'works':<26}", *(f"{self.counts[name]:>14}" for name in artists)]))
        for measure in MEASURES:
            values = "".join(f"{self.medians[name].get(measure, np.nan):>14.3f}" for name in artists)
            lines.append(f"{measure:<20}{self.apart.get(measure, np.nan):>6.2f}{values}")
        if self.naming:
            told = self.naming
            lines.append(
                f"artists named by measures alone: accuracy {told.accuracy:.3f}, macro-F1 {told.macro_f1:.3f} "
                f"({told.works} works; majority {told.majority:.3f})"
            )
        lines.append("".join([f"{'moved (order)':<20}", *(f"{name:>16}" for name in self.steady)]))
        for measure in MEASURES:
            found = [self.steady[name].get(measure) for name in self.steady]
            lines.append(
                f"{measure:<20}" + "".join(f"{f'{s.moved:.2f} ({s.order:.2f})' if s else '–':>16}" for s in found)
            )
        return "\n".join(lines)


def evaluate(folder: Path, reporter: Reporter, *, fewest: int = 15, most: int = 0, perturbed: int = 60) -> Evaluation:
    """Measure the pictures of a collection (``ml.collection``). Raises ``BadCollection``.

    Artists with ``fewest`` works or more are compared. ``most`` looks at so many pictures only, evenly chosen
    (0: all); ``perturbed`` is how many are measured again under JPEG and smaller.
    """
    rows = read_collection(folder)
    rows = rows[:: max(1, len(rows) // most)][:most] if most else rows
    every, refused, warned = measured(rows, reporter)
    by_artist: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for row, found in every:
        if row.is_known:
            by_artist[row.artist].append(found)
    enough = {name: found for name, found in by_artist.items() if len(found) >= fewest}
    ranked = dict(sorted(enough.items(), key=lambda part: -len(part[1])))
    return Evaluation(
        works=len(every),
        refused=dict(refused),
        warnings=dict(warned),
        counts={name: len(found) for name, found in ranked.items()},
        medians={name: medians(found) for name, found in ranked.items()},
        apart=told_apart(list(ranked.values())),
        naming=named(every, enough),
        steady=steadiness(every, reporter, perturbed) if perturbed else {},
    )


def measured(
    rows: Sequence[Picture], reporter: Reporter
) -> tuple[list[tuple[Picture, Mapping[str, float]]], Counter[str], Counter[str]]:
    """Each picture with its measures; how many were refused by reason, and warned of."""
    every: list[tuple[Picture, Mapping[str, float]]] = []
    refused: Counter[str] = Counter()
    warned: Counter[str] = Counter()
    for number, row in enumerate(rows):
        reporter.progress(number + 1, len(rows), phase="measuring")
        try:
            pixels, warnings = read_picture(row.file)
            found = appraise(pixels, warnings=warnings)
        except Unappraisable as error:
            refused[error.reason] += 1
            continue
        warned.update(found.warnings)
        every.append((row, found.measures))
    return every, refused, warned


def named(
    every: Sequence[tuple[Picture, Mapping[str, float]]], enough: Mapping[str, Sequence[Mapping[str, float]]]
) -> Naming | None:
    chosen = [(row, found) for row, found in every if row.is_known and row.artist in enough]
    if not chosen:
        return None
    groups = same_work_groups(load_pixels([row for row, _found in chosen], THUMB_PX))
    return name_artists([found for _row, found in chosen], [row.artist for row, _found in chosen], groups)


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
