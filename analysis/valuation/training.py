"""Training the price models of a scope and keeping them as one version."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from analysis.registry import services as registry
from analysis.registry.models import ModelVersion
from analysis.valuation.learning_more import learn_more
from analysis.valuation.records import Gathered, Scope, gather, public_single_works
from artmarket.sales.models import Outcome

if TYPE_CHECKING:
    from ml.reporter import Reporter
    from ml.valuation.features import FeatureTable
    from ml.valuation.training import Trained

KIND = "valuation"
FEWEST_SOLD = 60
PURPOSE = _("Estimates what a work would fetch at auction on a date, with the interval that it will lie in.")
LIMITS = _(
    "Public auction results only; condition and fashion are not seen. Intervals are as honest as the past is "
    "like the future."
)


@dataclass(frozen=True)
class TrainedScopes:
    """What came of training several scopes, by their names: kept versions, or why there is none."""

    trained: Mapping[str, TrainedScope]
    refused: Mapping[str, str]


@dataclass(frozen=True)
class TrainedScope:
    """A kept version, the regimes that it answers for, and what was left out, by reason."""

    version: ModelVersion
    figures: Mapping[str, Any]
    left_out: Mapping[str, int]


def scopes() -> list[Scope]:
    """Every market and currency with enough sold lots, the largest first."""
    sold = public_single_works().filter(lot__outcome=Outcome.SOLD, lot__price__isnull=False)
    counted = sold.values_list("lot__sale__house__market", "lot__sale__house__currency").annotate(lots=Count("pk"))
    return [Scope(market, currency) for market, currency, lots in counted.order_by("-lots") if lots >= FEWEST_SOLD]


def scopes_named(text: str) -> list[Scope]:
    """The scope that is written ``market:CUR``, or for ``all`` each with enough sold lots. Raises ``ValueError``."""
    return scopes() if text == "all" else [Scope.parse(text)]


def train_scopes(
    wanted: Sequence[Scope], *, reporter: Reporter, job_id: UUID | None = None, before: dt.date | None = None
) -> TrainedScopes:
    """Train one scope after the other: one with too few prices does not hold the others up.

    Raises ``TooFewPrices`` where none could be trained, ``Cancelled`` when told to stop.
    """
    from ml.valuation.training import TooFewPrices

    trained, refused = {}, {}
    for scope in wanted:
        try:
            trained[str(scope)] = train_scope(scope, reporter=reporter, job_id=job_id, before=before)
        except TooFewPrices as error:
            refused[str(scope)] = str(error)
            reporter.log(f"{scope}: {error}")
    if refused and not trained:
        raise TooFewPrices("; ".join(f"{name}: {reason}" for name, reason in refused.items()))
    return TrainedScopes(trained, refused)


def train_scope(
    scope: Scope, *, reporter: Reporter, job_id: UUID | None = None, before: dt.date | None = None
) -> TrainedScope:
    """Train each regime that has enough sold lots, keep the models as one version, let it answer.

    With ``before``, only on what was sold before that date; such a version answers for the dates after its last sale
    that the active one knows already, and does not become active. Raises ``ml.valuation.training.TooFewPrices`` where not
    even the walk-in regime has enough, ``Cancelled`` when told to stop.
    """
    from ml.valuation.features import build
    from ml.valuation.training import TooFewPrices, train

    gathered = gather(scope, before=before)
    reporter.log(f"{scope}: {len(gathered.offers)} offers; left out: {dict(gathered.left_out) or 'none'}")
    table = build(gathered.offers)
    trained = {"walk_in": train(gathered.offers, regime="walk_in", reporter=reporter, table=table)}
    for regime in ("catalogued", "estimated"):
        try:
            trained[regime] = train(gathered.offers, regime=regime, reporter=reporter, table=table)
        except TooFewPrices as error:
            reporter.log(str(error))
    version = keep(scope, gathered, trained, table, reporter, job_id, make_active=before is None)
    return TrainedScope(version, version.figures, dict(gathered.left_out))


def keep(
    scope: Scope,
    gathered: Gathered,
    trained: Mapping[str, Trained],
    table: FeatureTable,
    reporter: Reporter,
    job_id: UUID | None,
    *,
    make_active: bool,
) -> ModelVersion:
    from ml.valuation.model import Settings, settings_as_json
    from ml.valuation.versions import code_version, fingerprint

    settings = settings_as_json(Settings())
    parameters: dict[str, Any] = {
        "settings": settings,
        "regimes": sorted(trained),
        "basis": gathered.basis,
    }
    with tempfile.TemporaryDirectory() as name:
        for regime, each in trained.items():
            each.model.save(Path(name) / regime)
        more = learn_more(gathered, table, scope, Path(name), reporter=reporter)
        return registry.register_version(
            kind=KIND,
            scope=str(scope),
            name=f"Price model {scope}",
            folder=Path(name),
            parameters=parameters | more.parameters,
            figures={regime: figures_of(each) for regime, each in trained.items()} | more.figures,
            card=card_of(scope, gathered) | {"seed": settings["seed"], "code": code_version()},
            data_fingerprint=fingerprint(gathered.offers),
            code_version=code_version(),
            job_id=job_id,
            make_active=make_active,
        )


def figures_of(trained: Trained) -> dict[str, Any]:
    """What was measured on the last calibration window, which neither fitting nor the measured calibration saw."""
    without = {f"{name}_without_pictures": value for name, value in (trained.without_looks or {}).items()}
    known = {name: value for name, value in (trained.figures | without).items() if math.isfinite(value)}
    return {**known, "uses_pictures": trained.model.looks is not None}


def card_of(scope: Scope, gathered: Gathered) -> dict[str, Any]:
    dates = [offer.date for offer in gathered.offers if offer.price or offer.sold is not None]
    return {
        "purpose": str(PURPOSE),
        "data": {
            "market": scope.market,
            "currency": scope.currency,
            "price basis": gathered.basis,
            "offers": len(gathered.offers),
            "sold": sum(1 for offer in gathered.offers if offer.price),
            "first sale": min(dates).isoformat(),
            "left out": dict(gathered.left_out),
        },
        "last sale": max(dates).isoformat(),
        "split": "in order of date: intervals calibrated walking forward over the latest 40 % in three windows, the last "
        "of them measured; then fitted again on all",
        "limits": [str(LIMITS)],
    }
