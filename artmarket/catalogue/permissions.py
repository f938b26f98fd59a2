"""May this person change that record? One question, asked by every service of the catalogue."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.accounts.ownership import Owned
from artmarket.accounts.queries import editable_organisation_ids


def is_platform(actor: User | None) -> bool:
    """True for the platform itself (None: commands, demo) and its staff, unless acting by a key of one organisation."""
    return actor is None or (actor.is_superuser and not hasattr(actor, "acting_organisation_id"))


def check_may_own(actor: User | None, organisation_id: int | None) -> None:
    """Raise ``PermissionDenied`` unless the actor may make and change records of this organisation."""
    if is_platform(actor):
        return
    assert actor is not None  # noqa: S101 - for the type checker: None is the platform
    if organisation_id is None or organisation_id not in editable_organisation_ids(actor):
        raise PermissionDenied(_("You may not change records of this organisation."))


def check_may_edit(actor: User | None, record: Owned) -> None:
    """Raise ``PermissionDenied`` unless the actor may change this record as it stands."""
    check_may_own(actor, record.organisation_id)
