"""Agreement between raters: Krippendorff's alpha with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = ("nominal", "ordinal", "interval", "ratio")
FEWEST_WORKS = 5
DRAWS = 1000

Table = NDArray[np.float64]


class TooFewRatings(ValueError):
    """Agreement cannot be told: too few works have ratings by two people, or all ratings are the same."""


@dataclass(frozen=True)
class Rating:
    """One person's rating of one work by one criterion, on the scale of whoever asks."""

    rater: str
    work: str
    criterion: str
    value: float


@dataclass(frozen=True)
class Agreement:
    """``alpha`` ≤ 1: 1 is full agreement, 0 what chance gives, below 0 systematic disagreement.

    ``low`` … ``high`` holds the middle 95 % of alphas when works are drawn anew; both are NaN below five works. By
    Krippendorff's custom 0.8 and more is reliable, 0.667 to 0.8 allows tentative conclusions.
    """

    alpha: float
    low: float
    high: float
    raters: int
    works: int
    level: str

    def as_json(self) -> dict[str, Any]:
        return {name: None if value != value else value for name, value in asdict(self).items()}


def table_of(ratings: Sequence[Rating]) -> tuple[Table, list[str], list[str]]:
    """``[raters, works]`` with NaN where one did not rate, the raters and the works; a later rating replaces an earlier."""
    raters = sorted({rating.rater for rating in ratings})
    works = sorted({rating.work for rating in ratings})
    table = np.full((len(raters), len(works)), np.nan)
    row, column = ({name: place for place, name in enumerate(names)} for names in (raters, works))
    for rating in ratings:
        table[row[rating.rater], column[rating.work]] = rating.value
    return table, raters, works


def agreement(table: Table, *, level: str = "ordinal", draws: int = DRAWS, seed: int = 1) -> Agreement:
    """Krippendorff's alpha of ratings ``[raters, works]`` (NaN: not rated), 2011's form for missing data.

    ``level`` is of ``LEVELS``. Works that fewer than two rated do not count. Raises ``TooFewRatings``.
    """
    if level not in LEVELS:
        raise ValueError(f"{level} is no level of measurement; there are: {', '.join(LEVELS)}.")
    rated = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    values = np.unique(rated[~np.isnan(rated)])
    if rated.shape[1] < 2 or len(values) < 2:
        raise TooFewRatings("Agreement needs two works that two people rated, and ratings that are not all the same.")
    by_work = coincidences(rated, values)
    found = alpha(by_work.sum(axis=0), values, level)
    low, high = np.nan, np.nan
    if rated.shape[1] >= FEWEST_WORKS:
        random = np.random.default_rng(seed)
        drawn = [
            alpha(by_work[random.integers(0, len(by_work), len(by_work))].sum(axis=0), values, level)
            for _draw in range(draws)
        ]
        low, high = np.nanquantile(drawn, (0.025, 0.975))
    raters = int((~np.isnan(rated)).any(axis=1).sum())
    return Agreement(found, float(low), float(high), raters, rated.shape[1], level)


def coincidences(rated: Table, values: Table) -> Table:
    """How often each pair of values meets within each work, by pairs of raters: ``[works, values, values]``."""
    counts = (rated[:, :, None] == values).sum(axis=0).astype(np.float64)
    pairs = counts[:, :, None] * counts[:, None, :]
    same = np.arange(len(values))
    pairs[:, same, same] -= counts
    return np.asarray(pairs / (counts.sum(axis=1) - 1)[:, None, None], np.float64)


def alpha(met: Table, values: Table, level: str) -> float:
    """1 − observed over expected disagreement; NaN where only one value was met."""
    margins = met.sum(axis=0)
    apart = distances(values, margins, level)
    expected = float((np.outer(margins, margins) * apart).sum()) / max(float(margins.sum()) - 1, 1e-12)
    return 1 - float((met * apart).sum()) / expected if expected > 0 else float("nan")


def distances(values: Table, margins: Table, level: str) -> Table:
    """Squared differences of values as the level of measurement has them."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "ordinal":
        ranks = np.cumsum(margins) - margins / 2
        return np.asarray((ranks[:, None] - ranks[None]) ** 2)
    apart = (values[:, None] - values[None]) ** 2
    if level == "interval":
        return np.asarray(apart)
    total = values[:, None] + values[None]
    return np.divide(apart, total**2, out=np.zeros_like(apart), where=total != 0)


def agreements(ratings: Sequence[Rating], *, level: str = "ordinal", seed: int = 1) -> Mapping[str, Agreement | None]:
    """Agreement by criterion; None where there are too few ratings to tell."""
    found: dict[str, Agreement | None] = {}
    for criterion in sorted({rating.criterion for rating in ratings}):
        table, _raters, _works = table_of([rating for rating in ratings if rating.criterion == criterion])
        try:
            found[criterion] = agreement(table, level=level, seed=seed)
        except TooFewRatings:
            found[criterion] = None
    return found
