"""An XLSX looked at before anything is made of it: it must not unpack, nor spread, to more than a table has."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext as _

from artmarket.intake.limits import ReadLimits
from artmarket.intake.refusals import ReadError

CHUNK = 1 << 20
OVERLAP = 64
PLACE = re.compile(rb"""\br\s*=\s*["']([^"']{1,32})["']""")
PARTS = re.compile(rb"([A-Za-z]{0,3})([0-9]{0,7})")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)


def check_workbook(source: BinaryIO, limits: ReadLimits) -> None:
    """Raises ``ReadError`` for a workbook that is damaged, no workbook, or too large once read."""
    try:
        with zipfile.ZipFile(source) as archive:
            check_sizes(archive, limits)
            for member in archive.infolist():
                check_spread(archive, member, limits)
    except ReadError:
        raise
    except BROKEN as error:
        raise ReadError("broken_xlsx", _("The workbook is damaged.")) from error
    finally:
        source.seek(0)


def check_sizes(archive: zipfile.ZipFile, limits: ReadLimits) -> None:
    members = archive.infolist()
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise ReadError("not_a_table", _("This is no CSV, XLSX or JSON Lines file."))
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > limits.unpacked_bytes or unpacked > limits.unpack_ratio * max(packed, 4096):
        raise ReadError("bomb", _("The workbook unpacks to too many bytes."))


def check_spread(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: ReadLimits) -> None:
    """Read a member through, so that sizes that it claims falsely come out; two cells far apart in a sheet would fill
    the memory with the empty ones between. Any member may be named as a sheet."""
    is_sheet = member.filename.startswith("xl/worksheets/")
    rows = columns = 1
    with archive.open(member) as content:
        tail = b""
        while chunk := content.read(CHUNK):
            for place in PLACE.findall(tail + chunk):
                column, row = split(place, is_sheet=is_sheet)
                columns, rows = max(columns, column), max(rows, row)
            tail = chunk[-OVERLAP:]
    if rows * columns > limits.spread_cells:
        raise ReadError("bomb", _("The workbook unpacks to too many bytes."))


def split(place: bytes, *, is_sheet: bool) -> tuple[int, int]:
    """Column and row, from one, of a cell's or a row's place; in a sheet, written in any other way it is refused."""
    found = PARTS.fullmatch(place)
    if found is None and not is_sheet and b"&" not in place:
        return 1, 1
    if found is None:
        raise ReadError("broken_xlsx", _("The workbook is damaged."))
    letters, digits = found.groups()
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return max(column, 1), int(digits or 1)
