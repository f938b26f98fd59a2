"""What a rating model reads of a work: its measures, and directions of its deep features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.appraisal.measures import MEASURES

MOST_DIRECTIONS = 24
WORKS_A_DIRECTION = 6
PLAIN = tuple(name for name, measure in MEASURES.items() if not measure.circular)
CIRCULAR = tuple(name for name, measure in MEASURES.items() if measure.circular)
COLUMNS = (*PLAIN, *(f"{name}_{part}" for name in CIRCULAR for part in ("level", "slant")))

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Rated:
    """A work to learn from or to foretell: its measures and, where there is one, its deep vector [d]."""

    measures: Mapping[str, float]
    vector: NDArray[np.floating] | None = None


def columns_of(works: Sequence[Rated]) -> Matrix:
    """Measures ``[n, columns]``, NaN where one was not taken; an angle is the cosine and sine of its double."""
    found = np.full((len(works), len(COLUMNS)), np.nan)
    for row, work in enumerate(works):
        found[row, : len(PLAIN)] = [work.measures.get(name, np.nan) for name in PLAIN]
        for number, name in enumerate(CIRCULAR):
            if name in work.measures:
                doubled = np.radians(2 * work.measures[name])
                found[row, len(PLAIN) + 2 * number :][:2] = np.cos(doubled), np.sin(doubled)
    return found


@dataclass(frozen=True)
class Reader:
    """How works become numbers: ``middle`` fills what was not measured, ``mean`` and ``scale`` bring all to one scale, and
    deep vectors are projected from ``centre`` on ``axes`` [k, d] (none: k = 0)."""

    middle: Matrix
    mean: Matrix
    scale: Matrix
    centre: Matrix
    axes: Matrix

    def read(self, works: Sequence[Rated]) -> Matrix:
        """Standardised numbers ``[n, columns + k]``. Raises ``ValueError`` where a deep vector is missing or of another
        length."""
        found = columns_of(works)
        found = np.where(np.isnan(found), self.middle, found)
        if len(self.axes):
            vectors = vectors_of(works)
            if vectors is None or vectors.shape[1] != self.axes.shape[1]:
                raise ValueError("The model reads deep features, and these works have none, or others.")
            found = np.hstack([found, (vectors - self.centre) @ self.axes.T])
        return np.asarray((found - self.mean) / self.scale, np.float64)


def vectors_of(works: Sequence[Rated]) -> Matrix | None:
    """Deep vectors ``[n, d]``; None where a work has none."""
    held = [work.vector for work in works if work.vector is not None]
    return np.stack(held).astype(np.float64) if len(held) == len(works) and held else None


def fit_reader(works: Sequence[Rated]) -> Reader:
    """Learn scales from works; deep features keep as many principal directions as there are works to bear them."""
    found = columns_of(works)
    known = ~np.isnan(found).all(axis=0)
    middle = np.where(known, np.nanmedian(np.where(known, found, 0), axis=0), 0.0)
    found = np.where(np.isnan(found), middle, found)
    vectors = vectors_of(works)
    centre, axes = np.zeros(0), np.zeros((0, 0))
    if vectors is not None:
        count = min(MOST_DIRECTIONS, len(works) // WORKS_A_DIRECTION, vectors.shape[1])
        centre = vectors.mean(axis=0)
        axes = np.linalg.svd(vectors - centre, full_matrices=False)[2][:count]
        found = np.hstack([found, (vectors - centre) @ axes.T])
    deviation = found.std(axis=0)
    return Reader(middle, found.mean(axis=0), np.where(deviation > 1e-9, deviation, 1.0), centre, axes)
