"""Today's interval for the items of an inventory, item by item, so that a refresh can stop, go on, and run again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction

from analysis.inventory.models import InventoryItem, InventoryValue
from analysis.valuation.models import Valuation
from analysis.valuation.services import EstimateRefused, estimate
from artmarket.accounts.models import User
from artmarket.sales.fx import PIVOT, NoRate, RateTable

LONGEST_REASON = 500
FIELDS = [
    "valuation", "valued_on", "value_currency", "value_low", "value_middle", "value_high", "value_reason", "value_eur",
    "change_eur", "previous_on", "previous_currency", "previous_middle",
]  # fmt: skip


def value_item(item: InventoryItem, *, actor: User, on: dt.date, rates: RateTable) -> bool:
    """Estimate and keep; a second time on the same day gives the same rows. Returns whether there is an estimate."""
    try:
        found: Valuation | None = estimate(actor=actor, artwork=item.artwork, on=on)
        reason = found.reason if found is not None else ""
    except EstimateRefused as refused:
        found, reason = None, str(refused)
    if found is not None and found.middle is None:
        found = None
    keep_value(item, found, reason, on, rates)
    return found is not None


@transaction.atomic
def keep_value(item: InventoryItem, found: Valuation | None, reason: str, on: dt.date, rates: RateTable) -> None:
    before = InventoryValue.objects.filter(item=item, on__lt=on).order_by("-on").first()
    item.previous_on, item.previous_currency, item.previous_middle = (
        (before.on, before.currency, before.middle) if before else (None, "", None)
    )
    item.valued_on, item.valuation = on, found
    item.value_currency = found.currency if found else ""
    item.value_low, item.value_middle, item.value_high = (
        (found.low, found.middle, found.high) if found else (None, None, None)
    )
    item.value_reason = "" if found else reason[:LONGEST_REASON]
    set_sort_keys(item, rates)
    item.save(update_fields=FIELDS)
    if found is None:
        InventoryValue.objects.filter(item=item, on=on).delete()
        return
    values = {"currency": found.currency, "low": found.low, "middle": found.middle, "high": found.high}
    InventoryValue.objects.update_or_create(item=item, on=on, defaults={**values, "valuation": found})


def set_sort_keys(item: InventoryItem, rates: RateTable) -> None:
    """The value and its change in euro, for sorting alone; null where a rate is missing."""
    value = in_euro(item.value_middle, item.value_currency, item.valued_on, rates)
    cost = in_euro(item.cost, item.cost_currency, item.acquired_on, rates)
    item.value_eur = value
    item.change_eur = None if not cost or value is None else (value / cost - 1).quantize(Decimal("0.0001"))


def in_euro(amount: Decimal | None, currency: str, on: dt.date | None, rates: RateTable) -> Decimal | None:
    if amount is None or (on is None and currency != PIVOT):
        return None
    try:
        return rates.convert(amount, source=currency, target=PIVOT, on=on or dt.date.min)
    except NoRate:
        return None
