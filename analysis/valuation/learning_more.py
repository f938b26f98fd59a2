"""What is learned beside the prices and kept in the same version: chance of sale, attributions, ranges of the facts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.valuation.records import Gathered, Scope
from artmarket.sales.models import PriceBasis
from artmarket.sales.premium import Band, NoSchedule, bands_on, estimate_hammer

if TYPE_CHECKING:
    from ml.reporter import Reporter
    from ml.valuation.features import FeatureTable
    from ml.valuation.offers import Offer

SELLING, ATTRIBUTIONS = "selling", "attributions.json"
# Where a house has no premium schedule on record: the rate of the large houses' first band through most of these years.
USUAL_PREMIUM = 0.25


@dataclass
class LearnedMore:
    """What belongs into the version's parameters and measured figures."""

    parameters: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)


def learn_more(
    gathered: Gathered, table: FeatureTable, scope: Scope, folder: Path, *, reporter: Reporter
) -> LearnedMore:
    """Learn from the same offers as the prices and write into the version's folder; too few lots teach nothing.

    Raises ``Cancelled`` when told to stop.
    """
    from ml.valuation.attributing import learn_attributions
    from ml.valuation.ranges import ranges_of
    from ml.valuation.selling import SELLERS, TooFewUnsold, train_selling

    found = LearnedMore({"ranges": ranges_of(gathered.offers), "selling": []})
    hammers = log_hammers(gathered.offers, gathered.basis, scope)
    for regime in SELLERS:
        try:
            trained = train_selling(gathered.offers, table, hammers, regime=regime, reporter=reporter)
        except TooFewUnsold as error:
            reporter.log(str(error))
            continue
        trained.model.save(folder / SELLING / regime)
        found.parameters["selling"].append(regime)
        found.figures[f"selling_{regime}"] = finite(trained.figures)
    learn_attributions(gathered.offers).save(folder / ATTRIBUTIONS)
    return found


def finite(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in figures.items() if not isinstance(each, float) or math.isfinite(each)}


def log_hammers(offers: list[Offer], basis: str, scope: Scope) -> NDArray[np.float64]:
    """Log hammer prices [n] in the scope's currency, NaN where there is no price; see ``log_premium``."""
    premium = premium_of(basis, scope)
    return np.array([offer.log_price - premium(offer) if offer.price else math.nan for offer in offers])


def premium_of(basis: str, scope: Scope) -> Any:
    """A function from an offer with a price to log(price over hammer): the house's schedule of the day, else the usual
    premium; nothing where prices are hammer prices or printed without saying."""
    schedules = lru_cache(maxsize=4096)(bands_or_none)

    def premium(offer: Offer) -> float:
        if basis in {PriceBasis.HAMMER, PriceBasis.UNKNOWN}:
            return 0.0
        bands = schedules(offer.house, scope.currency, offer.date) if basis == PriceBasis.WITH_PREMIUM else None
        if bands is None or not offer.price:
            return math.log1p(USUAL_PREMIUM)
        return offer.log_price - math.log(float(estimate_hammer(Decimal(repr(offer.price)), bands)))

    return premium


def bands_or_none(house: int | None, currency: str, on: Any) -> list[Band] | None:
    if house is None:
        return None
    try:
        return bands_on(house_id=house, currency=currency, on=on)
    except NoSchedule:
        return None
