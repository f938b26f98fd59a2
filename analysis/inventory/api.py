"""``/inventory``: an organisation's own works with cost and value. Nobody but its members sees a row."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.inventory import queries, services
from analysis.inventory.filters import InventoryFilter
from analysis.inventory.models import InventoryItem
from artmarket.accounts.models import Organisation
from artmarket.api import etags
from artmarket.api.fields import MoneyField, MoneyInput
from artmarket.api.inputs import VisibleRecordField
from artmarket.api.keyset import Keyset
from artmarket.api.router import Router
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import IF_MATCH, READ, WRITE, VisibleModelViewSet
from artmarket.catalogue.models import Artwork


class ItemSerializer(ReadSerializer):
    """A work of an organisation: cost, place, sale, and the latest estimate (or ``value_reason``, why there is none)."""

    id = serializers.IntegerField()
    links = LinksField(self="api:inventory-detail", page="inventory:item-edit")
    organisation = serializers.IntegerField(source="organisation_id")
    artwork = serializers.IntegerField(source="artwork_id")
    cost = MoneyField("cost", currency="cost_currency")
    acquired_on = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(InventoryItem.Status.choices)
    location = serializers.CharField()
    notes = serializers.CharField()
    sold_price = MoneyField("sold_price", currency="sold_currency")
    sold_on = serializers.DateField(allow_null=True)
    value_low = MoneyField("value_low", currency="value_currency")
    value_middle = MoneyField("value_middle", currency="value_currency")
    value_high = MoneyField("value_high", currency="value_currency")
    value_before = MoneyField("previous_middle", currency="previous_currency")
    valued_before = serializers.DateField(source="previous_on", allow_null=True)
    valued_on = serializers.DateField(allow_null=True)
    value_reason = serializers.CharField()
    valuation = serializers.IntegerField(source="valuation_id", allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class KeptOrganisationField(serializers.PrimaryKeyRelatedField[Any]):
    """The id of an organisation whose inventory the asker may change."""

    def get_queryset(self) -> Any:
        return queries.organisations_of(self.context["request"].user)


class ItemChange(serializers.Serializer[Any]):
    """What may be said of an item."""

    cost = MoneyInput(required=False, allow_null=True)
    acquired_on = serializers.DateField(required=False, allow_null=True)
    status = serializers.ChoiceField(InventoryItem.Status.choices, required=False)
    location = serializers.CharField(required=False, allow_blank=True, max_length=200)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    sold_price = MoneyInput(required=False, allow_null=True)
    sold_on = serializers.DateField(required=False, allow_null=True)


class ItemInput(ItemChange):
    """A work to take into the inventory."""

    artwork = VisibleRecordField(Artwork)
    organisation = KeptOrganisationField(
        queryset=Organisation.objects.all(), required=False, help_text="By default the only one that you keep it for."
    )


class InventoryViewSet(VisibleModelViewSet):
    """The inventory of your organisations."""

    queryset = InventoryItem.objects.all()
    serializer_class = ItemSerializer
    write_serializer_class = ItemInput
    filterset_class = InventoryFilter
    orders = {
        "newest": Keyset("-id"),
        "worth": Keyset("-value_eur", "-id"),
        "gain": Keyset("-change_eur", "-id"),
        "loss": Keyset("change_eur", "id"),
        "longest": Keyset("acquired_on", "id"),
    }
    required_scopes = {**READ, **WRITE, "destroy": "write"}

    def get_write_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return ItemInput if self.action == "create" else ItemChange

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows

    def create_record(self, data: dict[str, Any]) -> InventoryItem:
        organisation = data.pop("organisation", None) or self.only_organisation()
        return services.add_item(
            actor=self.actor, organisation=organisation, artwork=data.pop("artwork"), **fields_of(data)
        )

    def update_record(self, record: InventoryItem, data: dict[str, Any]) -> InventoryItem:
        return services.update_item(actor=self.actor, item=record, **fields_of(data))

    def only_organisation(self) -> Organisation:
        found = list(queries.kept_organisations_of(self.actor)[:2])
        if not found:
            raise PermissionDenied(_("You may not change the inventory of any organisation."))
        if len(found) > 1:
            raise serializers.ValidationError({"organisation": _("Say for which organisation.")}, code="required")
        return found[0]

    @extend_schema(parameters=[IF_MATCH], responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take an item out of the inventory. On its page this can be taken back."""
        with transaction.atomic():
            item = self.lock_for_change()
            etags.require_match(request, item)
            services.remove_item(actor=self.actor, item=item)
        return Response(status=status.HTTP_204_NO_CONTENT)


def fields_of(data: dict[str, Any]) -> dict[str, Any]:
    """The body with each amount and its currency apart, as the service takes them."""
    fields = dict(data)
    for name, currency in (("cost", "cost_currency"), ("sold_price", "sold_currency")):
        if name in fields:
            money = fields.pop(name)
            fields |= {name: money["amount"], currency: money["currency"]} if money else {name: None, currency: ""}
    return fields


def register(router: Router) -> None:
    router.register("inventory", InventoryViewSet, basename="inventory")
