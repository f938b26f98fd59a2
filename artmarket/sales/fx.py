"""Exchange at the rate of the day of sale. A rate is units of a currency for one euro, valid until the next one."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, DecimalField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Round
from django.utils.translation import gettext as _

from artmarket.sales.models import FxRate, Lot

PIVOT = "EUR"
OLDEST_RATE = dt.timedelta(days=400)
CENT = Decimal("0.01")
EXACT = DecimalField(max_digits=30, decimal_places=12)


class NoRate(LookupError):
    """No rate of the currency is known on, or within 400 days before, the date."""

    def __init__(self, currency: str, on: dt.date) -> None:
        super().__init__(
            _("No exchange rate of %(currency)s is known for %(date)s.")
            % {"currency": currency, "date": on.isoformat()}
        )
        self.currency = currency
        self.on = on


class RateTable:
    """The rates of some currencies in memory, for converting many amounts without a query each."""

    def __init__(self, rows: Iterable[tuple[str, dt.date, Decimal]]) -> None:
        self.dates: dict[str, list[dt.date]] = {}
        self.rates: dict[str, list[Decimal]] = {}
        for quote, date, rate in sorted(rows):
            self.dates.setdefault(quote, []).append(date)
            self.rates.setdefault(quote, []).append(rate)

    @classmethod
    def load(cls, currencies: Iterable[str] | None = None) -> RateTable:
        """Read the rates of ``currencies``, or of all."""
        rows = FxRate.objects.filter(base=PIVOT)
        if currencies is not None:
            rows = rows.filter(quote__in=set(currencies))
        return cls(rows.values_list("quote", "date", "rate"))

    def per_euro(self, currency: str, on: dt.date) -> Decimal:
        """Units of ``currency`` for one euro on a date. Raises ``NoRate``."""
        if currency == PIVOT:
            return Decimal(1)
        dates = self.dates.get(currency, [])
        place = bisect_right(dates, on) - 1
        if place < 0 or on - dates[place] > OLDEST_RATE:
            raise NoRate(currency, on)
        return self.rates[currency][place]

    def factor(self, *, source: str, target: str, on: dt.date) -> Decimal:
        """Units of ``target`` for one of ``source`` on a date, unrounded. Raises ``NoRate``."""
        return Decimal(1) if source == target else self.per_euro(target, on) / self.per_euro(source, on)

    def convert(self, amount: Decimal, *, source: str, target: str, on: dt.date) -> Decimal:
        """``amount`` of ``source`` in ``target`` at the rate of the date, to the cent. Raises ``NoRate``."""
        if source == target:
            return amount
        exact = amount * self.per_euro(target, on) / self.per_euro(source, on)
        return exact.quantize(CENT, ROUND_HALF_UP)


def convert(amount: Decimal, *, source: str, target: str, on: dt.date) -> Decimal:
    """``amount`` of ``source`` in ``target`` at the last rate known on the date, to the cent. Raises ``NoRate``."""
    if source == target:
        return amount
    return RateTable.load([source, target]).convert(amount, source=source, target=target, on=on)


def rate_of(currency: Any) -> Subquery:
    """SQL for the last rate of a currency on the outer lot's date."""
    known = FxRate.objects.filter(
        base=PIVOT, quote=currency, date__lte=OuterRef("sale_date"), date__gte=OuterRef("sale_date") - OLDEST_RATE
    )
    return Subquery(known.order_by("-date").values("rate")[:1], output_field=EXACT)


def refresh_usd(lots: QuerySet[Lot]) -> int:
    """Write ``price_usd`` of these lots in one statement; null where no rate is known. Returns the lots touched."""
    in_euro = Case(
        When(currency=PIVOT, then=Value(Decimal(1), output_field=EXACT)), default=rate_of(OuterRef("currency"))
    )
    exact = ExpressionWrapper(F("price") * rate_of(Value("USD")) / in_euro, output_field=EXACT)
    dollars = Case(When(currency="USD", then=F("price")), default=Round(exact, 2), output_field=EXACT)
    return lots.filter(Q(price__isnull=False) | Q(price_usd__isnull=False)).update(price_usd=dollars)
