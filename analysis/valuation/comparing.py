"""Comparables of an estimate as they are stored: adjusted to the asked work, one fact after the other."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analysis.registry import queries as registry
from analysis.registry.models import ModelVersion
from analysis.valuation import estimating
from analysis.valuation.known import KnownMarket
from analysis.valuation.reconciling import CENT, money_steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ml.valuation.adjusting import Adjusted
    from ml.valuation.comparables import Comparable
    from ml.valuation.model import PriceModel
    from ml.valuation.offers import Offer

# The house's estimate says nearly all by itself: adjustments by facts are read from the model that does not know it.
BY_FACTS = "walk_in"


def adjusting_model(version: ModelVersion) -> PriceModel:
    """The version's model that knows no house. Raises ``ArtefactError``."""
    return estimating.loaded_model(version.pk, BY_FACTS, str(registry.artefact_path(version)))


def adjusted_rows(
    offer: Offer,
    comparables: Sequence[Comparable],
    version: ModelVersion,
    market: KnownMarket,
    currency: str,
    artworks: Mapping[int, int] | None = None,
) -> list[dict[str, Any]]:
    """The comparables as JSON, each with its adjustments; ``currency`` is the market's, ``artworks`` by lot."""
    from ml.valuation.adjusting import adjust

    if not comparables:
        return []
    found = adjust(offer, comparables, adjusting_model(version), market.memory, market.past)
    return [adjusted_row(each, currency, artworks or market.artworks) for each in found]


def adjusted_row(each: Adjusted, currency: str, artworks: Mapping[int, int]) -> dict[str, Any]:
    row = plain_row(each.comparable, currency, artworks)
    price = Decimal(row["price"])
    steps = money_steps(price, each.adjustments)
    return row | {
        "adjustments": [list(step) for step in steps],
        "adjusted": str(price + sum(Decimal(money) for _name, _log, money in steps)),
        "adjusted_log": math.log(price) + sum(each.adjustments.values()),
        "weight": each.weight,
    }


def plain_row(comparable: Comparable, currency: str, artworks: Mapping[int, int]) -> dict[str, Any]:
    offer = comparable.offer
    return {
        "lot": offer.key,
        "artwork": artworks[offer.key],
        "date": offer.date.isoformat(),
        "price": str(Decimal(repr(offer.price)).quantize(CENT)),
        "currency": currency,
        "distance": round(comparable.distance, 4),
    }


def house_log(offer: Offer, regime: str, middle_log: float, version: ModelVersion, market: KnownMarket) -> float:
    """The part of the middle's log price that the house's own estimate, sale and lot number say."""
    from ml.valuation.features import ask

    if regime == BY_FACTS:
        return 0.0
    return middle_log - float(adjusting_model(version).middle(ask(offer, market.memory), [offer])[0])
