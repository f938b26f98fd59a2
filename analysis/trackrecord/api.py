"""``/track-record``, ``/forecasts`` and ``/house-ledger``: to read; they are written by commands and by the clock."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analysis.trackrecord.filters import ForecastFilter, LedgerFilter
from analysis.trackrecord.models import BacktestRun, Forecast, LedgerEntry, Score
from analysis.trackrecord.queries import current_entries
from artmarket.api.fields import MoneyField
from artmarket.api.keyset import Keyset
from artmarket.api.router import Router
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import VisibleReadViewSet
from artmarket.sales.models import Outcome, PriceBasis


class BacktestRunSerializer(ReadSerializer):
    """A walk through the past: what it was given and by which code."""

    id = serializers.IntegerField()
    links = LinksField(self="api:track-record-detail", page="trackrecord:run-detail", lots="trackrecord:run-lots")
    created_at = serializers.DateTimeField()
    scope = serializers.CharField(help_text="`market:CURRENCY`")
    start = serializers.DateField()
    end = serializers.DateField(help_text="Excluded.")
    price_basis = serializers.ChoiceField(PriceBasis.choices)
    data_fingerprint = serializers.CharField()
    code_version = serializers.CharField()
    parameters = serializers.JSONField()
    left_out = serializers.JSONField(help_text="Lots that could not be brought to the basis or currency, by reason.")


class BacktestRunDetailSerializer(BacktestRunSerializer):
    """A walk with its report."""

    report = serializers.JSONField(
        help_text="`folds` by year and `cells` of all years: by regime, cut (all, house, tier, medium, artist, answer) and "
        "group the `model`'s figures, and `beside` those of model and house on exactly the same lots."
    )


class BacktestRunViewSet(VisibleReadViewSet):
    """Measured errors of the estimates: each year's sales estimated by models of what came before, latest walk first."""

    queryset = BacktestRun.objects.defer("lots", "dots")
    serializer_class = BacktestRunDetailSerializer
    list_serializer_class = BacktestRunSerializer
    orders = {"newest": Keyset("-id")}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.defer("lots", "dots", "report") if self.action == "list" else rows


class ScoreSerializer(ReadSerializer):
    """How a frozen estimate did; errors are log(estimate / price)."""

    scored_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(Outcome.choices)
    log_error = serializers.FloatField(allow_null=True)
    house_log_error = serializers.FloatField(allow_null=True)
    inside_50 = serializers.BooleanField(allow_null=True)
    inside_80 = serializers.BooleanField(allow_null=True)
    inside_95 = serializers.BooleanField(allow_null=True)


@extend_schema_field(ScoreSerializer(allow_null=True))
class ScoreField(serializers.Field[Any, Any, Any, Any]):
    """The score where the result is known, else null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Forecast) -> dict[str, Any] | None:
        try:
            return ScoreSerializer().to_representation(value.score)
        except Score.DoesNotExist:
            return None


@extend_schema_field(
    {
        "type": "object",
        "nullable": True,
        "required": ["bias", "low", "high", "is_off"],
        "properties": {
            "bias": {"type": "number"},
            "low": {"type": "number"},
            "high": {"type": "number"},
            "is_off": {"type": "boolean"},
        },
    }
)
class HouseBiasField(serializers.Field[Any, Any, Any, Any]):
    """What the house ledger expected: log(price / middle of the estimate) with its 95 % interval; flagged where off zero."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Forecast) -> dict[str, Any] | None:
        if value.bias is None or value.bias_low is None or value.bias_high is None:
            return None
        is_off = value.bias_low > 0 or value.bias_high < 0
        return {"bias": value.bias, "low": value.bias_low, "high": value.bias_high, "is_off": is_off}


class ForecastSerializer(ReadSerializer):
    """An estimate frozen before its lot's sale, and how it did."""

    id = serializers.IntegerField()
    links = LinksField(self="api:forecast-detail", page="trackrecord:forecast-detail")
    lot = serializers.IntegerField(source="lot_id")
    valuation = serializers.IntegerField(source="valuation_id")
    made_at = serializers.DateTimeField()
    sale_date = serializers.DateField(help_text="As it stood then.")
    regime = serializers.CharField()
    price_basis = serializers.ChoiceField(PriceBasis.choices)
    low_95 = MoneyField("low_95")
    low_80 = MoneyField("low_80")
    low_50 = MoneyField("low_50")
    middle = MoneyField("middle")
    high_50 = MoneyField("high_50")
    high_80 = MoneyField("high_80")
    high_95 = MoneyField("high_95")
    abstained = serializers.CharField(help_text="Why there is no estimate, as a code; empty where there is one.")
    house_middle = MoneyField("house_middle")
    house_factor = serializers.FloatField(
        allow_null=True,
        help_text="By what the middle of the house's estimate was multiplied to stand on the price basis.",
    )
    house_bias = HouseBiasField()
    content_sha256 = serializers.CharField()
    score = ScoreField()


class ForecastViewSet(VisibleReadViewSet):
    """Estimates frozen before sales, of lots that you may see. They cannot be changed, by anybody."""

    queryset = Forecast.objects.all()
    serializer_class = ForecastSerializer
    filterset_class = ForecastFilter
    orders = {"newest": Keyset("-id")}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("score").defer("facts")


class LedgerEntrySerializer(ReadSerializer):
    """By how much prices went over (above zero) or under the middle of a group's estimates, in log."""

    id = serializers.IntegerField()
    links = LinksField(self="api:house-ledger-detail")
    ledger = serializers.IntegerField(source="ledger_id")
    before = serializers.DateField(source="ledger.before", help_text="Only results before this day count.")
    level = serializers.ChoiceField(LedgerEntry.Level.choices)
    house = serializers.IntegerField(source="house_id")
    department = serializers.CharField()
    artist = serializers.IntegerField(source="artist_id", allow_null=True)
    lots = serializers.IntegerField()
    mean = serializers.FloatField(help_text="Of its lots as they are.")
    bias = serializers.FloatField(help_text="Shrunk towards the group around it.")
    low = serializers.FloatField(help_text="Lower end of the 95 % interval.")
    high = serializers.FloatField()
    is_off = serializers.BooleanField(help_text="The interval leaves zero out.")


class LedgerEntryViewSet(VisibleReadViewSet):
    """Houses' persistent over- and under-estimation, from public sales: the latest ledger of each market."""

    queryset = LedgerEntry.objects.all()
    serializer_class = LedgerEntrySerializer
    filterset_class = LedgerFilter
    orders = {"id": Keyset("id")}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return current_entries(rows).select_related("ledger")


def register(router: Router) -> None:
    router.register("track-record", BacktestRunViewSet, basename="track-record")
    router.register("forecasts", ForecastViewSet, basename="forecast")
    router.register("house-ledger", LedgerEntryViewSet, basename="house-ledger")
