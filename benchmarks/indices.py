"""An index over a bare least squares of the same matrix, in one run: ``python -m benchmarks.indices [--sizes 10000 …]``.

The bare line is one ``scipy.sparse.linalg.lsqr`` of the hedonic matrix with a column for each hand (a dense
``numpy.linalg.lstsq`` as well, where its matrix fits into 1 GB), without bands. The index has bands of 600 draws, its
variances estimated, and prices of works that come back. No database.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import lsqr

from ml.indices.hedonic import rows_of
from ml.indices.index import Settings, compute
from ml.indices.periods import numbers
from ml.indices.sales import Sales

SIZES = (10_000, 100_000, 1_000_000)
YEARS = 40
MOST_DENSE = 1e9


def invented(rows: int) -> Sales:
    """Lots of 40 years; a hand for every 40 lots, a work for every three, four houses, six media."""
    random = np.random.default_rng(1)
    hands, works = max(rows // 40, 10), max(rows // 3, 10)
    hand_of, area_of = random.integers(0, hands, works), random.normal(8, 0.8, works)
    work, year = random.integers(0, works, rows), random.integers(0, YEARS, rows)
    level = np.cumsum(random.normal(0.02, 0.1, YEARS))
    fame, depth = random.normal(0, 1, hands), random.normal(0, 0.3, works)
    value = fame[hand_of[work]] + depth[work] + 0.5 * area_of[work] + level[year] + random.normal(0, 0.3, rows)
    days = random.integers(0, 365, rows).astype("timedelta64[D]")
    return Sales(
        date=np.array(1980 + year - 1970, dtype="datetime64[Y]").astype("datetime64[D]") + days,
        log_price=value,
        work=work,
        hand=hand_of[work],
        numbers={"log_area": area_of[work]},
        words={"medium": work % 6, "house": random.integers(0, 4, rows)},
        log_low_estimate=value - 0.2,
        log_mid_estimate=value,
    )


def timed(do: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def bare(sales: Sales, period: str) -> tuple[float, float | None]:
    """Seconds of one sparse and, where it fits, one dense least squares of the hedonic matrix."""
    known, place = np.unique(numbers(sales.date, period), return_inverse=True)
    rows = rows_of(sales, place, len(known))
    effects = sparse.csr_array((rows.scale, (np.arange(len(sales)), rows.group)), shape=(len(sales), rows.groups))
    matrix = sparse.csr_array(sparse.hstack([rows.columns, effects], format="csr"))
    sparse_s = timed(lambda: lsqr(matrix, rows.target, atol=1e-10, btol=1e-10, iter_lim=2000))
    if matrix.shape[0] * matrix.shape[1] * 8 > MOST_DENSE:
        return sparse_s, None
    dense = matrix.toarray()
    return sparse_s, timed(lambda: np.linalg.lstsq(dense, rows.target, rcond=None))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--period", default="year")
    asked = parser.parse_args()
    print(f"{'sales':>9}{'what':>26}{'seconds':>10}{'over lsqr':>11}")
    for size in asked.sizes:
        sales = invented(size)
        sparse_s, dense_s = bare(sales, asked.period)
        lines = [("bare lsqr", sparse_s), *([("bare dense lstsq", dense_s)] if dense_s is not None else [])]
        for method in ("hedonic", "repeat_sales", "hybrid"):
            settings = Settings(method=method, period=asked.period)
            lines.append(
                (f"{method} with bands", timed(lambda settings=settings, sales=sales: compute(sales, settings)))
            )
        for name, seconds in lines:
            print(f"{size:>9,}{name:>26}{seconds:>10.2f}{seconds / sparse_s:>11.2f}", flush=True)
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
