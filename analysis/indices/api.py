"""``/indices``: indices, and the frozen vintages of each."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.indices.filters import IndexFilter
from analysis.indices.models import IndexDefinition, IndexVintage, Method, Period
from artmarket.accounts.ownership import Visibility
from artmarket.api.keyset import Keyset
from artmarket.api.router import Router
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import READ, VisibleReadViewSet
from artmarket.sales.models import Market, PriceBasis

MOST_VINTAGES = 100


class PointSerializer(ReadSerializer):
    """A period's level, base = 100, with its band. Suppressed points have nulls, and why they are."""

    period = serializers.CharField(help_text="`2016`, `2016-H1`, `2016-Q3`.")
    start = serializers.DateField()
    level = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    sales = serializers.IntegerField()
    pairs = serializers.IntegerField(help_text="Ends of pairs of sales of one work that lie in the period.")
    why = serializers.ChoiceField(["", "no_sales", "few_sales", "few_pairs", "not_joined"])


class PointsField(serializers.ListField):
    """The points as they were frozen."""

    child = PointSerializer()


class VintageSerializer(ReadSerializer):
    """One method's result as it was computed, never changed; without points there is a reason (`refused`)."""

    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    method = serializers.ChoiceField(Method.choices)
    is_real = serializers.BooleanField()
    base = serializers.CharField()
    price_basis = serializers.ChoiceField(PriceBasis.choices)
    points = PointsField()
    refused = serializers.CharField(source="reason")
    figures = serializers.DictField(child=serializers.FloatField())
    settings = serializers.JSONField(help_text="Level of the band, draws, seed, thresholds, deflator.")
    left_out = serializers.DictField(child=serializers.IntegerField())
    last_sale = serializers.DateField(allow_null=True)
    data_fingerprint = serializers.CharField()
    code_version = serializers.CharField()
    fingerprint = serializers.CharField()


class VintagesSerializer(serializers.Serializer[Any]):
    """Vintages, the newest first."""

    results = VintageSerializer(many=True)


class IndexSerializer(ReadSerializer):
    """What an index measures."""

    id = serializers.IntegerField()
    links = LinksField(self="api:index-detail", vintages="api:index-vintages", page="indices:index-detail")
    name = serializers.CharField()
    market = serializers.ChoiceField(Market.choices)
    currency = serializers.CharField()
    artist = serializers.IntegerField(source="artist_id", allow_null=True)
    movement = serializers.CharField()
    medium = serializers.CharField()
    period = serializers.ChoiceField(Period.choices)
    price_basis = serializers.CharField(help_text="Empty: that of most prices.")
    deflator = serializers.CharField(help_text="Empty: the usual price index of the currency, where there is one.")
    fewest = serializers.IntegerField(help_text="Points with fewer sales are suppressed.")
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    visibility = serializers.ChoiceField(Visibility.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class IndexDetailSerializer(IndexSerializer):
    """An index with the latest vintage of each method, nominal and real."""

    latest = VintageSerializer(many=True)


class IndexViewSet(VisibleReadViewSet):
    """Price indices that you may see, made of public sales alone."""

    queryset = IndexDefinition.objects.all()
    serializer_class = IndexDetailSerializer
    list_serializer_class = IndexSerializer
    filterset_class = IndexFilter
    orders = {"id": Keyset("id"), "newest": Keyset("-id")}
    required_scopes = {**READ, "vintages": "read"}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = rows.select_related("artist")
        if self.action != "retrieve":
            return rows
        newest = IndexVintage.objects.order_by("definition_id", "method", "is_real", "-pk")
        return rows.prefetch_related(
            Prefetch("vintages", newest.distinct("definition_id", "method", "is_real"), to_attr="latest")
        )

    @extend_schema(responses=VintagesSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def vintages(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All vintages of an index, the newest first: what each said when it was computed."""
        definition = self.find(self.get_queryset())
        rows = definition.vintages.order_by("-pk")[:MOST_VINTAGES]
        return Response({"results": VintageSerializer(rows, many=True).data})


def register(router: Router) -> None:
    router.register("indices", IndexViewSet, basename="index")
