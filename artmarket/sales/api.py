"""Endpoints of houses, sales and lots."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from artmarket.accounts.ownership import visible_q
from artmarket.api.keyset import Keyset
from artmarket.api.router import Router
from artmarket.api.viewsets import VisibleReadViewSet
from artmarket.catalogue.models import Artist
from artmarket.sales.models import AuctionHouse, Lot, LotArtwork, Sale
from artmarket.sales.serializers import HouseSerializer, LotSerializer, SaleSerializer

WORK_COLUMNS = ("lot_id", "position", "artwork__title", "artwork__attribution", "artwork__artist_id")


class HouseViewSet(VisibleReadViewSet):
    """Auction houses and dealers; common knowledge to everyone with a key."""

    queryset = AuctionHouse.objects.all()
    serializer_class = HouseSerializer
    orders = {"name": Keyset("name", "id"), "newest": Keyset("-id")}


class SaleViewSet(VisibleReadViewSet):
    """Sales that you may see: public ones and those of your organisation."""

    queryset = Sale.objects.select_related("house")
    serializer_class = SaleSerializer
    orders = {"newest": Keyset("-date", "-id"), "oldest": Keyset("date", "id")}


class LotViewSet(VisibleReadViewSet):
    """Lots of the sales that you may see."""

    queryset = Lot.objects.select_related("sale__house").defer("search")
    serializer_class = LotSerializer
    orders = {
        "newest": Keyset("-sale_date", "-id"),
        "oldest": Keyset("sale_date", "id"),
        "dearest": Keyset("-price_usd", "-id"),
        "number": Keyset("number_sort", "id"),
    }

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        user = self.request.user
        artists = Artist.objects.visible_to(user).only("id", "name")
        works = LotArtwork.objects.filter(visible_q(user, "artwork")).select_related("artwork").only(*WORK_COLUMNS)
        works = works.order_by("position").prefetch_related(Prefetch("artwork__artist", artists))
        return rows.prefetch_related(Prefetch("lot_artworks", works, to_attr="shown_lot_artworks"))


def register(router: Router) -> None:
    router.register("houses", HouseViewSet, basename="house")
    router.register("sales", SaleViewSet, basename="sale")
    router.register("lots", LotViewSet, basename="lot")
