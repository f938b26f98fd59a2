"""``/valuations``: ask for an estimate, read those that were given."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analysis.valuation import more_api, services
from analysis.valuation.models import Valuation
from analysis.valuation.queries import LARGEST_ID, visible_comparables
from analysis.valuation.reconciling import Reconciliation, reconciled
from analysis.valuation.showing import on_other_basis
from artmarket.api.fields import MoneyField
from artmarket.api.keyset import Keyset
from artmarket.api.problems import Problem
from artmarket.api.router import Router
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import READ, CreateMixin, VisibleReadViewSet
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import Lot, PriceBasis

MOST_LOTS = 100
CODES = {"not_found": 404, "no_model": 409, "model_unreadable": 503}


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": [
                "lot", "artwork", "date", "price", "currency", "distance", "adjustments", "adjusted", "share", "struck", "added",
            ],
            "properties": {
                "lot": {"type": "integer"},
                "artwork": {"type": "integer"},
                "date": {"type": "string", "format": "date"},
                "price": {"type": "string"},
                "currency": {"type": "string"},
                "distance": {"type": "number"},
                "adjustments": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name", "log", "amount"],
                        "properties": {
                            "name": {"type": "string"},
                            "log": {"type": "number"},
                            "amount": {"type": "string"},
                        },
                    },
                },
                "adjusted": {"type": "string", "nullable": True},
                "share": {"type": "number", "nullable": True},
                "struck": {"type": "boolean"},
                "added": {"type": "boolean"},
            },
        },
    }
)  # fmt: skip
class ComparablesField(serializers.Field[Any, Any, Any, Any]):
    """Earlier sales that the asker may see, nearest first; distance 0 is the same in all that counts. ``price`` and the
    ``adjustments``' amounts add up to ``adjusted``; ``share`` is its part [0, 1] of the weighted price.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Valuation) -> list[dict[str, Any]]:
        rows = visible_comparables(self.context["request"].user, value)
        found = reconciled(value.middle, value.reconciliation, rows)
        return [as_comparable(row, found) for row in rows]


def as_comparable(row: dict[str, Any], found: Reconciliation | None) -> dict[str, Any]:
    plain = {name: row[name] for name in ("lot", "artwork", "date", "price", "currency", "distance")}
    steps = [{"name": name, "log": log, "amount": money} for name, log, money in row.get("adjustments", [])]
    return plain | {
        "adjustments": steps,
        "adjusted": row.get("adjusted"),
        "share": found.shares.get(row["lot"]) if found else None,
        "struck": row.get("struck", False),
        "added": row.get("added", False),
    }


@extend_schema_field(
    {
        "type": "object",
        "nullable": True,
        "required": ["comparables", "log", "steps", "total", "currency"],
        "properties": {
            "comparables": {"type": "string"},
            "log": {"type": "number"},
            "steps": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "log", "amount"],
                    "properties": {
                        "name": {"type": "string", "enum": ["other", "house", "rounding"]},
                        "log": {"type": "number"},
                        "amount": {"type": "string"},
                    },
                },
            },
            "total": {"type": "string"},
            "currency": {"type": "string"},
        },
    }
)
class ReconciliationField(serializers.Field[Any, Any, Any, Any]):
    """From the comparables' weighted price in steps to the middle, in log price and in money: both add up exactly."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Valuation) -> dict[str, Any] | None:
        found = reconciled(value.middle, value.reconciliation, visible_comparables(self.context["request"].user, value))
        if found is None:
            return None
        return {
            "comparables": str(found.money),
            "log": found.log,
            "steps": [{"name": step.name, "log": step.log, "amount": str(step.money)} for step in found.steps],
            "total": str(found.total),
            "currency": value.currency,
        }


@extend_schema_field(
    {
        "type": "object",
        "nullable": True,
        "required": ["price_basis", "low", "middle", "high"],
        "properties": {
            "price_basis": {"type": "string"},
            "low": {"type": "string"},
            "middle": {"type": "string"},
            "high": {"type": "string"},
        },
    }
)
class OtherBasisField(serializers.Field[Any, Any, Any, Any]):
    """The amounts on the other price basis, where a premium schedule of the lot's house is known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Valuation) -> dict[str, str] | None:
        found = on_other_basis(value) if value.middle is not None else None
        return found and {name: str(found[name]) for name in ("price_basis", "low", "middle", "high")}


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
    low_50 = MoneyField("low_50")
    high_50 = MoneyField("high_50")
    low_95 = MoneyField("low_95")
    high_95 = MoneyField("high_95")
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

    base = serializers.IntegerField(
        source="base_id", allow_null=True, help_text="The model's own estimate, where comparables were struck or added."
    )
    comparables = ComparablesField()
    reconciliation = ReconciliationField()
    other_basis = OtherBasisField()
    contributions = serializers.JSONField(help_text="`start` and `effects` in log price; they add up to the middle.")
    inputs = serializers.JSONField(help_text="What was asked, as it was known.")


class ValuationAskSerializer(serializers.Serializer[Any]):
    """Ask about an artwork or a lot of one work."""

    artwork = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    lot = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    date = serializers.DateField(required=False, help_text="Only what was known before it counts; default today.")
    currency = serializers.RegexField("^[A-Z]{3}$", required=False, default="")
    struck = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        default=list,
        max_length=MOST_LOTS,
        help_text="Lots to leave out of the comparables.",
    )
    added = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        default=list,
        max_length=MOST_LOTS,
        help_text="Sold lots of one work, before the date, to put among the comparables.",
    )

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
        return rows.select_related("model_version", "lot__sale")

    def create_record(self, data: dict[str, Any]) -> Valuation:
        user: Any = self.request.user
        artwork = Artwork(pk=data["artwork"]) if "artwork" in data else None
        lot = self.visible_lot(data["lot"]) if "lot" in data else None
        try:
            return services.estimate(
                actor=user,
                artwork=artwork,
                lot=lot,
                on=data.get("date"),
                currency=data["currency"],
                struck=data["struck"],
                added=data["added"],
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
    more_api.register(router)
