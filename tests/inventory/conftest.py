"""An organisation's store: works bought for euro and dollars, with estimates, and rates to convert by."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from analysis.inventory.models import InventoryItem, InventoryValue
from artmarket.sales.models import FxRate
from tests.factories import ArtworkFactory

BOUGHT, VALUED, BEFORE = dt.date(2020, 3, 2), dt.date(2024, 5, 6), dt.date(2024, 4, 1)
SECRET = Decimal("41337.00")


@pytest.fixture(autouse=True)
def rates(db: None) -> None:
    FxRate.objects.all().delete()
    for day, rate in ((BOUGHT, "1.10"), (BEFORE, "1.25"), (VALUED, "1.20")):
        FxRate.objects.create(base="EUR", quote="USD", date=day, rate=rate, source="test")


def stock(organisation: Any, **fields: Any) -> InventoryItem:
    """An item bought for EUR 41,337 and worth EUR 50,000 (40,000 – 65,000)."""
    given = {
        "cost": SECRET, "cost_currency": "EUR", "acquired_on": BOUGHT, "location": "Shelf 7",
        "value_low": 40_000, "value_middle": 50_000, "value_high": 65_000, "value_currency": "EUR", "valued_on": VALUED,
        "value_eur": 50_000, "change_eur": "0.2096",
    }  # fmt: skip
    work = fields.pop("artwork", None) or ArtworkFactory()
    item = InventoryItem.objects.create(organisation=organisation, artwork=work, **given | fields)
    if item.value_middle is not None:
        ends = {"low": item.value_low, "middle": item.value_middle, "high": item.value_high}
        InventoryValue.objects.create(item=item, on=item.valued_on, currency=item.value_currency, **ends)
    return item


@pytest.fixture
def item(world: Any) -> InventoryItem:
    return stock(world.organisation)
