"""How houses, sales and lots look in JSON."""

from __future__ import annotations

from rest_framework import serializers

from artmarket.accounts.ownership import Visibility
from artmarket.api.fields import MoneyField
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.catalogue.serializers import ArtistRefSerializer
from artmarket.core.attribution import Attribution
from artmarket.sales.models import Market, Outcome, PriceBasis


class HouseRefSerializer(ReadSerializer):
    """A house, in short."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    links = LinksField(self="api:house-detail")


class HouseSerializer(HouseRefSerializer):
    """Who sells. Prices of different markets are never pooled."""

    links = LinksField(self="api:house-detail", page="sales:house-detail")
    city = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166 code, or empty.")
    currency = serializers.CharField()
    market = serializers.ChoiceField(Market.choices)
    website = serializers.CharField()
    is_invented = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SaleRefSerializer(ReadSerializer):
    """A sale, in short."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    date = serializers.DateField()
    house = HouseRefSerializer()
    links = LinksField(self="api:sale-detail")


class SaleSerializer(SaleRefSerializer):
    """An auction, or a dealer's book."""

    links = LinksField(self="api:sale-detail", page="sales:sale-detail")
    number = serializers.CharField()
    end_date = serializers.DateField(allow_null=True)
    location = serializers.CharField()
    currency = serializers.CharField()
    category = serializers.CharField()
    source_url = serializers.CharField()
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    visibility = serializers.ChoiceField(Visibility.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class LotWorkSerializer(ReadSerializer):
    """A work in a lot, in short. Works that you may not see are left out."""

    id = serializers.IntegerField(source="artwork.id")
    title = serializers.CharField(source="artwork.title")
    attribution = serializers.ChoiceField(Attribution.choices, source="artwork.attribution")
    artist = ArtistRefSerializer(source="artwork.artist", allow_null=True)


class LotSerializer(ReadSerializer):
    """What is offered under one number. ``price`` is what the source printed, on ``price_basis``."""

    id = serializers.IntegerField()
    links = LinksField(self="api:lot-detail", page="sales:lot-detail")
    sale = SaleRefSerializer()
    number = serializers.CharField()
    description = serializers.CharField()
    currency = serializers.CharField()
    estimate_low = MoneyField("estimate_low")
    estimate_high = MoneyField("estimate_high")
    opening_bid = MoneyField("opening_bid")
    price = MoneyField("price")
    price_basis = serializers.ChoiceField(PriceBasis.choices)
    price_usd = MoneyField(
        "price_usd", in_currency="USD", help_text="At the rate of the sale's day; null where none is known."
    )
    outcome = serializers.ChoiceField(Outcome.choices)
    artworks = LotWorkSerializer(many=True, source="shown_lot_artworks")
    source_url = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
