"""What people decide about possible duplicates: one work, its pictures gathered or not, or not the same; undoable."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.similarity.models import PossibleDuplicate
from artmarket.accounts.models import User
from artmarket.catalogue.gathering import gather_pictures, give_back
from artmarket.catalogue.models import Artwork

State = PossibleDuplicate.State
DECISIONS = {"same": State.SAME, "gather": State.GATHERED, "dismiss": State.DISMISSED}


def may_decide(user: User, pair: PossibleDuplicate) -> bool:
    """Who may change either of the works may say whether they are one."""
    works = [pair.first.artwork_id, pair.second.artwork_id]
    return bool(Artwork.objects.filter(pk__in=works).editable_by(user).exists())


def may_gather(user: User, pair: PossibleDuplicate) -> bool:
    """Who may change both works may move their pictures."""
    works = {pair.first.artwork_id, pair.second.artwork_id}
    return bool(Artwork.objects.filter(pk__in=works).editable_by(user).count() == len(works))


@transaction.atomic
def decide(*, actor: User, pair: PossibleDuplicate, decision: str) -> PossibleDuplicate:
    """``same``: they show one work; ``gather``: and the older record gets the newer's pictures; ``dismiss``: they do not.

    Raises ``PermissionDenied``, or ``ValidationError`` for another decision or a pair that is decided already.
    """
    pair = locked(pair)
    if not may_decide(actor, pair):
        raise PermissionDenied(_("You may change neither of these works."))
    if decision not in DECISIONS:
        raise ValidationError(_("Choose one of: same, gather, dismiss."), code="invalid")
    if not pair.is_open:
        raise ValidationError(_("This pair was decided before. Undo that first."), code="decided")
    if decision == "gather":
        pair.moved = gather_pictures(actor=actor, kept=pair.first.artwork, other=pair.second.artwork)
    pair.state, pair.decided_by, pair.decided_at = DECISIONS[decision], actor, timezone.now()
    pair.save(update_fields=["state", "decided_by", "decided_at", "moved", "updated_at"])
    return pair


@transaction.atomic
def undo(*, actor: User, pair: PossibleDuplicate) -> PossibleDuplicate:
    """Open a decided pair again; gathered pictures go back. Raises ``PermissionDenied`` or ``ValidationError``."""
    pair = locked(pair)
    if not may_decide(actor, pair):
        raise PermissionDenied(_("You may change neither of these works."))
    if pair.is_open:
        raise ValidationError(_("This pair is still to be decided."), code="open")
    if pair.moved:
        give_back(actor=actor, moved=pair.moved)
    pair.state, pair.decided_by, pair.decided_at, pair.moved = State.OPEN, None, None, {}
    pair.save(update_fields=["state", "decided_by", "decided_at", "moved", "updated_at"])
    return pair


def locked(pair: PossibleDuplicate) -> PossibleDuplicate:
    pairs = PossibleDuplicate.objects.select_for_update(of=("self",))
    return pairs.select_related("first__artwork", "second__artwork").get(pk=pair.pk)
