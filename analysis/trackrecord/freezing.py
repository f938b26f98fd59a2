"""Estimates of coming lots, frozen before their sales."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from analysis.trackrecord.models import Forecast
from analysis.trackrecord.queries import BANDS, bias_of
from analysis.valuation import estimating, services
from analysis.valuation.known import known_market
from analysis.valuation.models import Valuation
from analysis.valuation.records import Scope, public_single_works
from artmarket.accounts.models import User
from artmarket.sales.fx import NoRate
from artmarket.sales.models import Lot, Outcome

if TYPE_CHECKING:
    from ml.reporter import Reporter

CENT = Decimal("0.01")
LOCK = 7301
# The date of asking, which is another one each day though nothing else be new.
PASSING = {"lot__sale_date"}
VALUATION_BANDS = {"low_80": "low", "high_80": "high"}


class NobodyToAsk(LookupError):
    """There is no staff in whose name estimates could be asked for."""


@dataclass
class Frozen:
    """What came of a round: new rows, lots of which nothing was new, and refused ones by code."""

    made: int = 0
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def coming_lots() -> Iterator[Lot]:
    """Public lots of one public work with a sale ahead whose result nobody knows, next sale first."""
    rows = public_single_works().filter(lot__sale_date__gt=timezone.now().astimezone(dt.UTC).date())
    rows = rows.filter(lot__price=None, lot__outcome=Outcome.UNKNOWN).order_by("lot__sale_date", "lot_id")
    keys = list(rows.values_list("lot_id", flat=True))
    for start in range(0, len(keys), 500):
        lots = Lot.objects.select_related("sale__house").defer("search").in_bulk(keys[start : start + 500])
        yield from (lots[key] for key in keys[start : start + 500] if key in lots)


def freeze_forecasts(*, reporter: Reporter) -> Frozen:
    """Freeze an estimate of every coming lot; one whose inputs are those of its last frozen estimate is left as it is.

    Estimates are asked for in the name of the first of the platform's staff. Raises ``NobodyToAsk``, or
    ``ml.reporter.Cancelled`` when told to stop; what was frozen by then stays.
    """
    from ml.reporter import Cancelled

    actor = User.objects.filter(is_superuser=True).order_by("pk").first()
    if actor is None:
        raise NobodyToAsk("There is no staff yet in whose name to ask; make some with createsuperuser.")
    found, factors = Frozen(), Factors()
    for number, lot in enumerate(coming_lots()):
        if reporter.should_stop():
            raise Cancelled
        reporter.progress(number, phase="freezing")
        try:
            valuation = services.estimate(actor=actor, lot=lot)
        except services.EstimateRefused as refused:
            found.refused[refused.code] += 1
            continue
        if freeze(lot, valuation, factors) is None:
            found.unchanged += 1
        else:
            found.made += 1
    return found


def freeze(lot: Lot, valuation: Valuation, factors: Factors) -> Forecast | None:
    """Keep the estimate as it stands now; None where the lot's last one stood on the same inputs."""
    facts = lasting(valuation)
    inputs = digest({**facts, "model": valuation.model_version_id, "basis": valuation.price_basis})
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK, lot.pk % 2**31])
        last = Forecast.objects.filter(lot=lot).order_by("-made_at", "-pk").first()
        if last is not None and last.inputs_sha256 == inputs and last.sale_date == lot.sale_date:
            return None
        content = content_of(lot, valuation, factors) | {"facts": facts, "inputs_sha256": inputs}
        return Forecast.objects.create(
            **content, content_sha256=digest({**content, "lot": lot.pk, "valuation": valuation.pk})
        )


def lasting(valuation: Valuation) -> dict[str, Any]:
    """The estimate's inputs without what passes with the day."""
    facts = {name: value for name, value in valuation.inputs.get("facts", {}).items() if name not in PASSING}
    return {**valuation.inputs, "facts": facts}


def content_of(lot: Lot, valuation: Valuation, factors: Factors) -> dict[str, Any]:
    """All that a frozen estimate says."""
    scope = Scope.parse(valuation.model_version.scope)
    bias, middle, factor = bias_of(lot), *factors.house_middle(lot, valuation, scope)
    return {
        "lot": lot,
        "valuation": valuation,
        "made_at": timezone.now(),
        "sale_date": lot.sale_date,
        "scope": str(scope),
        "currency": valuation.currency,
        "price_basis": valuation.price_basis,
        "regime": valuation.inputs.get("regime", ""),
        **{band: getattr(valuation, VALUATION_BANDS.get(band, band), None) for band in BANDS},
        "abstained": valuation.abstained,
        "sale_chance": chance_of(lot, valuation),
        "lot_currency": lot.currency,
        "estimate_low": lot.estimate_low,
        "estimate_high": lot.estimate_high,
        "opening_bid": lot.opening_bid,
        "house_factor": factor,
        "house_middle": middle,
        "bias": bias.bias if bias else None,
        "bias_low": bias.low if bias else None,
        "bias_high": bias.high if bias else None,
    }


def chance_of(lot: Lot, valuation: Valuation) -> float | None:
    """The chance of sale at the house's low estimate or opening bid, where there is one and a model for it."""
    from analysis.valuation.selling import chance_of_sale

    if not (lot.estimate_low or lot.opening_bid):
        return None
    try:
        return chance_of_sale(valuation).chance
    except services.EstimateRefused:
        return None


class Factors:
    """The houses' median factors by model version, reckoned once a round from what was known that day."""

    def __init__(self) -> None:
        self.known: dict[int, Mapping[int | None, float]] = {}

    def house_middle(self, lot: Lot, valuation: Valuation, scope: Scope) -> tuple[Decimal | None, float | None]:
        """The middle of the house's estimate on the prices' basis, and the factor that brought it there."""
        from ml.valuation.offers import log_mid_estimate

        if not (lot.estimate_low or lot.estimate_high or valuation.inputs.get("regime") == "estimated"):
            return None, None
        market = known_market(scope, valuation.effective_date, valuation.model_version)
        row = estimating.facts_of(valuation.artwork, lot, valuation.effective_date)
        try:
            log = log_mid_estimate(estimating.asked_offer(row, scope, market.rates))
        except NoRate:
            return None, None
        factors = self.of(scope, valuation)
        if math.isnan(log) or not factors:
            return None, None
        factor = factors.get(lot.sale.house_id, factors[None])
        return Decimal(math.exp(log) * factor).quantize(CENT), factor

    def of(self, scope: Scope, valuation: Valuation) -> Mapping[int | None, float]:
        from analysis.valuation.known import period, records_of
        from ml.valuation.backtesting import house_factors

        key = valuation.model_version_id
        if key not in self.known:
            offers = records_of(str(scope), valuation.price_basis, period()).gathered.offers
            self.known[key] = house_factors([each for each in offers if each.date < valuation.effective_date])
        return self.known[key]


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in canonical JSON; records stand in it as their keys."""
    plain = {name: getattr(value, "pk", value) for name, value in content.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def is_intact(forecast: Forecast) -> bool:
    """Whether a frozen estimate still is what its hash says."""
    names = [field.attname for field in Forecast._meta.concrete_fields]
    content = {
        name.removesuffix("_id"): getattr(forecast, name) for name in names if name not in {"id", "content_sha256"}
    }
    return digest(content) == forecast.content_sha256
