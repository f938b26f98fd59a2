"""Why a whole file is refused."""

from __future__ import annotations

from django.utils.translation import gettext as _


class ReadError(ValueError):
    """The file as a whole cannot be read; the message says where and why."""

    def __init__(self, code: str, message: str, *, row: int | None = None) -> None:
        super().__init__(message if row is None else _("Row %(row)d: %(message)s") % {"row": row, "message": message})
        self.code = code
        self.row = row
