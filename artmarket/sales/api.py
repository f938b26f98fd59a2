"""Endpoints of houses, sales and lots."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet

from artmarket.accounts.ownership import visible_q
from artmarket.api.inputs import home_organisation
from artmarket.api.keyset import Keyset
from artmarket.api.router import Router
from artmarket.api.viewsets import VisibleModelViewSet, VisibleReadViewSet
from artmarket.catalogue.models import Artist
from artmarket.sales import services
from artmarket.sales.api_figures import SettlementViewSet, StatisticsViewSet
from artmarket.sales.filters import HouseFilter, LotFilter, SaleFilter
from artmarket.sales.inputs import LotInput, SaleInput, lot_fields
from artmarket.sales.models import AuctionHouse, Lot, LotArtwork, Sale
from artmarket.sales.serializers import HouseSerializer, LotSerializer, SaleSerializer

WORK_COLUMNS = ("lot_id", "position", "artwork__title", "artwork__attribution", "artwork__artist_id")


class HouseViewSet(VisibleReadViewSet):
    """Auction houses and dealers; common knowledge to everyone with a key."""

    queryset = AuctionHouse.objects.all()
    serializer_class = HouseSerializer
    filterset_class = HouseFilter
    orders = {"name": Keyset("name", "id"), "newest": Keyset("-id")}


class SaleViewSet(VisibleModelViewSet):
    """Sales that you may see: public ones and those of your organisation."""

    queryset = Sale.objects.select_related("house")
    serializer_class = SaleSerializer
    write_serializer_class = SaleInput
    filterset_class = SaleFilter
    orders = {"newest": Keyset("-date", "-id"), "oldest": Keyset("date", "id")}

    def create_record(self, data: dict[str, Any]) -> Sale:
        if "organisation" not in data:
            data["organisation"] = home_organisation(self.actor)
        return services.create_sale(actor=self.actor, **data)

    def update_record(self, record: Sale, data: dict[str, Any]) -> Sale:
        return services.update_sale(actor=self.actor, sale=record, **data)


class SaleLotFilter(LotFilter):
    """The page's filters, and the lots of one sale."""

    sale = django_filters.NumberFilter(field_name="sale_id")


class LotViewSet(VisibleModelViewSet):
    """Lots of the sales that you may see."""

    queryset = Lot.objects.select_related("sale__house").defer("search")
    serializer_class = LotSerializer
    write_serializer_class = LotInput
    filterset_class = SaleLotFilter
    orders = {
        "newest": Keyset("-sale_date", "-id"),
        "oldest": Keyset("sale_date", "id"),
        "dearest": Keyset("-price_usd", "-id"),
        "number": Keyset("number_sort", "id"),
    }

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        user = self.actor
        artists = Artist.objects.visible_to(user).only("id", "name")
        works = LotArtwork.objects.filter(visible_q(user, "artwork")).select_related("artwork").only(*WORK_COLUMNS)
        works = works.order_by("position").prefetch_related(Prefetch("artwork__artist", artists))
        return rows.prefetch_related(Prefetch("lot_artworks", works, to_attr="shown_lot_artworks"))

    def create_record(self, data: dict[str, Any]) -> Lot:
        return services.create_lot(actor=self.actor, **lot_fields(data))

    def update_record(self, record: Lot, data: dict[str, Any]) -> Lot:
        fields = lot_fields(data, currency=record.currency)
        return services.update_lot(actor=self.actor, lot=record, **fields)


def register(router: Router) -> None:
    router.register("houses", HouseViewSet, basename="house")
    router.register("sales", SaleViewSet, basename="sale")
    router.register("lots", LotViewSet, basename="lot")
    router.register("settlement", SettlementViewSet, basename="settlement")
    router.register("artists/(?P<artist_pk>[0-9]+)/statistics", StatisticsViewSet, basename="artist-statistics")
