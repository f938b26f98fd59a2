"""What people do with suggestions: accept, refuse, take either back. And the start of the work behind them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.classification.fields import KEPT, Field, holds, is_filled
from analysis.classification.models import Suggestion
from artmarket.accounts.models import User
from artmarket.catalogue import services as catalogue
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.permissions import check_may_edit
from artmarket.core import longwork


@transaction.atomic
def accept(*, actor: User, suggestion: Suggestion) -> Suggestion:
    """Write the suggested value into its one field of the work, by the catalogue's own service, which keeps the history.

    Raises ``PermissionDenied``; ``ValidationError`` where it was decided already or the field is filled by now.
    """
    work, locked = lock(actor, suggestion)
    check_open(locked)
    if is_filled(work, locked.field):
        raise ValidationError(_("The work says this already; a suggestion never overwrites it."), "filled")
    change: dict[str, Any] = {KEPT[Field(locked.field)].column: locked.value}
    catalogue.update_artwork(actor=actor, artwork=work, **change)
    return decide(locked, Suggestion.State.ACCEPTED, actor)


@transaction.atomic
def refuse(*, actor: User, suggestion: Suggestion) -> Suggestion:
    """Say no: the value is not suggested for this work again. Raises ``PermissionDenied``, ``ValidationError``."""
    _work, locked = lock(actor, suggestion)
    check_open(locked)
    return decide(locked, Suggestion.State.REFUSED, actor)


@transaction.atomic
def take_back(*, actor: User, suggestion: Suggestion) -> Suggestion:
    """Undo an answer: the suggestion waits again; what an acceptance wrote is emptied, unless it was changed since.

    Raises ``PermissionDenied``; ``ValidationError`` where there is nothing to take back, or the field was changed since.
    """
    work, locked = lock(actor, suggestion)
    if locked.state == Suggestion.State.OPEN:
        raise ValidationError(_("There is no answer to take back."), "not_decided")
    if locked.state == Suggestion.State.ACCEPTED:
        if not holds(work, locked.field, locked.value):
            raise ValidationError(_("The field was changed since; change it on the work itself."), "changed_since")
        catalogue.update_artwork(actor=actor, artwork=work, **KEPT[Field(locked.field)].empties)
    return decide(locked, Suggestion.State.OPEN, None)


def lock(actor: User, suggestion: Suggestion) -> tuple[Artwork, Suggestion]:
    """The work and the suggestion, locked in this order, as they are now."""
    work = Artwork.objects.select_for_update(of=("self",)).get(pk=suggestion.artwork_id)
    check_may_edit(actor, work)
    return work, Suggestion.objects.select_for_update().get(pk=suggestion.pk)


def check_open(suggestion: Suggestion) -> None:
    if suggestion.state != Suggestion.State.OPEN:
        raise ValidationError(_("This suggestion was answered already."), "decided")


def decide(suggestion: Suggestion, state: str, actor: User | None) -> Suggestion:
    suggestion.state, suggestion.decided_by = state, actor
    suggestion.decided_at = timezone.now() if actor else None
    suggestion.full_clean(exclude=["model_version", "artwork"])
    suggestion.save()
    return suggestion


def start_training(*, actor: User) -> UUID:
    """Have a worker train the classifier; one at a time. Raises ``PermissionDenied`` for all but those who may
    change the register of models."""
    if not actor.has_perm("registry.change_modelversion"):
        raise PermissionDenied(_("Only platform staff may train models."))
    return longwork.start("classification.train", actor=actor, parameters={}, dedupe_key="classification.train")


def start_reading(*, actor: User, work: Artwork) -> UUID:
    """Have a worker look at a work's picture. Raises ``PermissionDenied`` unless the actor may edit the work."""
    check_may_edit(actor, work)
    images = list(work.images.filter(is_primary=True).values_list("pk", flat=True))
    return longwork.start(
        "classification.read",
        actor=actor,
        parameters={"image_ids": images},
        dedupe_key=f"classification.read:{work.pk}",
    )
