"""A record's versions from its history table: when, by whom, what changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

QUIET = {"id", "created_at", "updated_at", "name_key"}


@dataclass(frozen=True, slots=True)
class Change:
    """A field's value before and after, as text."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """One state that the record had. ``who`` is "" for commands, ``source`` the page or import that made it."""

    at: dt.datetime
    label: str
    who: str
    source: str
    changes: list[Change]


def versions_of(record: Model, *, limit: int = 200) -> list[Version]:
    """The newest versions first; at most ``limit`` of them."""
    events = list(record.events.select_related("pgh_context").order_by("-pgh_id")[: limit + 1])  # type: ignore[attr-defined]
    people = names_of({metadata(event).get("user") for event in events})
    older: list[Any] = [*events[1:], None]
    return [version(event, before, people) for event, before in zip(events, older, strict=True)][:limit]


def metadata(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def names_of(ids: set[Any]) -> dict[Any, str]:
    wanted = [pk for pk in ids if isinstance(pk, int)]
    return {user.pk: user.get_username() for user in get_user_model().objects.filter(pk__in=wanted)}


def version(event: Any, before: Any, people: dict[Any, str]) -> Version:
    known = metadata(event)
    source = known.get("import_session") or known.get("api_key") or known.get("url") or ""
    return Version(
        event.pgh_created_at, event.pgh_label, people.get(known.get("user"), ""), str(source), changes(event, before)
    )


def changes(event: Any, before: Any) -> list[Change]:
    """What differs from the version before; of a first version everything that was set."""
    found = []
    for field in event._meta.concrete_fields:
        if field.name.startswith("pgh_") or field.name in QUIET:
            continue
        new, old = getattr(event, field.attname), getattr(before, field.attname) if before is not None else None
        if new != old and not (before is None and new in (None, "", [], False)):
            found.append(Change(str(field.verbose_name), as_text(old), as_text(new)))
    return found


def as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
