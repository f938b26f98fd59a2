"""Hedonic index by the time-dummy method: log price by period, characteristics, house, kind of sale and hand.

After Renneboog & Spaenjers (2013); hands as random effects, so that those sold once count for something.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from ml.indices.sales import Floats, Ints, Sales
from ml.indices.solving import Rows, Solved, solve

FEWEST_OF_LEVEL = 8
FEWEST_RETURNS = 3
SALE_FACTS = ("house", "sale")
LEAST_SHARE = 1e-3


@dataclass(frozen=True)
class HedonicFit:
    """The fit, and the standard deviations in log price: between hands, between works of a hand (hybrid only), and of
    what is left.
    """

    solved: Solved
    between_hands: float
    between_works: float
    left: float


def fit(sales: Sales, place: Ints, times: int) -> HedonicFit:
    """Fit sold lots; ``place`` [n] numbers each one's period from 0 to ``times`` − 1."""
    rows = rows_of(sales, place, times)
    hands, left = hand_variance(rows)
    return HedonicFit(solve(rows, left / hands), hands**0.5, 0.0, left**0.5)


def rows_of(sales: Sales, place: Ints, times: int) -> Rows:
    """Period, characteristics; the hand as an effect, all unknown hands as one."""
    periods = sparse.csr_array((np.ones(len(sales)), (np.arange(len(sales)), place)), shape=(len(sales), times))
    numbers = [column for name, values in sales.numbers.items() for column in measured(name, values)]
    words = [columns for name, values in sales.words.items() for columns in named(levels_of(name, values, place))]
    parts = [periods, *([sparse.csr_array(np.column_stack(numbers))] if numbers else []), *words]
    hands, group = np.unique(sales.hand, return_inverse=True)
    columns = sparse.csr_array(sparse.hstack(parts, format="csr"))
    return Rows(columns, sales.log_price, group, np.ones(len(sales)), len(hands), times)


def levels_of(name: str, values: Ints, place: Ints) -> Ints:
    """The levels to tell apart. Evening and mid-season sales hold works of different quality, so kinds of sale count; but
    only those that return: one seen in fewer than three periods would take its periods' level for its own.

    Houses and kinds of sale count only where they join all periods: if each spring has its kind of sale and each autumn
    another, nobody can tell the season from the kind, and the season's level stays in the index.
    """
    if name not in SALE_FACTS:
        return values
    if name == "sale":
        seen = np.unique(np.column_stack([values, place]), axis=0)[:, 0]
        kinds, periods = np.unique(seen, return_counts=True)
        values = np.where(np.isin(values, kinds[periods >= FEWEST_RETURNS]), values, -1)
    return values if joins(values, place) else np.full_like(values, -1)


def joins(values: Ints, place: Ints) -> bool:
    """Whether a chain of levels that share a period leads from every period to every other one."""
    _levels, level = np.unique(values, return_inverse=True)
    times = int(place.max()) + 1
    size = times + int(level.max()) + 1
    graph = sparse.csr_array((np.ones(len(place)), (place, times + level)), shape=(size, size))
    count, _label = csgraph.connected_components(graph, directed=False)
    return bool(count == 1)


def measured(name: str, values: Floats) -> list[Floats]:
    """A number about its mean, the area's square as well; where some are not known, a mark for those."""
    known = ~np.isnan(values)
    if not known.any() or np.ptp(values[known]) == 0:
        return [] if known.all() or not known.any() else [(~known).astype(float)]
    centred = np.where(known, values - values[known].mean(), 0.0)
    columns = [centred, centred**2] if name == "log_area" else [centred]
    return columns if known.all() else [*columns, (~known).astype(float)]


def named(values: Ints) -> list[sparse.csr_array]:
    """A column for each level but the commonest; rare levels share one."""
    levels, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    rare = counts < FEWEST_OF_LEVEL
    shared = np.where(rare, len(levels), np.arange(len(levels)))
    shared[np.argmax(counts)] = -1
    kept = np.unique(shared[shared >= 0])
    if not len(kept):
        return []
    column = np.searchsorted(kept, shared[place])
    is_kept = shared[place] >= 0
    rows = np.flatnonzero(is_kept)
    return [sparse.csr_array((np.ones(len(rows)), (rows, column[is_kept])), shape=(len(values), len(kept)))]


def hand_variance(rows: Rows) -> tuple[float, float]:
    """Variances between hands and of what is left, by analysis of variance (Henderson's third method)."""
    n, p = rows.columns.shape
    solved = solve(rows, 0.0)
    counts = np.bincount(rows.group, minlength=rows.groups).astype(float)
    free = max(n - p - rows.groups + 1, max(1, n // 20))
    left = max(float(solved.residuals @ solved.residuals) / free, 1e-6)
    centre = float(counts @ solved.effects) / n
    spread = float(counts @ (solved.effects - centre) ** 2)
    size = n - float(counts @ counts) / n
    hands = (spread - (rows.groups - 1) * left) / size if size > 0 else 0.0
    return max(hands, LEAST_SHARE * left), left


def explained(solved: Solved) -> float:
    """R² of the log price."""
    target = solved.rows.target
    return 1.0 - float(np.var(solved.residuals) / np.var(target)) if np.ptp(target) > 0 else 0.0


def by_work(sales: Sales) -> tuple[Ints, NDArray[np.float64]]:
    """Each row's place among the works, and the number of sales of each work."""
    _works, place, counts = np.unique(sales.work, return_inverse=True, return_counts=True)
    return place, counts.astype(float)
