"""The one service of estimates: for the page, the API and commands."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.registry.artefacts import ArtefactError
from analysis.registry.models import ModelVersion
from analysis.valuation import estimating
from analysis.valuation.amending import amended
from analysis.valuation.choosing import version_for
from analysis.valuation.comparing import adjusted_rows, house_log, plain_row
from analysis.valuation.known import KnownMarket, known_market
from analysis.valuation.models import Valuation
from analysis.valuation.reconciling import amounts_of
from analysis.valuation.records import Scope
from analysis.valuation.refusing import EstimateRefused as EstimateRefused
from analysis.valuation.refusing import refuse_impossible_facts
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import Artwork
from artmarket.sales import fx
from artmarket.sales.models import Lot, LotArtwork

if TYPE_CHECKING:
    from ml.valuation.offers import Offer

# The field of each of the model's bands.
ENDS = {
    "low_95": "low_95",
    "low": "low_80",
    "low_50": "low_50",
    "middle": "middle",
    "high_50": "high_50",
    "high": "high_80",
    "high_95": "high_95",
}


def estimate(
    *,
    actor: User,
    artwork: Artwork | None = None,
    lot: Lot | None = None,
    on: dt.date | None = None,
    currency: str = "",
    struck: Collection[int] = (),
    added: Collection[int] = (),
) -> Valuation:
    """Estimate a work, or the one work of a lot, as of a date; the same question again gives the same stored row.

    ``on`` defaults to today, for a past lot to its sale's date: only what was known before it counts. ``currency`` defaults
    to the model's. ``struck`` and ``added`` are lots that are left out of the comparables, or put among them: see ``amend``.
    Raises ``EstimateRefused``: ``not_found``, ``several_works``, ``impossible_facts``, ``no_model``, ``unknown_currency``,
    ``no_rate``, ``future``, ``model_unreadable``, and what ``amend`` raises.
    """
    artwork, lot = subject(actor, artwork, lot)
    today = timezone.localdate()
    on = on or (min(lot.sale_date, today) if lot else today)
    if on > today:
        raise EstimateRefused(
            "future",
            _("%(date)s lies ahead: an estimate can be made for today or an earlier date.") % {"date": on.isoformat()},
        )
    refuse_impossible_facts(artwork, on)
    version = version_for(actor, artwork, lot, on)
    if version is None:
        raise EstimateRefused("no_model", _("No price model has been trained for this market yet."))
    found = answer(actor, artwork, lot, version, on, currency)
    base = keep(actor=actor, valuation=found)
    return amend(actor=actor, valuation=base, struck=struck, added=added) if struck or added else base


def amend(*, actor: User, valuation: Valuation, struck: Collection[int], added: Collection[int]) -> Valuation:
    """Keep the estimate as it is without the struck comparables and with the added ones: a row of its own.

    Raises ``EstimateRefused`` for what ``amending.amended`` refuses.
    """
    found = amended(actor, valuation, struck, added)
    return found if found.pk else keep(actor=actor, valuation=found)


def answer(
    actor: User, artwork: Artwork, lot: Lot | None, version: ModelVersion, on: dt.date, currency: str
) -> Valuation:
    """The estimate, not stored. Raises ``EstimateRefused``."""
    scope = Scope.parse(version.scope)
    market = known_market(scope, on, version)
    row = estimating.facts_of(artwork, lot, on)
    currency = currency or scope.currency
    try:
        rate = exchange_rate(scope, currency, on, market.rates)
        offer = estimating.asked_offer(row, scope, market.rates)
        found = estimating.estimate_offer(offer, version, market)
        evidence = evidence_of(offer, found, version, market, rate)
    except fx.NoRate as error:
        raise EstimateRefused("no_rate", str(error)) from error
    except ArtefactError as error:
        raise EstimateRefused(
            "model_unreadable", _("The price model cannot be read: %(reason)s") % {"reason": error}
        ) from error
    inputs = inputs_of(row, offer, market, found.regime, currency)
    return Valuation(
        artwork=artwork,
        lot=lot,
        model_version=version,
        effective_date=on,
        currency=currency,
        price_basis=version.parameters["basis"],
        level=Decimal(str(version.parameters["settings"]["level"])),
        abstained=found.abstained,
        contributions={"start": found.start, "effects": list(found.effects.items()), "currency": scope.currency},
        inputs=inputs,
        inputs_sha256=estimating.fingerprint(inputs),
        requested_by=actor,
        **evidence,
        **ownership(artwork, lot),
    )


def evidence_of(
    offer: Offer, found: estimating.Estimate, version: ModelVersion, market: KnownMarket, rate: Decimal
) -> dict[str, Any]:
    """Amounts, comparables adjusted to the asked work, and what they are reconciled by.

    Where there is no estimate the comparables stand as they are: adjusted, they would be one.
    """
    currency = Scope.parse(version.scope).currency
    if found.abstained:
        return {"comparables": [plain_row(each, currency, market.artworks) for each in found.comparables]}
    known = {
        "bands_log": {field: found.bands[name] for field, name in ENDS.items() if name in found.bands},
        "house_log": house_log(offer, found.regime, found.bands["middle"], version, market),
        "exchange_log": math.log(rate),
    }
    rows = adjusted_rows(offer, found.comparables, version, market, currency)
    return {"comparables": rows, "reconciliation": known, **amounts_of(known)}


def exchange_rate(scope: Scope, currency: str, on: dt.date, rates: fx.RateTable) -> Decimal:
    """Units of the currency for one of the market's on a date. Raises ``EstimateRefused``, ``NoRate``."""
    if currency == scope.currency:
        return Decimal(1)
    if currency != fx.PIVOT and currency not in rates.dates:
        raise EstimateRefused(
            "unknown_currency", _("No exchange rate of a currency %(code)s is known at all.") % {"code": currency}
        )
    return rates.per_euro(currency, on) / rates.per_euro(scope.currency, on)


def ownership(artwork: Artwork, lot: Lot | None) -> dict[str, Any]:
    """An estimate is seen by those who see what it was made from: the lot's sale where that is private, and the work."""
    if lot is not None and lot.sale.visibility == Visibility.PRIVATE:
        return {"organisation_id": lot.sale.organisation_id, "visibility": Visibility.PRIVATE}
    return {"organisation_id": artwork.organisation_id, "visibility": artwork.visibility}


def inputs_of(row: dict[str, Any], offer: Offer, market: KnownMarket, regime: str, currency: str) -> dict[str, Any]:
    """All that the answer stands on but the model: two questions with the same inputs have the same answer."""
    picture = "" if offer.vector is None else sha256(offer.vector.tobytes()).hexdigest()
    return {
        "facts": {name: str(value) for name, value in row.items() if value not in (None, "")},
        "picture": picture,
        "currency": currency,
        "regime": regime,
        "known": {"offers": market.offers, "sold": market.sold, "until": market.until, "sha256": market.sha256},
    }


def subject(actor: User, artwork: Artwork | None, lot: Lot | None) -> tuple[Artwork, Lot | None]:
    """The work that is asked about, seen by the actor. Raises ``EstimateRefused``."""
    if lot is not None:
        if not Lot.objects.visible_to(actor).filter(pk=lot.pk).exists():
            raise EstimateRefused("not_found", _("There is no such lot."))
        works = list(LotArtwork.objects.filter(lot=lot).values_list("artwork_id", flat=True)[:2])
        if len(works) != 1:
            raise EstimateRefused(
                "several_works", _("A price belongs to the whole lot; only a lot of one work can be estimated.")
            )
        artwork = Artwork(pk=works[0])
    seen = Artwork.objects.visible_to(actor).select_related("artist")
    found = seen.filter(pk=artwork.pk).first() if artwork is not None else None
    if found is None:
        raise EstimateRefused("not_found", _("There is no such artwork."))
    return found, lot


def keep(*, actor: User, valuation: Valuation) -> Valuation:
    """Store the estimate, or give the row that the same question has already."""
    same = {
        "artwork": valuation.artwork,
        "model_version": valuation.model_version,
        "inputs_sha256": valuation.inputs_sha256,
        "requested_by": actor,
    }
    rows = Valuation.objects.filter(**same)
    known: Valuation | None = rows.first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            valuation.save()
    except IntegrityError:
        first: Valuation = rows.get()
        return first
    return valuation
