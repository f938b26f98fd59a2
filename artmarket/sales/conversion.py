"""Amounts in the currency that a reader prefers, beside the originals: at the rate of each sale's day, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, OuterRef, Value, When

from artmarket.sales.fx import CENT, EXACT, PIVOT, rate_of
from artmarket.sales.models import Lot

DIGITS = 3  # as far as a day's rate, or a year's, can be trusted


@dataclass(frozen=True)
class Conversions:
    """Units of ``currency`` for one unit of a lot's own, by the lot's id. Lots in that currency, and those of whose day
    no rate is known, are left out."""

    currency: str
    factors: Mapping[int, Decimal] = field(default_factory=dict)

    def of(self, lot: Lot, amount: Decimal | None) -> Decimal | None:
        """``amount`` of the lot's currency in the reader's, to three significant digits; None where not known."""
        factor = self.factors.get(lot.pk)
        if factor is None or amount is None:
            return None
        exact = amount * factor
        coarse = Decimal(1).scaleb(exact.adjusted() + 1 - DIGITS)
        return exact.quantize(max(coarse, CENT), ROUND_HALF_UP).quantize(CENT)


def conversions(lots: Iterable[Lot], currency: str) -> Conversions:
    """How these few lots' amounts convert to ``currency``: one query, none where all are in that currency."""
    foreign = [lot.pk for lot in lots if lot.currency != currency]
    if not foreign:
        return Conversions(currency)
    one: Any = Value(Decimal(1), output_field=EXACT)
    rates = (
        Lot.objects.filter(pk__in=foreign)
        .order_by()
        .annotate(
            own=Case(When(currency=PIVOT, then=one), default=rate_of(OuterRef("currency"))),
            wanted=one if currency == PIVOT else rate_of(Value(currency)),
        )
    )
    known = rates.values_list("pk", "own", "wanted")
    return Conversions(currency, {pk: wanted / own for pk, own, wanted in known if own and wanted})
