"""What can be wrong with a row, as codes; the sentences are made when shown, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Any] = {
    "missing": _("There is no value, and a lot needs one."),
    "unreadable": _("The value cannot be read."),
    "unknown_value": _("The value is not one that the column map knows."),
    "not_positive": _("The amount must be greater than zero."),
    "negative": _("A size cannot be below zero."),
    "unknown_currency": _("No currency has this code."),
    "no_rate": _("No exchange rate of this day is known: the price is kept, and left out of figures in dollars."),
    "sale_in_future": _("The sale is still to come and cannot have results."),
    "too_large": _("The number is too large to be meant."),
    "too_long": _("The text is longer than the field."),
    "shortened": _("The text was longer than the field; the whole of it is kept in the notes."),
    "mixed_currencies": _("One lot has amounts in two currencies."),
    "currency_unknown": _("No currency is named, neither by the value nor by the map or the house."),
    "estimate_order": _("The low estimate lies above the high one."),
    "ends_before_start": _("The sale ends before it begins."),
    "not_sold_with_price": _("The lot has a price and is said not to be sold."),
    "row_width": _("The row has another number of cells than the table has columns."),
    "duplicate": _("This lot stands in the file before, with the same values."),
    "duplicate_differs": _("This lot stands in the file before, with other values."),
    "filtered": _("The column map leaves this row out."),
    "other_owner": _("This sale is kept by another organisation."),
    "database": _("The database refused the row."),
    "picture_missing": _("The picture is not among the files given."),
    "picture_refused": _("The picture was refused."),
    "dies_before_birth": _("The artist dies before being born; the life dates are kept as text alone."),
    "artist_doubtful": _("The artist may be one already known."),
    "too_many_columns": _("The row has more cells than a table may have."),
    "cell_too_long": _("A cell has too many characters."),
    "control_character": _("A cell holds a character that no text may hold."),
    "broken_json": _("The line is no JSON object."),
    "nested_json": _("A value is an object, not a text."),
}

ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about one field of one row. ``error`` refuses the row, ``warning`` keeps it, ``note`` explains."""

    field: str
    code: str
    value: str = ""
    level: str = ERROR
    detail: str = ""
    column: str = ""

    def as_json(self) -> dict[str, str]:
        data = {"field": self.field, "code": self.code, "level": self.level, "value": self.value[:200]}
        if self.detail:
            data["detail"] = self.detail[:300]
        if self.column:
            data["column"] = self.column
        return data

    @property
    def tag(self) -> str:
        """What rows are counted and filtered by: level, field and code."""
        return f"{self.level}:{self.field}:{self.code}"[:80]


def message(code: str) -> str:
    """The sentence for a code, in the active language."""
    return str(MESSAGES.get(code, code))
