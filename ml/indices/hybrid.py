"""Hybrid index: hedonic and repeat-sales evidence at once, by generalised least squares.

A work's own constant effect is left in the error, as in Case & Quigley (1991) and Englund, Quigley & Redfearn (1998): a
work sold once counts by its characteristics, one sold again mostly by its change. The error's covariance is undone by
quasi-demeaning each work (Swamy & Arora 1972), so that plain least squares remain.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from ml.indices.hedonic import HedonicFit, by_work, hand_variance, rows_of
from ml.indices.sales import Floats, Ints, Sales
from ml.indices.solving import Rows, solve


def fit(sales: Sales, place: Ints, times: int) -> HedonicFit:
    """Fit sold lots; ``place`` [n] numbers each one's period from 0 to ``times`` − 1."""
    rows = rows_of(sales, place, times)
    hands, left = hand_variance(rows)
    work, counts = by_work(sales)
    works, noise = work_variance(solve(rows, left / hands).residuals, work, counts)
    taken = 1.0 - np.sqrt(noise / (noise + counts * works))
    solved = solve(quasi_demeaned(rows, work, counts, taken), noise / hands)
    return HedonicFit(solved, hands**0.5, works**0.5, noise**0.5)


def work_variance(residuals: Floats, work: Ints, counts: Floats) -> tuple[float, float]:
    """Variances between works and within them, from the residuals of works sold more than once."""
    total = float(residuals @ residuals) / len(residuals)
    means = np.bincount(work, weights=residuals) / counts
    inner = residuals - means[work]
    free = len(residuals) - len(counts)
    noise = float(inner @ inner) / free if free > 0 else total
    noise = min(max(noise, 1e-6), total) if total > 0 else 1e-6
    return max(total - noise, 0.0), noise


def quasi_demeaned(rows: Rows, work: Ints, counts: Floats, taken: Floats) -> Rows:
    """Each row less a share of its work's mean, so that what is left of the error is alike and independent."""
    n = len(work)
    means = sparse.csr_array((1.0 / counts[work], (work, np.arange(n))), shape=(len(counts), n))
    shares = sparse.diags_array(taken)
    columns = rows.columns - (shares @ (means @ rows.columns)).tocsr()[work]
    target = rows.target - (taken * (means @ rows.target))[work]
    return Rows(
        sparse.csr_array(columns), target, rows.group, rows.scale * (1.0 - taken[work]), rows.groups, rows.times
    )
