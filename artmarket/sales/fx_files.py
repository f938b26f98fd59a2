"""Files of exchange rates: the seed table shipped here, and the ECB's own history file."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from artmarket.sales.fx import PIVOT
from artmarket.sales.models import FxRate

SEEDS = Path(__file__).parent / "seeds" / "fx_eur_yearly.csv"
SEED_SOURCE = "ECB, average of the year"


class RateFileError(ValueError):
    """A file of rates is not in the format it should have; the message names the line."""


def seed_rates() -> Iterator[FxRate]:
    """The shipped yearly averages, valid from 1 January."""
    with SEEDS.open(newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines):
            year = int(row.pop("year"))
            for currency, rate in row.items():
                if rate:
                    yield FxRate(
                        base=PIVOT, quote=currency, date=dt.date(year, 1, 1), rate=Decimal(rate), source=SEED_SOURCE
                    )


def ecb_rates(path: Path) -> Iterator[FxRate]:
    """The ECB's ``eurofxref-hist.csv``: a date, then a column a currency; N/A where there is none."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        for number, row in enumerate(csv.DictReader(file, skipinitialspace=True), start=2):
            try:
                date = dt.date.fromisoformat(row["Date"])
            except (KeyError, ValueError) as error:
                raise RateFileError(f"{path.name}, line {number}: no date in the first column") from error
            for currency, text in row.items():
                if currency and len(currency) == 3 and text and text != "N/A":
                    yield FxRate(base=PIVOT, quote=currency, date=date, rate=as_rate(text, path, number), source="ECB")


def as_rate(text: str, path: Path, number: int) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation as error:
        raise RateFileError(f"{path.name}, line {number}: “{text}” is no rate") from error
    if rate <= 0:
        raise RateFileError(f"{path.name}, line {number}: the rate {text} is not greater than zero")
    return rate


def load(rates: Iterator[FxRate], *, replace: bool) -> int:
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
