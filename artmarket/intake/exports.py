"""Findings as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from artmarket.intake.models import ImportRow, ImportSession
from artmarket.intake.problems import message

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(cell: str) -> str:
    """The text with a leading apostrophe where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def error_rows(session: ImportSession) -> Iterator[list[str]]:
    """Heading, then one line a finding: row, state, column, field, level, code, what is wrong, value, and the row."""
    columns = session.report.get("columns", [])
    heading = [_("row"), _("state"), _("column"), _("field"), _("level"), _("code"), _("what is wrong"), _("value")]
    yield [inert(str(name)) for name in [*heading, *columns]]
    rows = ImportRow.objects.filter(session=session).exclude(errors=[]).order_by("number")
    for row in rows.iterator(chunk_size=1_000):
        for error in row.errors:
            found = [error.get(name, "") for name in ("column", "field", "level", "code")]
            said = error.get("detail") or message(error["code"])
            cells = [str(row.number), row.get_state_display(), *found, said, error.get("value", ""), *row.raw]
            yield [inert(str(cell)) for cell in cells]
