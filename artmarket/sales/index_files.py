"""Files of price indices by month: the seed tables shipped here, and the formats of statistics offices.

Read are Eurostat's and the ECB's SDMX-CSV, Eurostat's TSV, the US Bureau of Labor Statistics' series files (commas or
tabs), the UK Office for National Statistics' time series, and a plain table of two columns, month and level.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from artmarket.sales.models import PriceIndex
from artmarket.sales.office_files import (
    MISSING,
    NOT_KEYS,
    PERIOD,
    VALUE,
    Line,
    OfficeFileError,
    heading,
    one_series,
    raw_lines,
    table,
)

SEEDS = Path(__file__).parent / "seeds"
SHORT_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
ONS_MONTH = re.compile(rf"(\d{{4}}) ({'|'.join(SHORT_MONTHS)})")
ONS_OTHER = re.compile(r"\d{4}( Q[1-4])?")
BLS_MONTH = re.compile(r"M(0[1-9]|1[0-2])")
BLS_AVERAGE = {"M13", "S01", "S02", "S03"}
NOTES = {"OBS_FLAG", "OBS_STATUS", "OBS_CONF", "CONF_STATUS", "OBS_PRE_BREAK", "OBS_COM", "DECIMALS", "TITLE",
         "TITLE_COMPL", "TIME_FORMAT", "UNIT_MULT", "COLLECTION", "COMPILING_ORG", "DISS_ORG", "BREAKS"}  # fmt: skip
LARGEST = Decimal(10) ** 10
Levels = dict[dt.date, Decimal]


@dataclass(frozen=True)
class Seed:
    """An index that is shipped: its name, currency, file and where its levels are from."""

    name: str
    currency: str
    file: str
    source: str


SHIPPED = (
    Seed("US CPI-U", "USD", "index_us_cpi_u.csv", "US Bureau of Labor Statistics, CUUR0000SA0, 1982–84 = 100"),
    Seed("UK CPI", "GBP", "index_uk_cpi.csv", "UK Office for National Statistics, D7BT, 2015 = 100"),
    Seed("euro area HICP", "EUR", "index_euro_hicp.csv", "Eurostat, HICP all items, EA19, 2015 = 100"),
)


@dataclass(frozen=True)
class IndexFile:
    """What a file said: levels above zero by the first day of their month, and the office whose format it is in, or
    ""."""

    levels: Levels
    office: str

    @property
    def gaps(self) -> list[dt.date]:
        """Months without a level between the first and the last."""
        first, last = min(self.levels), max(self.levels)
        count = (last.year - first.year) * 12 + last.month - first.month
        months = (dt.date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
                  for n in range(count))  # fmt: skip
        return [month for month in months if month not in self.levels]


def read_index(path: Path, *, where: Mapping[str, str] | None = None) -> IndexFile:
    """One index from a file of any known format; ``where`` chooses a series by its columns' values.

    Raises ``OfficeFileError`` naming line and reason: no month, no number, two levels of one month, several series.
    """
    columns = heading(path)
    lowered = [column.lower().replace(" ", "_") for column in columns]
    if columns[0] == "Title":
        return IndexFile(read_ons(path), "UK Office for National Statistics")
    if {PERIOD, VALUE} <= set(columns):
        return IndexFile(read_sdmx(path, where or {}), "Eurostat")
    if any("\\" in column for column in columns):
        return IndexFile(read_wide(path, where or {}), "Eurostat")
    if {"series_id", "year", "period", "value"} <= set(lowered):
        return IndexFile(read_bls(path, where or {}), "US Bureau of Labor Statistics")
    if len(columns) == 2:
        return IndexFile(read_plain(path), "")
    words = {"file": path.name, "columns": ", ".join(columns[:6])}
    raise OfficeFileError(_("%(file)s is in no known format: its columns are %(columns)s") % words)


def read_plain(path: Path) -> Levels:
    """Two columns under a heading: ``2015-01`` or the month's first day, and the level."""
    month, level = heading(path)
    rows = ((line, line.month(line.cells[month]), line.cells[level]) for line in table(path))
    return levels_of(rows, file=path.name)


def read_sdmx(path: Path, where: Mapping[str, str]) -> Levels:
    lines = list(table(path))
    keys = [column for column in (lines[0].cells if lines else {}) if column not in NOT_KEYS | NOTES]
    kept = one_series(lines, keys, where)
    return levels_of((line, line.month(line.cells[PERIOD]), line.cells[VALUE]) for line in kept)


def read_wide(path: Path, where: Mapping[str, str]) -> Levels:
    r"""Eurostat's TSV: ``freq,unit,coicop,geo\TIME_PERIOD``, then a column a month; a letter after a value is a flag."""
    lines = []
    keys: list[str] = []
    for line in table(path, delimiter="\t"):
        names, *_months = line.cells
        keys = names.split("\\")[0].split(",")
        values = line.cells[names].split(",")
        if len(values) != len(keys):
            raise line.refuse(_("“%(text)s” does not name %(columns)s") % {"text": line.cells[names], "columns": names})
        lines.append(Line(line.file, line.number, {**dict(zip(keys, values, strict=True)), **line.cells}))
    rows = []
    for line in one_series(lines, keys, where):
        months = [column for column in line.cells if column not in keys and "\\" not in column]
        rows += [(line, line.month(month), (line.cells[month].split() or [""])[0]) for month in months]
    return levels_of(rows)


def read_bls(path: Path, where: Mapping[str, str]) -> Levels:
    """Series, year, period M01 to M12, value; averages of years and half-years are no months and stay out."""
    delimiter = "\t" if "\t" in path.read_text(encoding="utf-8-sig").split("\n", 1)[0] else ","
    lines = [
        Line(line.file, line.number, {name.lower().replace(" ", "_"): text for name, text in line.cells.items()})
        for line in table(path, delimiter=delimiter)
    ]
    kept = one_series(lines, ["series_id"], {name.lower().replace(" ", "_"): value for name, value in where.items()})
    rows = []
    for line in kept:
        period = line.cells["period"]
        if period in BLS_AVERAGE:
            continue
        if not BLS_MONTH.fullmatch(period):
            raise line.refuse(_("“%(text)s” is no month (M01 to M12)") % {"text": period})
        rows.append((line, line.month(f"{line.cells['year']}-{period[1:]}"), line.cells["value"]))
    return levels_of(rows)


def read_ons(path: Path) -> Levels:
    """A preamble of titles, then years, quarters and months (“2015 JAN”); the months are taken."""
    rows = []
    begun = False
    for number, cells in raw_lines(path):
        line = Line(path.name, number, {})
        found = ONS_MONTH.fullmatch(cells[0].strip())
        begun = begun or bool(found or ONS_OTHER.fullmatch(cells[0].strip()))
        if found:
            month = line.month(f"{found[1]}-{SHORT_MONTHS.index(found[2]) + 1:02d}")
            rows.append((line, month, cells[1] if len(cells) > 1 else ""))
        elif begun and not ONS_OTHER.fullmatch(cells[0].strip()):
            raise line.refuse(_("“%(text)s” is no year, quarter or month") % {"text": cells[0]})
    return levels_of(rows, file=path.name)


def levels_of(rows: Iterable[tuple[Line, dt.date, str]], *, file: str = "") -> Levels:
    """Each month once; months without a value are left open. Raises ``OfficeFileError``."""
    found: Levels = {}
    for line, month, text in rows:
        file = line.file
        level = line.amount("", text) if text.strip() not in MISSING else None
        if level is None:
            continue
        if level >= LARGEST:
            raise line.refuse(_("%(text)s is too large") % {"text": text})
        if found.setdefault(month, level) != level:
            words = {"month": f"{month:%Y-%m}", "one": found[month], "other": level}
            raise line.refuse(_("%(month)s is %(one)s above, and here %(other)s") % words)
    if not found:
        raise OfficeFileError(_("%(file)s holds no level of any month") % {"file": file})
    return found


def save_index(*, name: str, currency: str, levels: Levels, source: str, replace: bool) -> int:
    """Write an index's months in one statement a thousand; known months are replaced or kept. Raises
    ``ValidationError`` for an unknown currency or a name that is too long. Returns the months read."""
    rows = [PriceIndex(name=name, currency=currency, month=month, level=levels[month], source=source)
            for month in sorted(levels)]  # fmt: skip
    rows[0].clean_fields()
    if replace:
        PriceIndex.objects.bulk_create(
            rows,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["name", "month"],
            update_fields=["currency", "level", "source"],
        )
    else:
        PriceIndex.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)


def load_shipped() -> int:
    """The indices that come with the code; months that are there already are kept. Returns the months read."""
    return sum(
        save_index(
            name=seed.name,
            currency=seed.currency,
            levels=read_index(SEEDS / seed.file).levels,
            source=seed.source,
            replace=False,
        )
        for seed in SHIPPED
    )
