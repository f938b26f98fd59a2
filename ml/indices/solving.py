"""Least squares with effects of many hands taken out, and bands from the influence of each cluster of rows.

The normal equations of [columns, effects] are solved by the Schur complement of the effects' block, which is diagonal:
exact, and no larger than the number of columns, however many hands there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from ml.reporter import Cancelled, Reporter

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
JITTER = 1e-9
MOST_LEVERAGE = 0.99
CHUNK_ROWS = 20_000
CHUNK_DRAWS = 50


@dataclass(frozen=True)
class Rows:
    """``columns`` [n, p], sparse; ``target`` [n]; the effect of each row's ``group`` [n] enters times its ``scale`` [n].

    Without groups ``groups`` is 0. ``times`` counts the first columns, whose coefficients make the index.
    """

    columns: sparse.csr_array
    target: Floats
    group: Ints
    scale: Floats
    groups: int
    times: int


@dataclass(frozen=True)
class Solved:
    """Coefficients [p] and effects [groups] with what bands need: residuals [n], the inverse of the reduced normal
    matrix [p, p], and the mean columns of each group, shrunk [groups, p].
    """

    rows: Rows
    coefficients: Floats
    effects: Floats
    residuals: Floats
    inverse: Floats
    shrunk_means: sparse.csr_array
    shares: Floats

    @property
    def time_effects(self) -> Floats:
        return self.coefficients[: self.rows.times]


def solve(rows: Rows, ridge: float) -> Solved:
    """Minimise the squared residuals plus ``ridge`` times the squared effects."""
    n, p = rows.columns.shape
    places = np.arange(n)
    effects = sparse.csr_array((rows.scale, (places, rows.group)), shape=(n, max(rows.groups, 1)))
    shares = 1.0 / (np.asarray((effects.multiply(effects)).sum(axis=0)).ravel() + max(ridge, JITTER))
    if not rows.groups:
        effects, shares = effects * 0.0, shares * 0.0
    crossed = (effects.T @ rows.columns).tocsr()
    means = sparse.csr_array(sparse.diags_array(shares) @ crossed)
    reduced = (rows.columns.T @ rows.columns - crossed.T @ means).toarray()
    reduced[np.diag_indices(p)] += JITTER * max(np.trace(reduced) / p, 1.0)
    inverse = linalg.inv(reduced, check_finite=False)
    summed = effects.T @ rows.target
    coefficients = inverse @ (rows.columns.T @ rows.target - crossed.T @ (shares * summed))
    found = shares * (summed - crossed @ coefficients)
    residuals = rows.target - rows.columns @ coefficients - effects @ found
    return Solved(rows, coefficients, found, residuals, (inverse + inverse.T) / 2, means, shares)


def leverages(solved: Solved, reporter: Reporter) -> Floats:
    """Share of each row's own target in its fitted value, shape [n], in [0, 1]."""
    rows, found = solved.rows, np.empty(len(solved.residuals))
    for start in range(0, len(found), CHUNK_ROWS):
        stop_if_told(reporter)
        part = slice(start, start + CHUNK_ROWS)
        reduced = reduced_rows(solved, part).toarray()
        own = rows.scale[part] ** 2 * solved.shares[rows.group[part]]
        found[part] = np.einsum("ij,ij->i", reduced @ solved.inverse, reduced) + own
    return np.clip(found, 0.0, MOST_LEVERAGE)


def reduced_rows(solved: Solved, part: slice) -> sparse.csr_array:
    """Columns of the rows less what their groups' effects take up."""
    rows = solved.rows
    taken = sparse.diags_array(rows.scale[part]) @ solved.shrunk_means[rows.group[part]]
    return sparse.csr_array(rows.columns[part] - taken)


def score_bootstrap(solved: Solved, clusters: Ints, *, draws: int, seed: int, reporter: Reporter) -> Floats:
    """Deviations of the time effects, shape [draws, times]: the score bootstrap of Kline and Santos (2012).

    Each cluster's score is turned by a random sign; residuals are divided by one minus their leverage, as in HC3, so that
    thin periods do not look sure. One matrix product instead of a new fit a draw. Raises ``Cancelled`` when told to stop.
    """
    names, place = np.unique(clusters, return_inverse=True)
    weighed = solved.residuals / (1.0 - leverages(solved, reporter))
    scores = cluster_scores(solved, place, len(names), weighed)
    towards = solved.inverse[:, : solved.rows.times] * np.sqrt(len(names) / max(len(names) - 1, 1))
    random = np.random.default_rng(seed)
    found = np.empty((draws, solved.rows.times))
    for start in range(0, draws, CHUNK_DRAWS):
        stop_if_told(reporter)
        reporter.progress(start, draws, phase="bootstrap")
        size = min(CHUNK_DRAWS, draws - start)
        signs = random.integers(0, 2, size=(len(names), size)) * 2.0 - 1.0
        found[start : start + size] = (scores.T @ signs).T @ towards
    reporter.progress(draws, draws, phase="bootstrap")
    return found


def cluster_scores(solved: Solved, place: Ints, clusters: int, weighed: Floats) -> sparse.csr_array:
    """Sum of the rows' scores by cluster, shape [clusters, p]."""
    rows = solved.rows
    order = np.arange(len(place))
    gathered = sparse.csr_array((weighed, (place, order)), shape=(clusters, len(place)))
    taken = sparse.csr_array((weighed * rows.scale, (place, rows.group)), shape=(clusters, len(solved.shares)))
    return sparse.csr_array(gathered @ rows.columns - taken @ solved.shrunk_means)


def stop_if_told(reporter: Reporter) -> None:
    if reporter.should_stop():
        raise Cancelled
