"""Walking forward through time: each year is estimated by a model that saw only what came before it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from analysis.valuation.records import Scope, gather

if TYPE_CHECKING:
    from ml.reporter import Reporter
    from ml.valuation.features import FeatureTable
    from ml.valuation.offers import Offer
Figures: TypeAlias = dict[str, float | None]


@dataclass(frozen=True)
class Fold:
    """A year that was estimated, or why it could not be. ``regimes``: figures by regime; ``house``: its own estimates'.

    A figure that so few sales do not give is None.
    """

    start: dt.date
    end: dt.date
    sold: int
    regimes: dict[str, Figures]
    house: Figures | None
    skipped: str = ""


def backtest(scope: Scope, *, start: dt.date, end: dt.date, reporter: Reporter) -> dict[str, Any]:
    """Figures of each year's sold lots between the dates, trained anew for each on what was before it; JSON-able.

    R² of log price, median absolute percentage error, coverage and width of the 80 % interval. The house's own estimate
    is its middle times the median of price over middle, learned from the same past.
    """
    gathered = gather(scope, before=end)
    folds = []
    for first, last in years(start, end):
        if reporter.should_stop():
            break
        reporter.progress(first.year - start.year, end.year - start.year + 1, phase=f"{first.year}")
        folds.append(run_fold(gathered.offers, first, last))
    return {
        "scope": str(scope),
        "from": start.isoformat(),
        "to": end.isoformat(),
        "price_basis": gathered.basis,
        "left_out": dict(gathered.left_out),
        "folds": [vars(fold) for fold in folds],
    }


def years(start: dt.date, end: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Calendar years' parts between the dates, the end excluded."""
    first = start
    while first < end:
        last = min(dt.date(first.year + 1, 1, 1), end)
        yield first, last
        first = last


def run_fold(offers: list[Offer], first: dt.date, last: dt.date) -> Fold:
    """One year. Features of a lot may use the fold's earlier days: they are known by then."""
    from ml.valuation.features import build
    from ml.valuation.training import TooFewPrices

    known = [offer for offer in offers if offer.date < last]
    past = [offer for offer in known if offer.date < first]
    rows = [row for row, offer in enumerate(known) if offer.date >= first and offer.price]
    if not rows:
        return Fold(first, last, 0, {}, None, "no sold lot")
    table = build(known)
    with_estimate = [row for row in rows if table.has_estimate[row]]
    try:
        regimes = {regime: score(past, known, rows, table, regime) for regime in ("walk_in", "catalogued")}
        if with_estimate:
            regimes["estimated"] = score(past, known, with_estimate, table, "estimated")
    except TooFewPrices as error:
        return Fold(first, last, len(rows), {}, None, str(error))
    return Fold(first, last, len(rows), regimes, house_figures(past, [known[row] for row in with_estimate]))


def finite(figures: dict[str, float]) -> Figures:
    return {name: value if math.isfinite(value) else None for name, value in figures.items()}


def score(past: list[Offer], known: list[Offer], rows: list[int], table: FeatureTable, regime: str) -> Figures:
    """Figures of one regime on these rows of the known offers, by a model of the past."""
    from ml.valuation.figures import summary
    from ml.valuation.model import strata
    from ml.valuation.offers import log_prices
    from ml.valuation.training import train

    trained, asked = train(past, regime=regime, table=table.rows(range(len(past)))), [known[row] for row in rows]
    true, ends, places = log_prices(asked), trained.model.predict(table.rows(rows), asked), strata(table.rows(rows))
    figures = finite(summary(true, ends))
    for stratum, name in enumerate(("cold", "few", "warm")):
        own = places == stratum
        figures |= {f"{name}_{key}": value for key, value in finite(summary(true[own], ends[own])).items()}
    return {**figures, "uses_pictures": float(trained.model.looks is not None)}


def house_figures(past: list[Offer], asked: list[Offer]) -> Figures | None:
    """How the house's own middle does on the same lots, times its median factor of the past; None without estimates."""
    from ml.valuation.figures import dispersion, median_ape, r_squared
    from ml.valuation.offers import log_mid_estimate, log_prices

    earlier = [offer for offer in past if offer.price and not np.isnan(log_mid_estimate(offer))]
    if not asked or not earlier:
        return None
    factor = float(np.median([offer.log_price - log_mid_estimate(offer) for offer in earlier]))
    guess = np.array([log_mid_estimate(offer) for offer in asked]) + factor
    true = log_prices(asked)
    return finite(
        {
            "n": float(len(asked)),
            "r2_log": r_squared(true, guess),
            "median_ape": median_ape(true, guess),
            "cod": dispersion(true, guess),
            "median_factor": float(np.exp(factor)),
        }
    )
