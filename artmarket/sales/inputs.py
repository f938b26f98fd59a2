"""What may be written of sales and lots. The rules are the services'."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from artmarket.accounts.ownership import Visibility
from artmarket.api.fields import MoneyInput
from artmarket.api.inputs import OrganisationField, VisibleRecordField, VisibleRecordsField
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import AuctionHouse, Outcome, PriceBasis, Sale

AMOUNTS = ("estimate_low", "estimate_high", "opening_bid", "price")
CURRENCY = "^[A-Z]{3}$"


def text(most: int | None = None) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=most)


class SaleInput(serializers.Serializer[Any]):
    """What may be said of a sale. The currency is the house's unless given."""

    house = VisibleRecordField(AuctionHouse)
    title = text(300)
    number = text(100)
    date = serializers.DateField()
    end_date = serializers.DateField(required=False, allow_null=True)
    location = text(100)
    currency = serializers.RegexField(CURRENCY, required=False)
    category = text(100)
    source_url = serializers.URLField(required=False, allow_blank=True, max_length=500)
    organisation = OrganisationField()
    visibility = serializers.ChoiceField(Visibility.choices, required=False)


class LotInput(serializers.Serializer[Any]):
    """What may be said of a lot. All its amounts are in one currency: the sale's, unless the amounts say another."""

    sale = VisibleRecordField(Sale)
    number = serializers.CharField(max_length=50)
    description = text()
    currency = serializers.RegexField(CURRENCY, required=False)
    estimate_low = MoneyInput(required=False, allow_null=True)
    estimate_high = MoneyInput(required=False, allow_null=True)
    opening_bid = MoneyInput(required=False, allow_null=True)
    price = MoneyInput(required=False, allow_null=True)
    price_basis = serializers.ChoiceField(PriceBasis.choices, required=False)
    outcome = serializers.ChoiceField(Outcome.choices, required=False)
    artworks = VisibleRecordsField(Artwork, required=False, help_text="Ids of the lot's works, in order.")
    source_url = serializers.URLField(required=False, allow_blank=True, max_length=500)


def lot_fields(data: dict[str, Any], *, currency: str = "") -> dict[str, Any]:
    """The service's arguments: plain amounts and the one currency that they share with ``currency``, the lot's so far.

    Raises ``ValidationError`` where an amount comes in another currency and the body does not change the lot's.
    """
    fields = dict(data)
    shared = data.get("currency") or currency
    for name in AMOUNTS:
        money = data.get(name)
        if money is None:
            continue
        shared = shared or money["currency"]
        if money["currency"] != shared:
            detail = _("This lot's amounts are in %(currency)s.") % {"currency": shared}
            raise serializers.ValidationError({name: {"currency": ErrorDetail(detail, "currency_mismatch")}})
        fields[name] = money["amount"]
    if shared:
        fields["currency"] = shared
    return fields
