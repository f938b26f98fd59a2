"""Reads for the pages and the API of imports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from artmarket.accounts.models import Organisation, User
from artmarket.accounts.queries import editable_organisation_ids
from artmarket.intake.models import ImportRow, ImportSession
from artmarket.intake.services import may_import_for

PAGE = 50


def sessions_for(user: User) -> QuerySet[ImportSession]:
    """Imports of the user's own organisations (staff: all). What others' files hold is theirs, even if public."""
    return ImportSession.objects.editable_by(user).select_related("house", "created_by", "organisation")


def organisations_for(user: User) -> QuerySet[Organisation]:
    """Organisations that the user may import for."""
    if may_import_for(user, None):
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=editable_organisation_ids(user))


def rows_page(session: ImportSession, *, state: str = "", tag: str = "", after: int = -1) -> list[ImportRow]:
    """One page of rows and one row more, which tells that there is a next page."""
    rows = ImportRow.objects.filter(session=session, number__gt=after).order_by("number")
    if state in ImportRow.State.values:
        rows = rows.filter(state=state)
    if tag:
        rows = rows.filter(error_codes__contains=[tag[:80]])
    return list(rows[: PAGE + 1])


def doubtful_credits(session: ImportSession) -> list[dict[str, Any]]:
    """Doubtful artists, each credit once with its rows' number and its candidates."""
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    rows = ImportRow.objects.filter(session=session, state=ImportRow.State.DOUBTFUL).order_by("number")
    for row in rows.only("id", "number", "parsed", "candidates", "session_id")[:2_000]:
        artist = row.parsed["artist"]
        key = (artist["key"], *artist["birth"], "/", *artist["death"])
        group = groups.setdefault(
            key,
            {"row": row, "artist": artist, "as_written": row.parsed["work"]["attribution_text"], "count": 0},
        )
        group["count"] += 1
    return list(groups.values())[:PAGE]
