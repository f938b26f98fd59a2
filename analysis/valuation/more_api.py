"""``/valuations/{id}/selling``, ``/attribution`` and ``/missing``: what else can be asked of an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.valuation.models import Valuation
from analysis.valuation.narrowing import missing_facts
from analysis.valuation.refusing import EstimateRefused
from analysis.valuation.selling import chance_of_sale
from analysis.valuation.whatif import what_if
from artmarket.api.problems import CONTENT_TYPE, Problem
from artmarket.api.router import Router
from artmarket.api.schema import ProblemSerializer
from artmarket.api.viewsets import ApiViewSet
from artmarket.core.attribution import Attribution

CODES = {"model_unreadable": 503, "no_selling_model": 409, "abstained": 409}
AMOUNT = {"max_digits": 14, "decimal_places": 2}


class CurvePointSerializer(serializers.Serializer[Any]):
    """A reserve and the chance of sale there."""

    reserve = serializers.DecimalField(**AMOUNT)  # type: ignore[arg-type]
    chance = serializers.FloatField()


class SellingSerializer(serializers.Serializer[Any]):
    """Chance of sale at a reserve. Amounts are hammer prices in `currency`."""

    currency = serializers.CharField()
    reserve = serializers.DecimalField(**AMOUNT)  # type: ignore[arg-type]
    stands_for = serializers.ChoiceField(
        ["asked", "low_estimate", "even"], help_text="Whose reserve: yours; the low estimate; where chances are even."
    )
    chance = serializers.FloatField(min_value=0, max_value=1)
    expected_hammer = serializers.DecimalField(help_text="Mean hammer price if it sells.", **AMOUNT)  # type: ignore[arg-type]
    even_reserve = serializers.DecimalField(help_text="Where the chance is one half.", **AMOUNT)  # type: ignore[arg-type]
    low_estimate = serializers.DecimalField(allow_null=True, **AMOUNT)  # type: ignore[arg-type]
    usual = CurvePointSerializer(
        allow_null=True, help_text="Where lots of this market are really let go, below the low estimate."
    )
    years_since_bought_in = serializers.FloatField(
        allow_null=True, help_text="Since a work of this title by the artist failed to sell."
    )
    curve = CurvePointSerializer(many=True)


class ScenarioSerializer(serializers.Serializer[Any]):
    """The 80 % interval under one attribution; null where too few lots tell."""

    qualifier = serializers.ChoiceField(Attribution.choices)
    is_recorded = serializers.BooleanField()
    low = serializers.DecimalField(allow_null=True, **AMOUNT)  # type: ignore[arg-type]
    middle = serializers.DecimalField(allow_null=True, **AMOUNT)  # type: ignore[arg-type]
    high = serializers.DecimalField(allow_null=True, **AMOUNT)  # type: ignore[arg-type]
    times = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="Low, middle, high multiplier of the artist's own hand.",
    )
    lots = serializers.IntegerField(help_text="Lots that the multiplier was learned from.")
    is_own = serializers.BooleanField(help_text="Learned from this artist's lots, shrunk towards the market's.")


class MixedSerializer(serializers.Serializer[Any]):
    """Quantiles (10, 50, 90 %) and mean of the mixture."""

    low = serializers.DecimalField(**AMOUNT)  # type: ignore[arg-type]
    middle = serializers.DecimalField(**AMOUNT)  # type: ignore[arg-type]
    high = serializers.DecimalField(**AMOUNT)  # type: ignore[arg-type]
    expected = serializers.DecimalField(**AMOUNT)  # type: ignore[arg-type]
    opinion = serializers.DictField(child=serializers.FloatField())


class WhatIfSerializer(serializers.Serializer[Any]):
    """The estimate under other attributions. Amounts in `currency` on `price_basis`."""

    currency = serializers.CharField()
    price_basis = serializers.CharField()
    scenarios = ScenarioSerializer(many=True)
    mixed = MixedSerializer(allow_null=True)


class MissingFactSerializer(serializers.Serializer[Any]):
    """A fact that is not known, and high over low of the 80 % interval without and with it."""

    fact = serializers.CharField()
    width = serializers.FloatField()
    expected = serializers.FloatField()
    share = serializers.FloatField(help_text="By how much of its log width the interval would shrink.")


class MissingSerializer(serializers.Serializer[Any]):
    """The missing facts, the most telling first."""

    facts = MissingFactSerializer(many=True)


QUALIFIERS = [
    OpenApiParameter(each.value, float, description=f"Probability of “{each.value}”, 0 to 1; all given sum to 1.")
    for each in Attribution
]


def answers(serializer: type[serializers.Serializer[Any]]) -> dict[Any, Any]:
    """What these questions may be answered with, problems of their own included."""
    return {200: serializer} | {(status, CONTENT_TYPE): ProblemSerializer for status in (409, 422, 503)}


class MoreViewSet(ApiViewSet):
    """What else can be asked of an estimate that you may see."""

    queryset = Valuation.objects.all()
    filter_backends = []
    required_scopes: ClassVar[Mapping[str, str]] = {"selling": "read", "attribution": "read", "missing": "read"}

    def get_queryset(self) -> QuerySet[Any]:
        rows = Valuation.objects.visible_to(self.request.user)
        return rows.select_related("artwork__artist", "lot__sale__house", "model_version")

    @extend_schema(parameters=[OpenApiParameter("reserve", str)], responses=answers(SellingSerializer))
    @action(detail=True)
    def selling(self, request: Request, pk: str) -> Response:
        """The chance that the work sells at a reserve, the mean hammer price if it does, and the whole curve."""
        given = refuse_unknown(request.query_params, {"reserve"})
        field = serializers.DecimalField(**AMOUNT)  # type: ignore[arg-type]
        reserve = read(field, "reserve", given["reserve"]) if "reserve" in given else None
        return self.told(SellingSerializer, lambda valuation: chance_of_sale(valuation, reserve))

    @extend_schema(parameters=QUALIFIERS, responses=answers(WhatIfSerializer))
    @action(detail=True)
    def attribution(self, request: Request, pk: str) -> Response:
        """The price under each attribution, and under an opinion that gives each a probability."""
        given = refuse_unknown(request.query_params, set(Attribution.values))
        opinion = {name: read(serializers.FloatField(), name, text) for name, text in given.items()}
        return self.told(WhatIfSerializer, lambda valuation: what_if(valuation, opinion))

    @extend_schema(responses=answers(MissingSerializer))
    @action(detail=True)
    def missing(self, request: Request, pk: str) -> Response:
        """Which fact that is not known would narrow the interval most."""
        refuse_unknown(request.query_params, set())
        return self.told(MissingSerializer, lambda valuation: {"facts": missing_facts(valuation)})

    def told(self, serializer: type[serializers.Serializer[Any]], ask: Any) -> Response:
        valuation = self.get_queryset().get(pk=self.kwargs["pk"])
        try:
            return Response(serializer(ask(valuation)).data)
        except EstimateRefused as refused:
            raise Problem(CODES.get(refused.code, 422), refused.code, detail=str(refused)) from refused


def refuse_unknown(given: QueryDict, known: set[str]) -> dict[str, str]:
    """Raises the framework's ``ValidationError`` for a parameter that nothing reads."""
    unknown = sorted(set(given) - known)
    if unknown:
        raise serializers.ValidationError({name: _("There is no such parameter.") for name in unknown})
    return {name: str(given[name]) for name in given}


def read(field: serializers.Field[Any, Any, Any, Any], name: str, text: str) -> Any:
    try:
        return field.run_validation(text)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({name: error.detail}) from error


def register(router: Router) -> None:
    router.register("valuations", MoreViewSet, basename="valuation-more")
