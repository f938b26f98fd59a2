"""A kept estimate's question, put together again to ask the same model something else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from analysis.registry import queries as registry
from analysis.registry.artefacts import ArtefactError
from analysis.valuation import estimating
from analysis.valuation.known import KnownMarket, known_market
from analysis.valuation.models import Valuation
from analysis.valuation.records import Scope
from analysis.valuation.refusing import EstimateRefused
from artmarket.sales import fx

if TYPE_CHECKING:
    from ml.valuation.features import FeatureTable
    from ml.valuation.model import PriceModel
    from ml.valuation.offers import Offer

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Asked:
    """The work as it is on record now, the market before the estimate's date, and the version that answered.

    ``rate``: units of the estimate's currency for one of the market's.
    """

    offer: Offer
    table: FeatureTable
    regime: str
    market: KnownMarket
    scope: Scope
    folder: Path
    models: Mapping[str, PriceModel]
    rate: Decimal

    def money(self, log_amount: float) -> Decimal:
        """A log amount of the market's currency in the estimate's, to three figures."""
        exact = Decimal(repr(math.exp(log_amount))) * self.rate
        return estimating.rounded(exact).quantize(CENT, ROUND_HALF_UP)

    def log_amount(self, amount: Decimal) -> float:
        """The reverse of ``money``, unrounded. ``amount`` must be above 0."""
        return math.log(amount / self.rate)


def ask_again(valuation: Valuation) -> Asked:
    """The estimate's question, from the records as they are now. Raises ``EstimateRefused``."""
    from ml.valuation.features import ask

    version, on = valuation.model_version, valuation.effective_date
    scope = Scope.parse(version.scope)
    try:
        folder = registry.artefact_path(version)
        market = known_market(scope, on, version)
        rate = market.rates.convert(Decimal(1), source=scope.currency, target=valuation.currency, on=on)
        offer = estimating.asked_offer(estimating.facts_of(valuation.artwork, valuation.lot, on), scope, market.rates)
    except ArtefactError as error:
        raise EstimateRefused(
            "model_unreadable", _("The price model cannot be read: %(reason)s") % {"reason": error}
        ) from error
    except fx.NoRate as error:
        raise EstimateRefused("no_rate", str(error)) from error
    table, trained = ask(offer, market.memory), version.parameters["regimes"]
    return Asked(
        offer=offer,
        table=table,
        regime=estimating.regime_of(offer, bool(table.has_estimate[0]), trained),
        market=market,
        scope=scope,
        folder=folder,
        models={regime: estimating.loaded_model(version.pk, regime, str(folder)) for regime in trained},
        rate=rate,
    )
