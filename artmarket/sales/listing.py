"""Reads for the pages of houses, sales and lots: what is shown, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet

from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.queries import as_cards
from artmarket.core.attribution import Attribution
from artmarket.sales.models import AuctionHouse, Lot, LotArtwork, Outcome, Sale
from artmarket.sales.queries import works_in_lots

LOT_COLUMNS = (
    "id", "sale_id", "sale_date", "number", "number_sort", "currency", "estimate_low", "estimate_high", "price",
    "price_basis", "price_usd", "outcome", "description",
    "sale__id", "sale__title", "sale__number", "sale__date", "sale__visibility",
    "sale__house__id", "sale__house__name", "sale__house__market",
)  # fmt: skip
LATEST = 8


def with_works(lots: QuerySet[Any], user: Actor) -> QuerySet[Any]:
    """Lots with their visible works as cards in ``shown_works``: five queries for any number of lots."""
    works = as_cards(Artwork.objects.visible_to(user), user)
    places = LotArtwork.objects.filter(artwork__in=Artwork.objects.visible_to(user)).order_by("position")
    places = places.prefetch_related(Prefetch("artwork", works))
    return lots.prefetch_related(Prefetch("lot_artworks", places, to_attr="shown_places"))


def lot_rows(user: Actor) -> QuerySet[Any]:
    """Lots of the sales that ``user`` may see, with sale, house and works."""
    lots = Lot.objects.visible_to(user).select_related("sale__house").only(*LOT_COLUMNS)
    return with_works(lots, user)


def sale_rows(user: Actor) -> QuerySet[Any]:
    return Sale.objects.visible_to(user).select_related("house")


def lots_of_sales(sales: Iterable[Sale]) -> dict[int, dict[str, int]]:
    """For these few sales: how many lots, and how many of them sold. One query."""
    lots = Lot.objects.filter(sale__in=[sale.pk for sale in sales]).order_by().values("sale_id")
    counted = lots.annotate(lots=Count("pk"), sold=Count("pk", filter=Q(outcome=Outcome.SOLD)))
    return {row["sale_id"]: row for row in counted}


def sales_of_houses(user: Actor, houses: Iterable[AuctionHouse]) -> dict[int, dict[str, Any]]:
    """For these few houses: how many sales the user may see, and from when to when. One query."""
    sales = Sale.objects.visible_to(user).filter(house__in=[house.pk for house in houses]).order_by()
    counted = sales.values("house_id").annotate(sales=Count("pk"), first=Min("date"), last=Max("date"))
    return {row["house_id"]: dict(row) for row in counted}


def lots_of_artwork(user: Actor, artwork: Artwork) -> list[Lot]:
    """Every offer of a work, the latest first."""
    places = LotArtwork.objects.filter(artwork=artwork).values("lot_id")
    lots = Lot.objects.visible_to(user).filter(pk__in=places).select_related("sale__house").only(*LOT_COLUMNS)
    return list(lots.order_by("-sale_date", "-id"))


def latest_lots_by_artist(user: Actor, artist_id: int) -> list[Lot]:
    """The latest lots of one work of the artist's, of any qualifier, with the qualifier as ``qualifier``."""
    offers = works_in_lots(user).filter(artist_id=artist_id).order_by("-sale_date", "-lot_id")
    qualifiers = dict(offers.values_list("lot_id", "attribution")[:LATEST])
    lots = Lot.objects.filter(pk__in=list(qualifiers)).select_related("sale__house").only(*LOT_COLUMNS)
    found = list(lots.order_by("-sale_date", "-id"))
    for lot in found:
        lot.qualifier = Attribution(qualifiers[lot.pk])
    return found
