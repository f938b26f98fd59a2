"""``/valuations``: ask for an estimate, read those that were given."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analysis.valuation import services
from analysis.valuation.models import Valuation
from analysis.valuation.showing import visible_comparables
from artmarket.api.fields import MoneyField
from artmarket.api.keyset import Keyset
from artmarket.api.problems import Problem
from artmarket.api.router import Router
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import READ, CreateMixin, VisibleReadViewSet
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import Lot, PriceBasis

LARGEST_ID = 2**63 - 1
CODES = {"not_found": 404, "no_model": 409, "model_unreadable": 503}


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["lot", "artwork", "date", "price", "currency", "distance"],
            "properties": {
                "lot": {"type": "integer"},
                "artwork": {"type": "integer"},
                "date": {"type": "string", "format": "date"},
                "price": {"type": "string"},
                "currency": {"type": "string"},
                "distance": {"type": "number"},
            },
        },
    }
)
class ComparablesField(serializers.Field[Any, Any, Any, Any]):
    """Earlier sales that the asker may see, nearest first; distance 0 is the same in all that counts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Valuation) -> list[dict[str, Any]]:
        return visible_comparables(self.context["request"].user, value)


class ValuationSerializer(ReadSerializer):
    """An estimate: an interval on a date, or the reason for having none (``abstained``)."""

    id = serializers.IntegerField()
    links = LinksField(self="api:valuation-detail", page="valuation:valuation-detail")
    artwork = serializers.IntegerField(source="artwork_id")
    lot = serializers.IntegerField(source="lot_id", allow_null=True)
    effective_date = serializers.DateField()
    low = MoneyField("low")
    middle = MoneyField("middle")
    high = MoneyField("high")
    level = serializers.DecimalField(max_digits=4, decimal_places=3, help_text="Share of prices meant to lie within.")
    price_basis = serializers.ChoiceField(PriceBasis.choices)
    abstained = serializers.CharField(source="reason", help_text="Why there is no estimate; empty where there is one.")
    learned_until = serializers.DateField(
        allow_null=True, help_text="Last sale that the model learned from, where that is not before `effective_date`."
    )
    model_version = serializers.IntegerField(source="model_version_id")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ValuationDetailSerializer(ValuationSerializer):
    """An estimate with its evidence."""

    comparables = ComparablesField()
    contributions = serializers.JSONField(help_text="`start` and `effects` in log price; they add up to the middle.")
    inputs = serializers.JSONField(help_text="What was asked, as it was known.")


class ValuationAskSerializer(serializers.Serializer[Any]):
    """Ask about an artwork or a lot of one work."""

    artwork = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    lot = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    date = serializers.DateField(required=False, help_text="Only what was known before it counts; default today.")
    currency = serializers.RegexField("^[A-Z]{3}$", required=False, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("artwork" in attrs) == ("lot" in attrs):
            raise serializers.ValidationError(_("Name either an artwork or a lot."))
        return attrs


class ValuationViewSet(CreateMixin, VisibleReadViewSet):
    """Estimates of the works and lots that you may see. The same question again gives the same estimate."""

    queryset = Valuation.objects.all()
    serializer_class = ValuationDetailSerializer
    list_serializer_class = ValuationSerializer
    write_serializer_class = ValuationAskSerializer
    orders = {"newest": Keyset("-id")}
    required_scopes = {**READ, "create": "analyse"}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("model_version")

    def create_record(self, data: dict[str, Any]) -> Valuation:
        user: Any = self.request.user
        artwork = Artwork(pk=data["artwork"]) if "artwork" in data else None
        lot = self.visible_lot(data["lot"]) if "lot" in data else None
        try:
            return services.estimate(
                actor=user, artwork=artwork, lot=lot, on=data.get("date"), currency=data["currency"]
            )
        except services.EstimateRefused as refused:
            raise Problem(CODES.get(refused.code, 422), refused.code, detail=str(refused)) from refused

    def visible_lot(self, pk: int) -> Lot:
        lot = Lot.objects.visible_to(self.request.user).select_related("sale__house").filter(pk=pk).first()
        if lot is None:
            raise Problem(404, "not_found", detail=_("There is no such lot."))
        return lot


def register(router: Router) -> None:
    router.register("valuations", ValuationViewSet, basename="valuation")
