"""The one service of estimates: for the page, the API and commands."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.registry.models import ModelVersion
from analysis.registry.queries import active_version
from analysis.valuation import estimating
from analysis.valuation.models import Valuation
from analysis.valuation.records import Scope
from analysis.valuation.training import KIND
from artmarket.accounts.models import User
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import Artwork
from artmarket.sales import fx
from artmarket.sales.models import Lot, LotArtwork, Market

if TYPE_CHECKING:
    from ml.valuation.comparables import Comparable

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
    to the model's. Raises ``EstimateRefused``: ``not_found``, ``several_works``, ``no_model``, ``no_rate``, ``future``.
    """
    artwork, lot = subject(actor, artwork, lot)
    today = timezone.localdate()
    on = on or (min(lot.sale_date, today) if lot else today)
    if on > today:
        raise EstimateRefused("future", _("An estimate can be made for today or an earlier date."))
    version = version_for(artwork, lot)
    scope = Scope.parse(version.scope)
    market = estimating.known_market(scope, on, version)
    row = estimating.facts_of(artwork, lot, on)
    try:
        offer = estimating.asked_offer(row, scope, version.parameters["basis"])
        found = estimating.estimate_offer(offer, version, market)
        currency = currency or scope.currency
        amounts = [in_currency(amount, scope, currency, on) for amount in (found.low, found.middle, found.high)]
    except fx.NoRate as error:
        raise EstimateRefused("no_rate", str(error)) from error
    inputs = {
        "facts": {name: str(value) for name, value in row.items() if value not in (None, "")},
        "picture": offer.vector is not None,
        "currency": currency,
        "regime": found.regime,
        "known": {"offers": len(market.gathered.offers), "sold": len(market.sold)},
    }
    return keep(
        actor=actor,
        valuation=Valuation(
            artwork=artwork,
            lot=lot,
            model_version=version,
            effective_date=on,
            currency=currency,
            price_basis=version.parameters["basis"],
            low=amounts[0],
            middle=amounts[1],
            high=amounts[2],
            level=Decimal(str(version.parameters["settings"]["level"])),
            abstained=found.abstained,
            comparables=[as_json(each, scope, market) for each in found.comparables],
            contributions={"start": found.start, "effects": list(found.effects.items()), "currency": scope.currency},
            inputs=inputs,
            inputs_sha256=estimating.fingerprint(inputs),
            requested_by=actor,
            organisation=artwork.organisation,
            visibility=Visibility.PRIVATE if artwork.organisation_id else Visibility.PUBLIC,
        ),
    )


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


def version_for(artwork: Artwork, lot: Lot | None) -> ModelVersion:
    """The active model of the lot's market, else of the market where the work was last offered, else the newest fit."""
    last = lot or Lot.objects.filter(lot_artworks__artwork=artwork).order_by("-sale_date").first()
    if last is not None:
        house = last.sale.house
        if version := active_version(KIND, f"{house.market}:{house.currency}"):
            return version
    market = last.sale.house.market if last else Market.INVENTED if artwork.is_invented else Market.AUCTION
    same_market = ModelVersion.objects.filter(kind=KIND, is_active=True, scope__startswith=f"{market}:")
    version = same_market.order_by("-created_at").first()
    if version is None:
        raise EstimateRefused("no_model", _("No price model has been trained for this market yet."))
    return version


def in_currency(amount: Decimal | None, scope: Scope, currency: str, on: dt.date) -> Decimal | None:
    if amount is None:
        return None
    converted = fx.convert(amount, source=scope.currency, target=currency, on=on)
    return converted.quantize(CENT, ROUND_HALF_UP)


def as_json(comparable: Comparable, scope: Scope, market: estimating.KnownMarket) -> dict[str, Any]:
    offer = comparable.offer
    return {
        "lot": offer.key,
        "artwork": market.gathered.artworks[offer.key],
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
    known = Valuation.objects.filter(**same).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            valuation.save()
    except IntegrityError:
        return Valuation.objects.get(**same)
    return valuation
