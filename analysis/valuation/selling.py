"""The chance that a work sells at a reserve, for the page and the API."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _

from analysis.valuation.asked import Asked, ask_again
from analysis.valuation.learning_more import SELLING
from analysis.valuation.models import Valuation
from analysis.valuation.refusing import EstimateRefused

if TYPE_CHECKING:
    from ml.valuation.features import FeatureTable
    from ml.valuation.selling import SellingModel

LARGEST = Decimal(10) ** 12
POINTS = 25
LIKELY = 0.97


@dataclass(frozen=True)
class Point:
    """A reserve and the chance of sale (0 to 1) there."""

    reserve: Decimal
    chance: float


@dataclass(frozen=True)
class Chance:
    """Chance of sale (0 to 1) at a reserve, and the mean hammer price if it sells. Amounts in ``currency``, hammer.

    ``usual``: where such houses really let lots go, as a share of their low estimate.
    """

    reserve: Decimal
    stands_for: str
    chance: float
    expected_hammer: Decimal
    even_reserve: Decimal
    low_estimate: Decimal | None
    usual: Point | None
    years_since_bought_in: float | None
    curve: list[Point]
    currency: str
    regime: str


@lru_cache(maxsize=12)
def loaded_seller(version_id: int, regime: str, folder: str) -> SellingModel:
    from ml.valuation.selling import SellingModel

    return SellingModel.load(Path(folder) / SELLING / regime)


def chance_of_sale(valuation: Valuation, reserve: Decimal | None = None) -> Chance:
    """At a reserve in the estimate's currency; by default at the house's low estimate or opening bid, else where the
    chance is one half.

    Raises ``EstimateRefused``: ``bad_reserve``, ``no_selling_model``, ``model_unreadable``, ``no_rate``.
    """
    from ml.valuation.burned import BURNED, with_burned_of

    if reserve is not None and not (reserve.is_finite() and 0 < reserve <= LARGEST):
        raise EstimateRefused(
            "bad_reserve", _("The reserve must be an amount above 0, not %(reserve)s.") % {"reserve": reserve}
        )
    asked = ask_again(valuation)
    table = with_burned_of(asked.table, asked.offer, asked.market.memory)
    model = seller_of(valuation, asked)
    centre = float(model.centres(table)[0])
    low = asked.offer.estimate_low or asked.offer.opening_bid
    log_reserve = asked.log_amount(reserve) if reserve is not None else math.log(low) if low else centre
    burned = float(table.columns([BURNED])[0, 0])
    return Chance(
        reserve=reserve if reserve is not None else asked.money(log_reserve),
        stands_for="asked" if reserve is not None else "low_estimate" if low else "even",
        chance=float(model.chances(table, np.array([log_reserve]))[0]),
        expected_hammer=asked.money(math.log(model.expected_hammer(table, np.array([log_reserve]))[0])),
        even_reserve=asked.money(centre),
        low_estimate=asked.money(math.log(low)) if low else None,
        usual=point_at(model, table, asked, math.log(low * model.reserve_share)) if low else None,
        years_since_bought_in=None if math.isnan(burned) else burned,
        curve=curve_of(model, table, asked, log_reserve),
        currency=valuation.currency,
        regime=model.regime,
    )


def seller_of(valuation: Valuation, asked: Asked) -> SellingModel:
    """The model that knows as much as the price model that answered. Raises ``EstimateRefused``."""
    kept = valuation.model_version.parameters.get("selling", [])
    wanted = "estimated" if asked.regime == "estimated" else "walk_in"
    if wanted not in kept:
        raise EstimateRefused(
            "no_selling_model",
            _("This model has learned no chance of sale: too few lots of its market are known to have been bought in."),
        )
    return loaded_seller(valuation.model_version_id, wanted, str(asked.folder))


def point_at(model: SellingModel, table: FeatureTable, asked: Asked, log_reserve: float) -> Point:
    return Point(asked.money(log_reserve), float(model.chances(table, np.array([log_reserve]))[0]))


def curve_of(model: SellingModel, table: FeatureTable, asked: Asked, log_reserve: float) -> list[Point]:
    """Reserves from where a sale is all but sure to where it is all but out of the question, with their chances."""
    centre, reach = float(model.centres(table)[0]), math.log(LIKELY / (1 - LIKELY)) / model.slope
    logs = np.linspace(min(centre - reach, log_reserve), max(centre + reach, log_reserve), POINTS)
    return [
        Point(asked.money(float(log)), float(chance))
        for log, chance in zip(logs, model.chances(table, logs[None, :])[0], strict=True)
    ]


def chance_chart(found: Chance) -> dict[str, Any]:
    """The curve, and on it the low estimate and the asked reserve."""
    series = [
        {
            "name": _("Chance of sale"),
            "points": [[float(each.reserve), round(100 * each.chance, 1)] for each in found.curve],
        }
    ]
    if found.low_estimate is not None:
        series.append(
            {"name": _("Low estimate"), "points": [[float(found.low_estimate), 0], [float(found.low_estimate), 100]]}
        )
    if found.stands_for == "asked":
        series.append({"name": _("Your reserve"), "points": [[float(found.reserve), round(100 * found.chance, 1)]]})
    return {
        "title": _("Chance of sale by reserve"),
        "x": _("Reserve, %(currency)s") % {"currency": found.currency},
        "y": _("Chance, %"),
        "unit": "%",
        "x_type": "number",
        "series": series,
    }
