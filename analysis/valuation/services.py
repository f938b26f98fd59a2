"""The one service of estimates: for the page, the API and commands."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.registry.artefacts import ArtefactError
from analysis.valuation import estimating
from analysis.valuation.choosing import version_for
from analysis.valuation.known import KnownMarket, known_market
from analysis.valuation.models import Valuation
from analysis.valuation.records import Scope
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import Artwork
from artmarket.sales import fx
from artmarket.sales.models import Lot, LotArtwork

if TYPE_CHECKING:
    from ml.valuation.comparables import Comparable
    from ml.valuation.offers import Offer

CENT = Decimal("0.01")


class EstimateRefused(ValueError):
    """The question cannot be answered as it was put; ``code`` is for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def estimate(
    *,
    actor: User,
    artwork: Artwork | None = None,
    lot: Lot | None = None,
    on: dt.date | None = None,
    currency: str = "",
) -> Valuation:
    """Estimate a work, or the one work of a lot, as of a date; the same question again gives the same stored row.

    ``on`` defaults to today, for a past lot to its sale's date: only what was known before it counts. ``currency`` defaults
    to the model's. Raises ``EstimateRefused``: ``not_found``, ``several_works``, ``no_model``, ``no_rate``, ``future``,
    ``model_unreadable``.
    """
    artwork, lot = subject(actor, artwork, lot)
    today = timezone.localdate()
    on = on or (min(lot.sale_date, today) if lot else today)
    if on > today:
        raise EstimateRefused("future", _("An estimate can be made for today or an earlier date."))
    version = version_for(actor, artwork, lot, on)
    if version is None:
        raise EstimateRefused("no_model", _("No price model has been trained for this market yet."))
    scope = Scope.parse(version.scope)
    market = known_market(scope, on, version)
    row = estimating.facts_of(artwork, lot, on)
    currency = currency or scope.currency
    try:
        offer = estimating.asked_offer(row, scope, market.rates)
        found = estimating.estimate_offer(offer, version, market)
        amounts = [in_currency(amount, scope, currency, on, market.rates) for amount in found.amounts]
    except fx.NoRate as error:
        raise EstimateRefused("no_rate", str(error)) from error
    except ArtefactError as error:
        raise EstimateRefused(
            "model_unreadable", _("The price model cannot be read: %(reason)s") % {"reason": error}
        ) from error
    low, middle, high = amounts or (None, None, None)
    inputs = inputs_of(row, offer, market, found.regime, currency)
    return keep(
        actor=actor,
        valuation=Valuation(
            artwork=artwork,
            lot=lot,
            model_version=version,
            effective_date=on,
            currency=currency,
            price_basis=version.parameters["basis"],
            low=low,
            middle=middle,
            high=high,
            level=Decimal(str(version.parameters["settings"]["level"])),
            abstained=found.abstained,
            comparables=[as_json(each, scope, market) for each in found.comparables],
            contributions={"start": found.start, "effects": list(found.effects.items()), "currency": scope.currency},
            inputs=inputs,
            inputs_sha256=estimating.fingerprint(inputs),
            requested_by=actor,
            **ownership(artwork, lot),
        ),
    )


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


def in_currency(amount: Decimal, scope: Scope, currency: str, on: dt.date, rates: fx.RateTable) -> Decimal:
    """Rounded to three figures after conversion: more would feign precision. Raises ``NoRate``."""
    converted = rates.convert(amount, source=scope.currency, target=currency, on=on)
    return estimating.rounded(converted).quantize(CENT, ROUND_HALF_UP)


def as_json(comparable: Comparable, scope: Scope, market: KnownMarket) -> dict[str, Any]:
    offer = comparable.offer
    return {
        "lot": offer.key,
        "artwork": market.artworks[offer.key],
        "date": offer.date.isoformat(),
        "price": str(Decimal(repr(offer.price)).quantize(CENT)),
        "currency": scope.currency,
        "distance": round(comparable.distance, 4),
    }


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
