"""What files of statistics offices share: tables of text whose every error names the line, and SDMX's long form."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

PERIOD, VALUE = "TIME_PERIOD", "OBS_VALUE"
NOT_KEYS = {PERIOD, VALUE, "KEY", "DATAFLOW", "LAST UPDATE", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME"}
MISSING = {"", ":", "-", ".", "..", "N/A", "NA", "NaN", "nan"}
MONTH = re.compile(r"(\d{4})-?M?(\d{2})(?:-01)?")


class OfficeFileError(ValueError):
    """A file is not in the format it should have; the message names file, line and reason."""


@dataclass(frozen=True)
class Line:
    """A line of a file: its number, from 1, and its cells by column."""

    file: str
    number: int
    cells: Mapping[str, str]

    def refuse(self, reason: str) -> OfficeFileError:
        """The error to raise."""
        words = {"file": self.file, "line": self.number, "reason": reason}
        return OfficeFileError(_("%(file)s, line %(line)s: %(reason)s") % words)

    def amount(self, column: str, text: str | None = None) -> Decimal | None:
        """A number above zero; None where the office gives none. Raises ``OfficeFileError``."""
        shown = (self.cells.get(column, "") if text is None else text).strip()
        if shown in MISSING:
            return None
        try:
            number = Decimal(shown)
        except InvalidOperation as error:
            raise self.refuse(_("“%(text)s” is no number") % {"text": shown}) from error
        if not number.is_finite() or number <= 0:
            raise self.refuse(_("%(text)s is not greater than zero") % {"text": shown})
        return number

    def day(self, text: str) -> dt.date:
        """A day that is not to come. Raises ``OfficeFileError``."""
        try:
            day = dt.date.fromisoformat(text.strip())
        except ValueError as error:
            raise self.refuse(_("“%(text)s” is no day (year-month-day)") % {"text": text}) from error
        return self.past(day)

    def month(self, text: str) -> dt.date:
        """The first day of a month that is not to come. Raises ``OfficeFileError``."""
        found = MONTH.fullmatch(text.strip())
        if found is None or not 1 <= int(found[2]) <= 12 or found[1] == "0000":
            raise self.refuse(_("“%(text)s” is no month (year-month)") % {"text": text})
        return self.past(dt.date(int(found[1]), int(found[2]), 1))

    def past(self, day: dt.date) -> dt.date:
        if day > timezone.localdate():
            raise self.refuse(_("%(date)s lies in the future") % {"date": day.isoformat()})
        return day


def table(path: Path, *, delimiter: str = ",") -> Iterator[Line]:
    """A file's lines below its heading; lines that begin with # are remarks. Raises ``OfficeFileError``."""
    columns: list[str] = []
    for number, cells in raw_lines(path, delimiter=delimiter):
        if not columns:
            columns = [cell.strip() for cell in cells]
        elif len(cells) != len(columns):
            counts = {"found": len(cells), "columns": len(columns)}
            reason = _("%(found)s cells, where the heading has %(columns)s columns") % counts
            raise Line(path.name, number, {}).refuse(reason)
        else:
            yield Line(path.name, number, dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
    if not columns:
        raise OfficeFileError(_("%(file)s is empty") % {"file": path.name})


def raw_lines(path: Path, *, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Numbered cells of every line that holds any. Raises ``OfficeFileError`` for what is no text."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for number, text in enumerate(file, start=1):
                if text.strip() and not text.startswith("#"):
                    yield number, next(csv.reader([text], delimiter=delimiter, skipinitialspace=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise OfficeFileError(_("%(file)s is no text file in UTF-8") % {"file": path.name}) from error


def heading(path: Path) -> list[str]:
    """The cells of the first line, tabs and commas both parting them."""
    for _number, cells in raw_lines(path):
        return [part.strip() for cell in cells for part in cell.split("\t")]
    raise OfficeFileError(_("%(file)s is empty") % {"file": path.name})


def one_series(lines: Sequence[Line], keys: Sequence[str], where: Mapping[str, str]) -> list[Line]:
    """The lines that fit ``where``, all of one series. Raises ``OfficeFileError`` naming what tells several apart."""
    name = lines[0].file if lines else ""
    for column in where:
        if lines and column not in lines[0].cells:
            words = {"file": name, "column": column, "columns": ", ".join(keys)}
            raise OfficeFileError(_("%(file)s has no column “%(column)s”, but %(columns)s") % words)
    kept = [line for line in lines if all(line.cells[column] == value for column, value in where.items())]
    for column in keys:
        values = sorted({line.cells[column] for line in kept})
        if len(values) > 1:
            words = {"file": name, "column": column, "values": ", ".join(values[:8])}
            raise OfficeFileError(
                _("%(file)s holds several series; choose one by --where %(column)s=…: %(values)s") % words
            )
    if not kept:
        raise OfficeFileError(_("%(file)s holds no value of this series") % {"file": name})
    return kept
