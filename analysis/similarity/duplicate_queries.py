"""Reads of possible duplicates."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from analysis.similarity.models import PossibleDuplicate
from artmarket.accounts.ownership import Actor

PANEL_PAIRS = 12
STATES = PossibleDuplicate.State


def pairs(user: Actor, state: str = STATES.OPEN) -> QuerySet[PossibleDuplicate]:
    """Pairs of a state that the user may see, the likeliest first, with both works and their artists."""
    rows = PossibleDuplicate.objects.visible_to(user).filter(state=state)
    related = ("first__artwork", "second__artwork", "decided_by")
    return rows.select_related(*related).order_by("-probability", "-id")


def pairs_of(user: Actor, artwork: int) -> list[PossibleDuplicate]:
    """Pairs of a work that are open or were found to be one work, the open ones first."""
    rows = PossibleDuplicate.objects.visible_to(user).exclude(state=STATES.DISMISSED)
    rows = rows.filter(Q(first__artwork_id=artwork) | Q(second__artwork_id=artwork)).exclude(state=STATES.GATHERED)
    return list(
        rows.select_related("first__artwork", "second__artwork").order_by("state", "-probability")[:PANEL_PAIRS]
    )
