"""An item's value and its change in one currency. Each amount converts at the rate of its own day; a missing rate is named."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from analysis.inventory.models import InventoryItem
from artmarket.sales.fx import NoRate, RateTable


@dataclass(frozen=True)
class Change:
    """From one amount to a later one: in money, and as a share of the first (None where that was 0)."""

    money: Decimal
    share: Decimal | None


@dataclass
class Position:
    """An item's amounts in ``currency``; None where unknown. ``problems`` says which amount could not be converted, and why."""

    item: InventoryItem
    currency: str
    low: Decimal | None = None
    middle: Decimal | None = None
    high: Decimal | None = None
    cost: Decimal | None = None
    sold: Decimal | None = None
    previous: Decimal | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def since_acquired(self) -> Change | None:
        """To today's middle, or to the price of its sale."""
        return change(self.cost, self.sold if self.item.status == InventoryItem.Status.SOLD else self.middle)

    @property
    def since_refresh(self) -> Change | None:
        return change(self.previous, self.middle)


def change(before: Decimal | None, after: Decimal | None) -> Change | None:
    if before is None or after is None:
        return None
    return Change(after - before, (after - before) / before if before else None)


def position_of(item: InventoryItem, currency: str, rates: RateTable) -> Position:
    found = Position(item, currency)

    def converted(amount: Decimal | None, source: str, on: dt.date | None, name: str) -> Decimal | None:
        if amount is None or not source:
            return None
        if on is None and source != currency:
            found.problems.append(_("%(name)s: no date to convert at.") % {"name": name})
            return None
        try:
            return rates.convert(amount, source=source, target=currency, on=on or dt.date.min)
        except NoRate as missing:
            found.problems.append(f"{name}: {missing}")
            return None

    for end in ("low", "middle", "high"):
        amount = getattr(item, f"value_{end}")
        setattr(found, end, converted(amount, item.value_currency, item.valued_on, _("Value")))
    found.problems = found.problems[:1]
    found.cost = converted(item.cost, item.cost_currency, item.acquired_on, _("Cost"))
    found.sold = converted(item.sold_price, item.sold_currency, item.sold_on, _("Sale"))
    found.previous = converted(item.previous_middle, item.previous_currency, item.previous_on, _("Value before"))
    return found


def positions(items: list[InventoryItem], currency: str) -> list[Position]:
    """All in one currency: one query for the rates of all currencies that occur."""
    used = {currency}
    for item in items:
        used |= {item.cost_currency, item.value_currency, item.sold_currency, item.previous_currency}
    rates = RateTable.load(used - {""}) if len(used - {""}) > 1 else RateTable([])
    return [position_of(item, currency, rates) for item in items]
