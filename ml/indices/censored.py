"""Bought-in lots as bids below the reserve: what the selection of sold lots does to an index.

Price over mid-estimate is taken as normal about a mean by period and house, seen where a lot sold, known to lie below the
reserve where it did not (Tobit 1958, fitted by EM: Dempster, Laird & Rubin 1977). Bought-in lots then enter the hedonic fit
at their expected bid. Rests on a guess of the reserve as a share of the low estimate, by custom some 70–80 % (Ashenfelter &
Graddy 2003): a sensitivity to be shown beside the index of sold lots, never instead.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import sparse, special

from ml.indices.hedonic import named
from ml.indices.sales import Floats, Ints, Sales
from ml.indices.solving import Rows, solve

ROUNDS = 200
SMALL = 1e-6


def with_bids(sales: Sales, place: Ints, times: int, reserve_share: float) -> tuple[Sales, dict[str, float]]:
    """The sales with the expected log bid in place of the missing price of bought-in lots that have estimates."""
    has_estimate = ~np.isnan(sales.log_mid_estimate) & ~np.isnan(sales.log_low_estimate)
    unsold = ~sales.is_sold & has_estimate
    used = np.flatnonzero(has_estimate)
    part = sales.where(used)
    is_unsold = ~part.is_sold
    limit = part.log_low_estimate + math.log(reserve_share) - part.log_mid_estimate
    over = part.log_price - part.log_mid_estimate
    expected, spread = expected_bids(part, place[used], times, over, limit, is_unsold)
    log_price = sales.log_price.copy()
    log_price[used[is_unsold]] = expected[is_unsold] + part.log_mid_estimate[is_unsold]
    figures = {
        "bought_in": float((~sales.is_sold).sum()),
        "bought_in_used": float(unsold.sum()),
        "spread_over_estimate": spread,
    }
    return replace(sales, log_price=log_price), figures


def expected_bids(
    part: Sales, place: Ints, times: int, over: Floats, limit: Floats, is_unsold: np.ndarray
) -> tuple[Floats, float]:
    """Log bid over mid-estimate [n]: as seen, or as expected below ``limit``; and its standard deviation."""
    if not len(part):
        return over, 0.0
    periods = sparse.csr_array((np.ones(len(part)), (np.arange(len(part)), place)), shape=(len(part), times))
    columns = sparse.csr_array(sparse.hstack([periods, *named(part.words.get("house", place * 0))], format="csr"))
    none = np.zeros(len(part), dtype=np.int64)
    filled = np.where(is_unsold, limit, over)
    spread = max(float(np.std(filled)), SMALL)
    for _round in range(ROUNDS):
        solved = solve(Rows(columns, filled, none, none.astype(float), 0, times), 0.0)
        mean = filled - solved.residuals
        at = (limit - mean) / spread
        ratio = np.exp(-(at**2) / 2 - special.log_ndtr(at)) / math.sqrt(2 * math.pi)
        below = mean - spread * ratio
        unsure = np.where(is_unsold, spread**2 * (1 - at * ratio - ratio**2), 0.0)
        moved = np.where(is_unsold, below, over)
        wider = math.sqrt(max(float(np.mean((moved - mean) ** 2 + unsure)), SMALL))
        done = abs(wider - spread) < SMALL and float(np.abs(moved - filled).max()) < 100 * SMALL
        filled, spread = moved, wider
        if done:
            break
    return filled, spread
