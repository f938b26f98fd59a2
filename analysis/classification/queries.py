"""What is suggested, to those who may change the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from analysis.classification.fields import Field, is_filled, known_fields
from analysis.classification.models import Reading, Suggestion
from analysis.classification.training import KIND
from analysis.registry.models import ModelVersion
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.queries import as_cards

MOST_DECIDED = 10


@dataclass(frozen=True)
class Panel:
    """A work's suggestions: those ``offered``, those ``decided`` that can be taken back, and the look behind them."""

    work: Artwork
    offered: Sequence[Suggestion]
    decided: Sequence[Suggestion]
    reading: Reading | None
    version: ModelVersion | None

    @property
    def line(self) -> str:
        return looks_like(self.offered)

    @property
    def has_gaps(self) -> bool:
        """Whether the work leaves a field empty that could be suggested."""
        return any(not is_filled(self.work, field) for field in known_fields(self.version))


def panel_of(user: Actor, work: Artwork) -> Panel:
    """What is suggested for a work, in the order of ``Field``; empty for those who may not change it."""
    rows = Suggestion.objects.visible_to(user).filter(artwork=work)
    order = {field: place for place, field in enumerate(Field.values)}
    offered = sorted(rows.offered(), key=lambda each: order[each.field])
    decided = list(rows.exclude(state=Suggestion.State.OPEN).select_related("decided_by").order_by("-decided_at"))
    reading = Reading.objects.visible_to(user).filter(artwork=work).select_related("model_version").first()
    return Panel(work, offered, decided[:MOST_DECIDED], reading, active())


def active() -> ModelVersion | None:
    """The classifier that answers now; None before the first training."""
    return ModelVersion.objects.only("pk", "name", "created_at", "parameters").filter(kind=KIND, is_active=True).first()


def looks_like(offered: Sequence[Suggestion]) -> str:
    """ "oil on canvas, landscape, Impressionism": the offered values in one line; "" for none."""
    said = {each.field: each.label for each in offered}
    medium, support = said.pop(Field.MEDIUM, ""), said.pop(Field.SUPPORT, "")
    if medium and support:
        medium = _("{medium} on {support}").format(medium=medium, support=support)
    return ", ".join(part for part in (medium or support, *said.values()) if part)


def open_works(user: Actor) -> QuerySet[Any]:
    """Works that the user may change and for which something is suggested, as cards; ``open_suggestions`` holds it."""
    offered = Suggestion.objects.visible_to(user).offered()
    works: QuerySet[Any] = as_cards(Artwork.objects.editable_by(user).filter(pk__in=offered.values("artwork")), user)
    return works.prefetch_related(Prefetch("suggestions", offered, to_attr="open_suggestions"))
