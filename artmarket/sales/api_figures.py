"""Endpoints that reckon and keep nothing: a price's settlement, an artist's statistics."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from artmarket.api.fields import AMOUNT, CURRENCY
from artmarket.api.problems import Problem
from artmarket.api.serializers import ReadSerializer
from artmarket.api.viewsets import ApiViewSet
from artmarket.catalogue.models import Artist, Medium
from artmarket.core.attribution import Attribution
from artmarket.sales.artist_statistics import BASES, WINDOWS
from artmarket.sales.forms import SettlementForm, StatisticsForm
from artmarket.sales.models import Lot, Market, PriceBasis
from artmarket.sales.resale_right import LABELS
from artmarket.sales.settlement import ENTRIES, Payer, as_json

RATES = {
    "premium": "Buyer's premium in per cent; without it the schedule of `house` on the day.",
    "vat_on_premium": "Per cent.",
    "vat_on_hammer": "Per cent.",
    "import_charge": "Import VAT or duty on the hammer price, per cent.",
    "commission": "Seller's commission, per cent.",
    "vat_on_commission": "Per cent.",
    "insurance": "Per cent of the hammer price.",
    "fees": "Illustration and other fees, an amount in `currency`.",
}
MONEY = {"type": "object", "required": ["amount", "currency"], "properties": {"amount": AMOUNT, "currency": CURRENCY}}


def parameter(name: str, kind: Any, description: str = "", **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=description, **more)


def read_form(request: Request, form: forms.Form, *, also: tuple[str, ...] = ()) -> Any:
    """The checked values of a query; a misspelt parameter or a bad value is a 400 that names it."""
    known = {*form.fields, *also, "format"}
    errors = [
        {"parameter": name, "code": "unknown_parameter", "detail": _("There is no such parameter.")}
        for name in request.query_params
        if name not in known
    ]
    for name, problems in form.errors.get_json_data().items():
        errors += [{"parameter": name, "code": one["code"] or "invalid", "detail": one["message"]} for one in problems]
    if errors:
        raise Problem(400, "invalid_parameter", detail=_("Some parameters were refused."), errors=errors)
    return form.cleaned_data


class AmountSerializer(ReadSerializer):
    """An amount in a currency."""

    amount = serializers.CharField()
    currency = serializers.CharField()


class EntrySerializer(AmountSerializer):
    """A line of an account; below zero it takes from it."""

    entry = serializers.ChoiceField(sorted(ENTRIES))


class SettlementSerializer(ReadSerializer):
    """From one price all views. `exact` is false where no hammer price gives the price asked; the next lower is shown."""

    exact = serializers.BooleanField()
    hammer = AmountSerializer()
    with_premium = AmountSerializer()
    buyer_pays = AmountSerializer()
    seller_gets = AmountSerializer()
    resale_right = AmountSerializer()
    buyer = EntrySerializer(many=True)
    seller = EntrySerializer(many=True)


class SettlementViewSet(ApiViewSet):
    """What the buyer pays and the seller gets."""

    queryset = Lot.objects.none()
    filter_backends: list[Any] = []
    pagination_class = None
    serializer_class = SettlementSerializer
    required_scopes = {"list": "read"}

    @extend_schema(
        parameters=[
            parameter("price", OpenApiTypes.DECIMAL, required=True),
            parameter("currency", str, required=True),
            parameter("basis", str, required=True, enum=[str(basis) for basis in (*BASES, PriceBasis.ALL_IN)]),
            parameter("on", OpenApiTypes.DATE, "Day of the sale.", required=True),
            parameter("house", int, "Whose premium schedule counts."),
            *(parameter(name, OpenApiTypes.DECIMAL, text) for name, text in RATES.items()),
            parameter("resale_right", str, "Country whose artist's resale right is due.", enum=sorted(LABELS)),
            parameter("resale_payer", str, "Default: the seller.", enum=Payer.values),
        ],
        responses=forced_singular_serializer(SettlementSerializer),
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """From one price on any basis: hammer, with premium, buyer's all-in, seller's net, artist's resale right."""
        form = SettlementForm(request.query_params, user=self.actor)
        asked = read_form(request, form)
        if form.settlement is None:
            raise RuntimeError("a valid form has a settlement")
        return Response({"exact": not form.is_inexact, **as_json(form.settlement, asked["currency"])})


class FiguresSerializer(ReadSerializer):
    """Figures of one market, qualifier, medium (null: all) and window; null where fewer than three lots are behind."""

    market = serializers.ChoiceField(Market.choices)
    attribution = serializers.ChoiceField(Attribution.choices)
    medium = serializers.CharField(allow_null=True)
    months = serializers.IntegerField()
    offered = serializers.IntegerField(help_text="Lots sold or bought in.")
    sold = serializers.IntegerField()
    left_out = serializers.IntegerField(help_text="Lots withdrawn, or of unknown outcome.")
    prices = serializers.IntegerField(help_text="Prices behind `median` and `mean`.")
    areas = serializers.IntegerField(help_text="Prices behind `per_area`.")
    overs = serializers.IntegerField(help_text="Prices behind `over_estimate`.")
    pairs = serializers.IntegerField(help_text="Repeat sales behind `holding_years` and `compound_return`.")
    quick_pairs = serializers.IntegerField(help_text="Repeat sales within a year, left out.")
    no_price = serializers.IntegerField(help_text="Sold lots without a price.")
    no_rate = serializers.IntegerField(help_text="Prices of whose day no exchange rate is known.")
    no_basis = serializers.IntegerField(help_text="Prices that no premium schedule converts to the basis.")
    no_month = serializers.IntegerField(help_text="Prices of a month that the index does not know.")
    sell_through = serializers.FloatField(allow_null=True, help_text="Sold ÷ (sold + bought in).")
    median = serializers.FloatField(allow_null=True, help_text="US dollars.")
    mean = serializers.FloatField(allow_null=True, help_text="US dollars.")
    per_area = serializers.FloatField(allow_null=True, help_text="Median of US dollars per cm².")
    over_estimate = serializers.FloatField(allow_null=True, help_text="Median of hammer price ÷ mid-estimate.")
    liquidity = serializers.FloatField(help_text="Lots sold a year.")
    momentum = serializers.FloatField(allow_null=True, help_text="Median ÷ that of the window before − 1.")
    holding_years = serializers.FloatField(allow_null=True)
    compound_return = serializers.FloatField(allow_null=True, help_text="A year.")


class StatisticsSerializer(ReadSerializer):
    """An artist's statistics. `real` is the month whose money prices are in, by `index`; null for nominal prices."""

    artist = serializers.IntegerField()
    until = serializers.DateField()
    basis = serializers.ChoiceField(BASES)
    real = serializers.CharField(allow_null=True)
    index = serializers.CharField(allow_null=True)
    results = FiguresSerializer(many=True)


class StatisticsViewSet(ApiViewSet):
    """An artist's statistics by medium and window."""

    queryset = Artist.objects.all()
    filter_backends: list[Any] = []
    pagination_class = None
    serializer_class = StatisticsSerializer
    required_scopes = {"list": "read"}

    @extend_schema(
        parameters=[
            OpenApiParameter("artist_pk", int, OpenApiParameter.PATH, description="The artist's id."),
            parameter("window", int, "Months; default: all.", enum=WINDOWS),
            parameter("medium", str, enum=[value for value in Medium.values if value]),
            parameter("attribution", str, enum=Attribution.values),
            parameter("market", str, enum=Market.values),
            parameter("until", OpenApiTypes.DATE, "Lots before this day; default today."),
            parameter("basis", str, "Default: that of most prices.", enum=[str(basis) for basis in BASES]),
            parameter("real", str, "A month, such as 2024-12: prices in its money."),
        ],
        responses=forced_singular_serializer(StatisticsSerializer),
    )
    def list(self, request: Request, artist_pk: str, *args: Any, **kwargs: Any) -> Response:
        """Sell-through, prices, price over mid-estimate, liquidity, momentum and repeat sales; nothing is pooled."""
        artist = Artist.objects.visible_to(request.user).get(pk=artist_pk)
        form = StatisticsForm(request.query_params)
        read_form(request, form)
        found = form.statistics(self.actor, artist.pk)
        real = found.real
        return Response(
            {
                "artist": artist.pk,
                "until": found.until.isoformat(),
                "basis": found.basis,
                "real": f"{real.month:%Y-%m}" if real else None,
                "index": real.index if real else None,
                "results": [asdict(figures) for figures in found.figures],
            }
        )
