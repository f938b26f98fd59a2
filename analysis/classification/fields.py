"""The fields of a work that a picture may suggest: when each is empty, what a suggestion writes, how a value is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.registry.models import ModelVersion
from artmarket.catalogue.models import Artwork, Medium


class Field(models.TextChoices):
    """Named as the questions of ``ml.classification`` are."""

    MEDIUM = "medium", _("medium")
    SUPPORT = "support", _("support")
    GENRE = "genre", _("genre")
    STYLE = "style", _("style")
    PERIOD = "period", _("period")


@dataclass(frozen=True)
class Kept:
    """How a work keeps a field: ``written`` are the model fields that a suggestion sets or finds empty."""

    column: str
    is_empty: Q
    empties: dict[str, Any]


def text(name: str) -> Kept:
    return Kept(name, Q(**{f"artwork__{name}": ""}), {name: ""})


KEPT = {
    Field.MEDIUM: text("medium"),
    Field.SUPPORT: text("support"),
    Field.GENRE: text("genre"),
    Field.STYLE: text("style"),
    Field.PERIOD: Kept(
        "date_text",
        Q(artwork__date_text="", artwork__date_earliest=None, artwork__date_latest=None),
        {"date_text": "", "date_earliest": None, "date_latest": None},
    ),
}


def known_fields(version: ModelVersion | None) -> list[Field]:
    """The fields of which a classifier knows something; all before there is one."""
    known = version.parameters.get("questions", Field.values) if version else Field.values
    return [field for field in Field if field.value in known]


def is_filled(work: Artwork, field: str) -> bool:
    """Whether the work says something of the field already."""
    return any(getattr(work, name) not in ("", None) for name in KEPT[Field(field)].empties)


def holds(work: Artwork, field: str, value: str) -> bool:
    """Whether the work's field says exactly what a suggestion wrote."""
    return bool(getattr(work, KEPT[Field(field)].column) == value)


def written(work: Artwork, field: str) -> dict[str, str]:
    """What the work now says in the columns of a field, as a form shows it."""
    return {name: str(getattr(work, name) or "") for name in KEPT[Field(field)].empties}


def some_empty() -> Q:
    """Condition on suggestions: the work does not yet say what they suggest."""
    found = Q(pk__in=[])
    for field, kept in KEPT.items():
        found |= Q(field=field) & kept.is_empty
    return found


def words(field: str, value: str) -> str:
    """A value as people read it: media have names in the reader's language, all else is as the catalogue writes it."""
    return str(dict(Medium.choices).get(value, value)) if field == Field.MEDIUM else value


SAID_BY: dict[str, Callable[[Any], str]] = {
    Field.MEDIUM: lambda work: str(work.medium),
    Field.SUPPORT: lambda work: str(work.support),
    Field.GENRE: lambda work: str(work.genre).strip(),
    Field.STYLE: lambda work: str(work.style).strip(),
}
