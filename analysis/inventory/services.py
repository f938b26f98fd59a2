"""What changes an inventory: adding, changing, removing and taking a removal back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.inventory.models import InventoryItem
from analysis.inventory.queries import may_keep
from artmarket.accounts.models import Organisation, User
from artmarket.catalogue.models import Artwork
from artmarket.core.money import currencies

CURRENCIES = ("cost_currency", "sold_currency")
DAYS = ("acquired_on", "sold_on")


class ItemFields(TypedDict, total=False):
    """What may be said of an item. Amounts are Decimals, currencies codes of three letters."""

    cost: Decimal | None
    cost_currency: str
    acquired_on: dt.date | None
    status: str
    location: str
    notes: str
    sold_price: Decimal | None
    sold_currency: str
    sold_on: dt.date | None


def check_may_keep(actor: User, organisation_id: int) -> None:
    if not may_keep(actor, organisation_id):
        raise PermissionDenied(_("You may not change the inventory of this organisation."))


@transaction.atomic
def add_item(
    *, actor: User, organisation: Organisation, artwork: Artwork, **fields: Unpack[ItemFields]
) -> InventoryItem:
    """Take a work that the actor sees into the inventory. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    check_may_keep(actor, organisation.pk)
    if not Artwork.objects.visible_to(actor).filter(pk=artwork.pk).exists():
        raise ValidationError({"artwork": ValidationError(_("There is no such artwork."), "does_not_exist")})
    item = InventoryItem(organisation=organisation, artwork=artwork, added_by=actor)
    return save_item(item, fields)


@transaction.atomic
def update_item(*, actor: User, item: InventoryItem, **fields: Unpack[ItemFields]) -> InventoryItem:
    """Change what is given. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    check_may_keep(actor, item.organisation_id)
    return save_item(item, fields)


def save_item(item: InventoryItem, fields: Mapping[str, Any]) -> InventoryItem:
    fill(item, fields)
    item.validate_constraints(exclude=[])
    item.save()
    return item


def fill(item: InventoryItem, fields: Mapping[str, Any]) -> InventoryItem:
    """Set and check without asking the database; an amount that is gone takes its currency with it, and what is not
    sold has no sale. Raises ``ValidationError`` by field."""
    for name, value in fields.items():
        setattr(item, name, value)
    if item.cost is None:
        item.cost_currency = ""
    if item.status != InventoryItem.Status.SOLD:
        item.sold_price, item.sold_currency, item.sold_on = None, "", None
    refuse_impossible(item)
    item.clean_fields(exclude=["organisation", "artwork", "added_by"])
    return item


def refuse_impossible(item: InventoryItem) -> None:
    """Name each field that cannot be so: an unknown currency, a day ahead, what a sale lacks."""
    errors: dict[str, ValidationError] = {}
    for name in CURRENCIES:
        code = getattr(item, name)
        if code and code not in currencies():
            errors[name] = ValidationError(_("“%(code)s” is no known currency.") % {"code": code}, "unknown_currency")
    for name in DAYS:
        day = getattr(item, name)
        if day is not None and day > timezone.localdate():
            errors[name] = ValidationError(_("%(day)s lies ahead.") % {"day": day.isoformat()}, "future")
    if item.cost is not None and not item.cost_currency:
        errors["cost_currency"] = ValidationError(_("Say in which currency."), "required")
    if item.status == InventoryItem.Status.SOLD:
        needed = {"sold_price": item.sold_price, "sold_currency": item.sold_currency, "sold_on": item.sold_on}
        for name, value in needed.items():
            if value in (None, ""):
                errors[name] = ValidationError(_("A sold work needs this."), "required")
    if item.sold_on is not None and item.acquired_on is not None and item.sold_on < item.acquired_on:
        errors["sold_on"] = ValidationError(_("A work is not sold before it was acquired."), "before_acquired")
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def remove_item(*, actor: User, item: InventoryItem) -> InventoryItem:
    """Take an item out; ``restore_item`` takes that back. Raises ``PermissionDenied``."""
    check_may_keep(actor, item.organisation_id)
    now = timezone.now()
    InventoryItem.objects.filter(pk=item.pk, removed_at=None).update(removed_at=now, updated_at=now)
    item.refresh_from_db()
    return item


@transaction.atomic
def restore_item(*, actor: User, item: InventoryItem) -> InventoryItem:
    """Take a removal back. Raises ``PermissionDenied``, ``ValidationError`` where the work was added again meanwhile."""
    check_may_keep(actor, item.organisation_id)
    item.removed_at = None
    item.validate_constraints()
    item.save(update_fields=["removed_at", "updated_at"])
    return item
