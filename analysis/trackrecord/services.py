"""Walking through the past and keeping what was found."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from analysis.trackrecord.models import BacktestRun
from analysis.trackrecord.rows import BANDS, REGIMES
from analysis.valuation.abstaining import WIDEST, WIDEST_COLD
from analysis.valuation.records import Scope, gather

if TYPE_CHECKING:
    from ml.reporter import Reporter

MOST_DOTS, DIGITS = 400, 3
LIMITS = {"cold": WIDEST_COLD, "few": WIDEST, "warm": WIDEST}


def run_backtest(
    *, scope: Scope, start: dt.date, end: dt.date, reporter: Reporter, job_id: UUID | None = None
) -> BacktestRun:
    """Estimate each year's public lots of a scope from ``start`` to before ``end`` from what was before it, and keep it.

    Raises ``ValueError`` where ``start`` does not lie before ``end``, ``ml.reporter.Cancelled`` when told to stop.
    """
    from ml.valuation.backtesting import walk_forward
    from ml.valuation.model import Settings, settings_as_json
    from ml.valuation.versions import code_version, fingerprint

    if start >= end:
        raise ValueError("the walk begins before it ends")
    settings = Settings()
    gathered = gather(scope, before=end)
    found = walk_forward(gathered.offers, start, end, reporter, widest=LIMITS, settings=settings)
    return BacktestRun.objects.create(
        scope=str(scope),
        start=start,
        end=end,
        price_basis=gathered.basis,
        data_fingerprint=fingerprint(gathered.offers),
        code_version=code_version(),
        parameters={"settings": settings_as_json(settings), "widest": LIMITS},
        left_out=dict(gathered.left_out),
        report=found.as_json(),
        lots=found.lots,
        dots={regime: dots_of(found.lots, regime) for regime in REGIMES},
        job_id=job_id,
    )


def dots_of(lots: Sequence[Mapping[str, Any]], regime: str) -> list[list[float]]:
    """Estimate and price to three digits; of many lots every so many-th."""
    middle = BANDS.index("middle")
    told = [(lot[regime][middle], lot["price"]) for lot in lots if lot[regime][middle] is not None]
    step = max(1, math.ceil(len(told) / MOST_DOTS))
    return [[float(f"{amount:.{DIGITS}g}") for amount in pair] for pair in told[::step]]
