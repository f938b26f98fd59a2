"""``python -m benchmarks.what_if OFFERS --years 2014 2015``: chance of sale, attributions and abstaining on real sales.

OFFERS is a file of ``manage.py export_offers``. Each year is asked about by what was learned before it.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from ml.valuation.attributing import learn_attributions
from ml.valuation.burned import with_burned
from ml.valuation.features import FeatureTable, build
from ml.valuation.model import STRATA, strata
from ml.valuation.offers import Offer, log_prices
from ml.valuation.selling import SELLERS, TooFewUnsold, figures_of, outcomes_of, train_selling
from ml.valuation.tidy import read_offers
from ml.valuation.training import train

WIDTHS = (0, 6, 10, 15, 25, 40, 60, math.inf)
KEPT = (1.0, 0.95, 0.9, 0.8, 0.5)


def selling(offers: Sequence[Offer], table: FeatureTable, year: int, premium: float) -> None:
    hammers = log_prices(offers) - math.log1p(premium)
    past = [row for row, offer in enumerate(offers) if offer.date.year < year]
    rows = [row for row, offer in enumerate(offers) if offer.date.year == year]
    full = with_burned(table, offers)
    for regime in SELLERS:
        try:
            trained = train_selling([offers[row] for row in past], table.rows(past), hammers[past], regime=regime)
        except TooFewUnsold as error:
            print(f"selling {year} {regime}: {error}")
            continue
        asked = outcomes_of([offers[row] for row in rows], full.rows(rows), hammers[rows])
        earlier = np.array([bool(offers[row].sold) for row in past if offers[row].sold is not None])
        found = figures_of(trained.model, asked, earlier)
        print(f"selling {year} {regime}:", {name: rounded(each) for name, each in found.items()}, flush=True)


def rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    return [rounded(each) for each in value] if isinstance(value, list) else value


def attributions(offers: Sequence[Offer]) -> None:
    found = learn_attributions(offers)
    for name, effect in found.market.items():
        low, middle, high = (round(math.exp(effect.log + side * 1.2816 * effect.error), 2) for side in (-1, 0, 1))
        print(f"attribution {name}: {middle} ({low}–{high}), {effect.lots} lots of {effect.artists} artists")
    print(f"between artists: {found.spread:.2f} of log price")


def abstaining(offers: Sequence[Offer], table: FeatureTable, year: int) -> None:
    """Errors of the walk-in model by the width of its interval, and by what would be kept of the narrowest."""
    past = [row for row, offer in enumerate(offers) if offer.date.year < year]
    rows = [row for row, offer in enumerate(offers) if offer.date.year == year and offer.price]
    asked, asked_table = [offers[row] for row in rows], table.rows(rows)
    model = train([offers[row] for row in past], table=table.rows(past)).model
    low, middle, high = model.predict(asked_table, asked).T
    true, places, widths = log_prices(asked), strata(asked_table), np.exp(high - low)
    errors = np.abs(np.expm1(middle - true))
    for least, most in pairwise(WIDTHS):
        tell(f"width {least:g}–{most:g}", errors[(widths >= least) & (widths < most)])
    for place, name in enumerate(STRATA):
        tell(name, errors[places == place])
    order = np.argsort(widths, kind="stable")
    for share in KEPT:
        tell(f"narrowest {share:.0%}", errors[order[: round(share * len(order))]])


def tell(name: str, errors: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    if len(errors):
        print(f"{name}: {len(errors)} lots, median error {100 * np.median(errors):.0f} %", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.what_if")
    options.add_argument("offers", type=Path)
    options.add_argument("--years", type=int, nargs="*", default=[])
    options.add_argument("--premium", type=float, default=0.0, help="usual premium, where prices are with premium")
    options.add_argument("--abstaining", action="store_true", help="train the price model as well (minutes)")
    given = options.parse_args()
    offers = [offer for offer in read_offers(given.offers) if not given.years or offer.date.year <= max(given.years)]
    table = build(offers)
    attributions(offers)
    for year in given.years:
        selling(offers, table, year, given.premium)
        if given.abstaining:
            abstaining(offers, table, year)


if __name__ == "__main__":
    main()
