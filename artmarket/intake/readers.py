"""Catalogue files as rows of text: CSV in any encoding, XLSX, JSON Lines. Streams where the format allows it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson
import python_calamine
from django.utils.translation import gettext as _

from artmarket.intake.encodings import detect_encoding
from artmarket.intake.limits import READ_LIMITS, ReadLimits

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 50


class ReadError(ValueError):
    """The file as a whole cannot be read; the message says where and why."""

    def __init__(self, code: str, message: str, *, row: int | None = None) -> None:
        super().__init__(message if row is None else _("Row %(row)d: %(message)s") % {"row": row, "message": message})
        self.code = code
        self.row = row


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
    except (UnicodeDecodeError, LookupError) as error:
        message = _("The text is not %(encoding)s.") % {"encoding": table.encoding}
        raise ReadError("encoding", message) from error


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
        except UnicodeDecodeError as error:
            message = _("The text is not %(encoding)s.") % {"encoding": table.encoding}
            raise ReadError("encoding", message, row=number + 1) from error


def checked_row(row: SourceRow, limits: ReadLimits) -> SourceRow:
    """The row, or the row with its problem: too wide, a cell too long, a character no database keeps."""
    if row.problem:
        return row
    if len(row.cells) > limits.columns:
        return SourceRow(row.number, row.cells[:5], ("too_many_columns", _("More cells than a table may have.")))
    if any(len(cell) > limits.cell_characters for cell in row.cells):
        short = [cell[:200] for cell in row.cells]
        return SourceRow(row.number, short, ("cell_too_long", _("A cell has too many characters.")))
    if any("\x00" in cell for cell in row.cells):
        clean = [cell.replace("\x00", "\ufffd") for cell in row.cells]
        return SourceRow(row.number, clean, ("control_character", _("A cell holds a zero character.")))
    return row


def check_workbook(source: BinaryIO, limits: ReadLimits) -> None:
    """Refuse an XLSX that unpacks to far more than it weighs, before anything is unpacked."""
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
    except zipfile.BadZipFile as error:
        raise ReadError("broken_xlsx", _("The workbook is damaged.")) from error
    finally:
        source.seek(0)
    if "xl/workbook.xml" not in names:
        raise ReadError("not_a_table", _("This is no CSV, XLSX or JSON Lines file."))
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > limits.unpacked_bytes or unpacked > limits.unpack_ratio * max(packed, 4096):
        raise ReadError("bomb", _("The workbook unpacks to too many bytes."))


def xlsx_rows(table: Table) -> Iterator[SourceRow]:
    """Rows of the first sheet."""
    table.source.seek(0)
    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(table.source).get_sheet_by_index(0)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
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
    with text_of(table) as text:
        for line in text:
            try:
                record = orjson.loads(line) if line.strip() else {}
            except orjson.JSONDecodeError:
                continue
            if isinstance(record, dict):
                keys.update(dict.fromkeys(record))
            if len(keys) > table.limits.columns:
                message = _("More than %(columns)d columns.") % {"columns": table.limits.columns}
                raise ReadError("too_many_columns", message)
    return list(keys)


def jsonl_rows(table: Table) -> Iterator[SourceRow]:
    """The keys as heading (row 0), then line after line; a line that is no object keeps its place as a problem."""
    yield SourceRow(0, table.keys)
    with text_of(table) as text:
        for number, line in enumerate(text, start=1):
            if line.strip():
                yield jsonl_row(number, line, table.keys)


def jsonl_row(number: int, line: str, keys: list[str]) -> SourceRow:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return SourceRow(number, [line.strip()[:200]], ("broken_json", str(error)))
    if not isinstance(record, dict):
        return SourceRow(number, [line.strip()[:200]], ("broken_json", _("The line is no JSON object.")))
    values = [record.get(key) for key in keys]
    if any(isinstance(value, dict) for value in values):
        return SourceRow(number, [line.strip()[:200]], ("nested_json", _("A value is an object, not a text.")))
    return SourceRow(number, [json_text(value) for value in values])


def json_text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(json_text(item) for item in value)
    return ("true" if value else "false") if isinstance(value, bool) else cell_text(value)
