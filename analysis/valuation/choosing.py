"""Which price model answers for a work on a date."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count

from analysis.registry.models import ModelVersion
from analysis.registry.queries import active_version
from analysis.valuation.records import Scope, public_single_works
from analysis.valuation.training import KIND
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import Lot, Market

LAST_SALE = "card__last sale"


def version_for(actor: User, artwork: Artwork, lot: Lot | None, on: dt.date) -> ModelVersion | None:
    """The version that answers: of the lot's market; else of the one where the actor saw the work offered last, up to
    that date; else where its artist is offered most; else the newest of its kind of market. None where there is none.

    A version that learned from nothing on or after the date goes before the active one.
    """
    scope = scope_of(actor, artwork, lot, on)
    active = active_version(KIND, str(scope)) if scope else None
    if active is None:
        market = scope.market if scope else Market.INVENTED if artwork.is_invented else Market.AUCTION
        same_market = ModelVersion.objects.filter(kind=KIND, is_active=True, scope__startswith=f"{market}:")
        active = same_market.order_by("-created_at").first()
    return timely(active, on) if active else None


def scope_of(actor: User, artwork: Artwork, lot: Lot | None, on: dt.date) -> Scope | None:
    if lot is None:
        offered = Lot.objects.visible_to(actor).filter(lot_artworks__artwork=artwork, sale_date__lte=on)
        lot = offered.select_related("sale__house").defer("search").order_by("-sale_date", "-pk").first()
    if lot is not None:
        return Scope(lot.sale.house.market, lot.sale.house.currency)
    return scope_of_artist(artwork, on) if artwork.artist_id else None


def scope_of_artist(artwork: Artwork, on: dt.date) -> Scope | None:
    """Where most public lots of the artist were up to the date; invented and real markets never answer for each other."""
    lots = public_single_works().filter(artwork__artist=artwork.artist_id, lot__sale_date__lte=on)
    lots = lots.filter(artwork__is_invented=artwork.is_invented)
    most = lots.values_list("lot__sale__house__market", "lot__sale__house__currency").annotate(lots=Count("pk"))
    found = most.order_by("-lots", "lot__sale__house__currency").first()
    return Scope(found[0], found[1]) if found else None


def timely(active: ModelVersion, on: dt.date) -> ModelVersion:
    """The version of the same scope that learned latest but from nothing on or after the date; else the active one."""
    if active.card.get("last sale", "") < on.isoformat():
        return active
    kept = ModelVersion.objects.filter(kind=KIND, scope=active.scope).exclude(artefact="")
    earlier = kept.filter(**{f"{LAST_SALE}__lt": on.isoformat()})
    return earlier.order_by(f"-{LAST_SALE}", "-created_at").first() or active
