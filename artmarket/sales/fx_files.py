"""Files of exchange rates: the seed table shipped here, the ECB's history file, and its data portal's CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from artmarket.core.money import currencies
from artmarket.sales.fx import PIVOT, refresh_usd
from artmarket.sales.models import FxRate, Lot
from artmarket.sales.office_files import PERIOD, VALUE, Line, OfficeFileError, heading, table

SEEDS = Path(__file__).parent / "seeds" / "fx_eur_month_ends.csv"
SOURCES = {"D": "ECB", "M": "ECB, average of the month", "A": "ECB, average of the year"}
LARGEST = Decimal(10) ** 10
# Rates of the ECB's file that existed only before a currency became the euro keep codes that nobody trades in any more.
RETIRED = {"CYP", "EEK", "LTL", "LVL", "MTL", "ROL", "SIT", "SKK", "TRL", "HRK", "BGN"}


def seed_rates() -> Iterator[FxRate]:
    """The shipped rates: of the euro's first day and of the last banking day of each month."""
    for _line, rate in days_of(SEEDS, column="date"):
        yield rate


def load_seeds() -> tuple[int, int]:
    """Write the shipped rates, once; what is there is kept. Returns the rates shipped and the prices refreshed.

    Before there were month ends, averages of whole years were shipped, which knew a year before it was over: those go.
    """
    rates = list(seed_rates())
    with transaction.atomic():
        before = FxRate.objects.count()
        load(rates, replace=False)
        is_new = FxRate.objects.count() > before
        if is_new:
            years_shipped({rate.quote for rate in rates}).delete()
        return len(rates), refresh_usd(Lot.objects.all()) if is_new else 0


def years_shipped(currencies: Iterable[str]) -> QuerySet[FxRate]:
    """The averages of years up to 2024 that stand at 1 January; other currencies' were loaded by people and stay."""
    at_new_year = FxRate.objects.filter(date__month=1, date__day=1, date__lte=dt.date(2024, 1, 1))
    return at_new_year.filter(base=PIVOT, quote__in=set(currencies), source=SOURCES["A"])


def ecb_rates(path: Path) -> list[FxRate]:
    """The rates of a file of the ECB: ``eurofxref-hist.csv`` (a column a currency), or the data portal's CSV (SDMX:
    TIME_PERIOD and OBS_VALUE, daily, monthly or yearly, the currency in CURRENCY or in KEY).

    A month's or a year's average is valid from its first day. Raises ``OfficeFileError`` naming line and reason.
    """
    columns = heading(path)
    if {PERIOD, VALUE} <= set(columns):
        return once_each(portal_rates(path))
    if columns[0] == "Date":
        return once_each(days_of(path, column="Date"))
    words = {"file": path.name, "columns": ", ".join(columns[:6])}
    raise OfficeFileError(_("%(file)s is no file of the ECB's rates: its columns are %(columns)s") % words)


def days_of(path: Path, *, column: str) -> Iterator[tuple[Line, FxRate]]:
    """A table with a day a line, named in ``column``, and a column a currency."""
    for line in table(path):
        date = line.day(line.cells[column])
        for currency in line.cells:
            if currency and currency != column:
                yield from rate_of(line, currency, date, column=currency, source=SOURCES["D"])


def portal_rates(path: Path) -> Iterator[tuple[Line, FxRate]]:
    for line in table(path):
        key = key_of(line)
        if key["CURRENCY_DENOM"] != PIVOT or key["EXR_TYPE"] != "SP00" or key["EXR_SUFFIX"] != "A":
            raise line.refuse(_("this is no spot rate of a currency against the euro"))
        frequency, period = key["FREQ"], line.cells[PERIOD]
        if frequency == "D":
            date = line.day(period)
        elif frequency == "M":
            date = line.month(period)
        elif frequency == "A":
            date = line.month(f"{period}-01")
        else:
            raise line.refuse(_("the frequency “%(code)s” is none of D, M and A") % {"code": frequency})
        yield from rate_of(line, key["CURRENCY"], date, column=VALUE, source=SOURCES[frequency])


def key_of(line: Line) -> dict[str, str]:
    """The parts of a series' key, from their own columns or from ``EXR.D.USD.EUR.SP00.A``."""
    names = ("FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX")
    parts = line.cells.get("KEY", "").removeprefix("EXR.").split(".")
    if not all(line.cells.get(name) for name in names) and len(parts) != len(names):
        raise line.refuse(_("no column names the currency"))
    found = dict(zip(names, parts, strict=True)) if len(parts) == len(names) else {}
    return {name: line.cells.get(name) or found[name] for name in names}


def rate_of(line: Line, currency: str, date: dt.date, *, column: str, source: str) -> Iterator[tuple[Line, FxRate]]:
    """One rate, or none where the bank fixed none that day."""
    if currency not in currencies() | RETIRED:
        raise line.refuse(_("“%(code)s” is no known currency.") % {"code": currency})
    rate = line.amount(column)
    if rate is not None and rate >= LARGEST:
        raise line.refuse(_("%(text)s is too large") % {"text": rate})
    if rate is not None:
        yield line, FxRate(base=PIVOT, quote=currency, date=date, rate=rate, source=source)


def once_each(rates: Iterable[tuple[Line, FxRate]]) -> list[FxRate]:
    """Each rate once. Raises ``OfficeFileError`` where a file says two rates of one currency and day."""
    found: dict[tuple[str, dt.date], FxRate] = {}
    for line, rate in rates:
        known = found.setdefault((rate.quote, rate.date), rate)
        if known.rate != rate.rate:
            words = {"currency": rate.quote, "date": rate.date.isoformat(), "one": known.rate, "other": rate.rate}
            raise line.refuse(_("%(currency)s of %(date)s is %(one)s above, and here %(other)s") % words)
    return list(found.values())


def load(rates: Iterable[FxRate], *, replace: bool) -> int:
    """Write rates in one statement a thousand; a known date is replaced or kept. Returns the rates read."""
    rows = list(rates)
    if replace:
        FxRate.objects.bulk_create(
            rows,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["base", "quote", "date"],
            update_fields=["rate", "source"],
        )
    else:
        FxRate.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)
