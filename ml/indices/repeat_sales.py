"""Repeat-sales index: works sold more than once are their own yardstick.

Bailey, Muth & Nourse (1963); weighted in three stages by holding time as in Case & Shiller (1987). The level is that of
the geometric mean; the arithmetic one grows by half the holding variance a year more (Goetzmann 1992).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from scipy.sparse import csgraph

from ml.indices.sales import Floats, Ints, Sales
from ml.indices.solving import Rows, Solved, solve

YEAR_DAYS = 365.25


@dataclass(frozen=True)
class Pairs:
    """Sales of one work that follow each other: their rows [m], and the years between [m]."""

    first: Ints
    second: Ints
    years: Floats

    def __len__(self) -> int:
        return len(self.first)

    def where(self, kept: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.first[kept], self.second[kept], self.years[kept])


@dataclass(frozen=True)
class RepeatSalesFit:
    """The fit on the pairs of those periods that hang together (``is_joined`` [times]), and the variance of a pair's log
    change: ``noise`` of the two sales plus ``drift`` a year held.
    """

    solved: Solved
    pairs: Pairs
    is_joined: NDArray[np.bool_]
    noise: float
    drift: float


def pairs_of(sales: Sales, place: Ints) -> Pairs:
    """Pairs of sold lots of one work in different periods; two sales within one period say nothing of its level."""
    order = np.lexsort((sales.date, sales.work))
    first, second = order[:-1], order[1:]
    kept = (sales.work[first] == sales.work[second]) & (place[first] != place[second])
    first, second = first[kept], second[kept]
    days = (sales.date[second] - sales.date[first]).astype("timedelta64[D]").astype(np.float64)
    return Pairs(first, second, days / YEAR_DAYS)


def fit(sales: Sales, place: Ints, times: int, *, weighted: bool = True) -> RepeatSalesFit:
    """Fit the pairs; ``weighted`` False leaves the first of the three stages."""
    pairs = pairs_of(sales, place)
    starts, ends = place[pairs.first], place[pairs.second]
    is_joined = largest_component(starts, ends, times)
    kept = is_joined[starts]
    pairs, starts, ends = pairs.where(kept), starts[kept], ends[kept]
    changes = sales.log_price[pairs.second] - sales.log_price[pairs.first]
    solved = solve(rows_of(starts, ends, times, changes, np.ones(len(changes))), 0.0)
    noise, drift = holding_variance(solved.residuals, pairs.years)
    if weighted:
        solved = solve(rows_of(starts, ends, times, changes, (noise + drift * pairs.years) ** -0.5), 0.0)
    return RepeatSalesFit(solved, pairs, is_joined, noise, drift)


def rows_of(starts: Ints, ends: Ints, times: int, changes: Floats, weights: Floats) -> Rows:
    """−1 in the period bought, +1 in the period sold, each row times its weight. Levels are free up to a constant."""
    count = len(changes)
    rows = np.tile(np.arange(count), 2)
    values = np.concatenate([-weights, weights])
    columns = sparse.csr_array((values, (rows, np.concatenate([starts, ends]))), shape=(count, times))
    return Rows(columns, changes * weights, np.zeros(count, dtype=np.int64), np.zeros(count), 0, times)


def largest_component(starts: Ints, ends: Ints, times: int) -> NDArray[np.bool_]:
    """Periods that pairs join, directly or by others, in the largest such set; shape [times]."""
    graph = sparse.csr_array((np.ones(len(starts)), (starts, ends)), shape=(times, times))
    _count, label = csgraph.connected_components(graph, directed=False)
    return np.asarray(label == np.bincount(label).argmax())


def holding_variance(residuals: Floats, years: Floats) -> tuple[float, float]:
    """Noise and drift of the squared residuals by years held, neither below 0 (the second stage)."""
    if not len(residuals):
        return 1.0, 0.0
    design = np.column_stack([np.ones(len(years)), years])
    (noise, drift), _rest = optimize.nnls(design, residuals**2)
    least = max(float(np.mean(residuals**2)) * 1e-3, 1e-9)
    return max(float(noise), least), float(drift)
