"""Catalogue files as rows of text: CSV in any encoding, XLSX, JSON Lines. Streams where the format allows it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson
import python_calamine
from django.utils.translation import gettext as _

from artmarket.intake.encodings import detect_encoding
from artmarket.intake.limits import READ_LIMITS, ReadLimits
from artmarket.intake.refusals import ReadError
from artmarket.intake.workbooks import check_workbook

DELIMITERS = ",;\t|"
CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\r\x0b\x0c\x1a"]
FEW_CONTROLS, MOST_CONTROLS = 8, 0.01
SURROGATE = re.compile("[\ud800-\udfff]")
SAMPLE_ROWS = 50
__all__ = ["ReadError", "SourceRow", "Table", "open_table"]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as a person counts it (the heading is row 1). ``problem`` is set where it could not be read."""

    number: int
    cells: list[str]
    problem: tuple[str, str] | None = None


@dataclass
class Table:
    """An opened file. ``rows`` gives every row, the heading too; it can be asked again."""

    kind: str
    source: BinaryIO
    encoding: str = ""
    delimiter: str = ""
    limits: ReadLimits = READ_LIMITS
    keys: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[SourceRow]:
        readers = {"csv": csv_rows, "xlsx": xlsx_rows, "jsonl": jsonl_rows}
        for row in readers[self.kind](self):
            if row.number > self.limits.rows + 1:
                raise ReadError("too_many_rows", _("More than %(rows)d rows.") % {"rows": self.limits.rows})
            yield checked_row(row, self.limits)


def open_table(source: BinaryIO, *, encoding: str = "", delimiter: str = "", limits: ReadLimits = READ_LIMITS) -> Table:
    """Recognise the file by its content, never by its name. Raises ``ReadError``."""
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    if size == 0:
        raise ReadError("empty", _("The file is empty."))
    if size > limits.file_bytes:
        raise ReadError("too_large", _("The file has more than %(bytes)d bytes.") % {"bytes": limits.file_bytes})
    head = source.read(8)
    source.seek(0)
    if head.startswith(b"PK\x03\x04"):
        check_workbook(source, limits)
        return Table("xlsx", source, limits=limits)
    if head.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise ReadError("not_a_table", _("This is no CSV, XLSX or JSON Lines file."))
    return open_text(source, encoding, delimiter, limits)


def open_text(source: BinaryIO, encoding: str, delimiter: str, limits: ReadLimits) -> Table:
    encoding = encoding or detect_encoding(source)
    table = Table("csv", source, encoding, delimiter, limits)
    start = start_of_text(table)
    if sum(map(start.count, CONTROLS)) > FEW_CONTROLS + MOST_CONTROLS * len(start):
        raise ReadError("not_a_table", _("This is no CSV, XLSX or JSON Lines file."))
    if start.lstrip().startswith("{"):
        table.kind = "jsonl"
        table.keys = jsonl_keys(table)
    elif start.lstrip().startswith("["):
        raise ReadError("json_array", _("Write one JSON object a line, not one array."))
    else:
        table.delimiter = delimiter or guess_delimiter(start)
    return table


def start_of_text(table: Table) -> str:
    try:
        with text_of(table) as text:
            return text.read(65_536)
    except (UnicodeError, LookupError) as error:
        raise not_encoded(table) from error


def not_encoded(table: Table, row: int | None = None) -> ReadError:
    return ReadError("encoding", _("The text is not %(encoding)s.") % {"encoding": table.encoding}, row=row)


class text_of:
    """The source as text from its start; detaches on leaving, so that the binary source stays open."""

    def __init__(self, table: Table) -> None:
        table.source.seek(0)
        self.wrapper = io.TextIOWrapper(table.source, table.encoding, errors="strict", newline="")

    def __enter__(self) -> io.TextIOWrapper:
        return self.wrapper

    def __exit__(self, *details: object) -> None:
        self.wrapper.detach()


def guess_delimiter(start: str) -> str:
    """The mark that splits the first rows into the most even, widest rows."""

    def evenness(mark: str) -> tuple[float, int]:
        lines = start.splitlines(keepends=True)[:SAMPLE_ROWS]
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        except csv.Error:
            return (0.0, 0)
        common = max(set(widths), key=widths.count, default=1)
        return (widths.count(common) / len(widths), common) if common > 1 else (0.0, 1)

    return max(DELIMITERS, key=evenness)


def csv_rows(table: Table) -> Iterator[SourceRow]:
    number = 0
    with text_of(table) as text:
        reader = csv.reader(text, delimiter=table.delimiter or ",")
        try:
            for number, cells in enumerate(reader, start=1):
                yield SourceRow(number, cells)
        except csv.Error as error:
            raise ReadError("broken_csv", str(error), row=number + 1) from error
        except UnicodeError as error:
            raise not_encoded(table, number + 1) from error


def checked_row(row: SourceRow, limits: ReadLimits) -> SourceRow:
    """The row, or the row with its problem: too wide, a cell too long, a character no database keeps."""
    if row.problem:
        return row
    if len(row.cells) > limits.columns:
        return SourceRow(row.number, row.cells[:5], ("too_many_columns", _("More cells than a table may have.")))
    if any(len(cell) > limits.cell_characters for cell in row.cells):
        short = [cell[:200] for cell in row.cells]
        return SourceRow(row.number, short, ("cell_too_long", _("A cell has too many characters.")))
    if not all(keepable(cell) for cell in row.cells):
        clean = [SURROGATE.sub("\ufffd", cell.replace("\x00", "\ufffd")) for cell in row.cells]
        return SourceRow(row.number, clean, ("control_character", _("A cell holds a zero character.")))
    return row


def keepable(cell: str) -> bool:
    """Whether a database can keep the text."""
    return "\x00" not in cell and (cell.isascii() or not SURROGATE.search(cell))


def xlsx_rows(table: Table) -> Iterator[SourceRow]:
    """Rows of the first sheet."""
    table.source.seek(0)
    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(table.source).get_sheet_by_index(0)
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as error:
        raise ReadError("broken_xlsx", _("The workbook is damaged.")) from error
    if sheet.total_height > table.limits.rows + 1:
        raise ReadError("too_many_rows", _("More than %(rows)d rows.") % {"rows": table.limits.rows})
    if sheet.total_width > table.limits.columns:
        raise ReadError("too_many_columns", _("More than %(columns)d columns.") % {"columns": table.limits.columns})
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield SourceRow(number, [cell_text(cell) for cell in cells])


def cell_text(value: Any) -> str:
    """A cell as a person would type it; days in ISO form, whole numbers without decimals."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def jsonl_keys(table: Table) -> list[str]:
    """All keys of all objects, in order of first appearance."""
    keys: dict[str, None] = {}
    for _number, line in jsonl_lines(table):
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(record, dict):
            keys.update(dict.fromkeys(record))
        if len(keys) > table.limits.columns:
            message = _("More than %(columns)d columns.") % {"columns": table.limits.columns}
            raise ReadError("too_many_columns", message)
    return list(keys)


def jsonl_lines(table: Table) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank."""
    number = 0
    with text_of(table) as text:
        try:
            for number, line in enumerate(text, start=1):
                if line.strip():
                    yield number, line
        except UnicodeError as error:
            raise not_encoded(table, number + 1) from error


def jsonl_rows(table: Table) -> Iterator[SourceRow]:
    """The keys as heading (row 0), then line after line; a line that is no object keeps its place as a problem."""
    yield SourceRow(0, table.keys)
    for number, line in jsonl_lines(table):
        yield jsonl_row(number, line, table.keys)


def jsonl_row(number: int, line: str, keys: list[str]) -> SourceRow:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return SourceRow(number, [line.strip()[:200]], ("broken_json", str(error)))
    if not isinstance(record, dict):
        return SourceRow(number, [line.strip()[:200]], ("broken_json", _("The line is no JSON object.")))
    values = [record.get(key) for key in keys]
    if any(is_nested(value) for value in values):
        return SourceRow(number, [line.strip()[:200]], ("nested_json", _("A value is an object, not a text.")))
    return SourceRow(number, [json_text(value) for value in values])


def is_nested(value: Any) -> bool:
    """A value may be a list, but of plain values only."""
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict | list) for item in value))


def json_text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(json_text(item) for item in value)
    return ("true" if value else "false") if isinstance(value, bool) else cell_text(value)
