"""Real prices: an amount of one month in the money of another, by the level of a named index in both.

``real = nominal × level of the month asked ÷ level of the sale's month``. A month without a level is an error that
names it: levels are neither interpolated nor carried forward.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from artmarket.sales.models import PriceIndex

CENT = Decimal("0.01")
# Which index deflates a currency where several are loaded and none is named.
USUAL = {"USD": "US CPI-U", "GBP": "UK CPI", "EUR": "euro area HICP"}


class NoIndex(LookupError):
    """No index of the currency is known, or it has no level of the month."""


@dataclass(frozen=True)
class Deflator:
    """A named index with its levels by month's first day; ``source`` says who published it."""

    name: str
    currency: str
    source: str
    levels: dict[dt.date, Decimal]

    @property
    def first(self) -> dt.date:
        return min(self.levels)

    @property
    def last(self) -> dt.date:
        return max(self.levels)

    def level(self, month: dt.date) -> Decimal:
        """The level of the month that a day lies in. Raises ``NoIndex``."""
        try:
            return self.levels[month.replace(day=1)]
        except KeyError:
            raise NoIndex(
                _("The index %(name)s has no level of %(month)s; it runs from %(first)s to %(last)s.")
                % {
                    "name": self.name,
                    "month": f"{month:%Y-%m}",
                    "first": f"{self.first:%Y-%m}",
                    "last": f"{self.last:%Y-%m}",
                }
            ) from None

    def deflate(self, amount: Decimal, *, since: dt.date, until: dt.date) -> Decimal:
        """``amount`` of ``since``'s month in the money of ``until``'s month, to the cent. Raises ``NoIndex``."""
        return (amount * self.level(until) / self.level(since)).quantize(CENT, ROUND_HALF_UP)


def index_of(currency: str, name: str = "") -> str:
    """The index that deflates a currency: the one named, the usual one, or the only one. Raises ``NoIndex``."""
    known = list(
        PriceIndex.objects.filter(currency=currency).order_by("name").values_list("name", flat=True).distinct()
    )
    for wanted in (name, "" if name else USUAL.get(currency, "")):
        if wanted in known:
            return wanted
    if len(known) == 1 and not name:
        return known[0]
    words = {"currency": currency, "name": name, "known": ", ".join(known)}
    if name:
        raise NoIndex(_("No price index “%(name)s” of prices in %(currency)s is loaded.") % words)
    if known:
        raise NoIndex(_("Several price indices of %(currency)s are loaded; name one: %(known)s.") % words)
    raise NoIndex(_("No price index of prices in %(currency)s is loaded.") % words)


def deflator(currency: str, name: str = "") -> Deflator:
    """The index of a currency with all its levels. Raises ``NoIndex``."""
    chosen = index_of(currency, name)
    rows = PriceIndex.objects.filter(name=chosen, currency=currency).values_list("month", "level", "source")
    levels = {month: level for month, level, _source in rows}
    return Deflator(chosen, currency, next(source for _month, _level, source in rows), levels)


def deflate(amount: Decimal, *, currency: str, since: dt.date, until: dt.date, index: str = "") -> Decimal:
    """``amount`` of one currency from one month's money into another's, to the cent. Raises ``NoIndex``."""
    return deflator(currency, index).deflate(amount, since=since, until=until)


@dataclass(frozen=True)
class RealMoney:
    """The money of one month, by an index whose level then is ``level``: what real prices are in."""

    index: str
    currency: str
    source: str
    month: dt.date
    level: Decimal


def real_money(month: dt.date, currency: str, index: str = "") -> RealMoney:
    """The money of a month. Raises ``NoIndex`` where the index has no level of it."""
    known = deflator(currency, index)
    return RealMoney(known.name, currency, known.source, month.replace(day=1), known.level(month))


def factor_sql(real: RealMoney | None, day: str) -> tuple[str, list[Any]]:
    """SQL for what a price of ``day`` (a column's name in our own statements) is multiplied by, and its values; null
    where the index has no level of the day's month."""
    if real is None:
        return "1", []
    month = f"date_trunc('month', {day})::date"
    level = f"select level from sales_priceindex where name = %s and month = {month}"  # noqa: S608 - our own column
    return f"%s::numeric / ({level})", [real.level, real.index]
