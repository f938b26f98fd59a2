"""History kept by the database itself, once a statement, so that COPY, bulk updates and raw SQL leave a trace as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

ModelT = TypeVar("ModelT", bound=type[models.Model])


def tracked(*, exclude: list[str] | None = None) -> Callable[[ModelT], ModelT]:
    """Keep each version of a table's rows: who (by request context), when, what was done.

    ``exclude`` names generated columns, which history need not repeat.
    """
    track: Callable[[ModelT], ModelT] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=exclude or [],
        level=pgtrigger.Statement,
    )
    return track
