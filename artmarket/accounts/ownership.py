"""Who may see and change a record: the one rule that pages, API, export and admin share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from artmarket.accounts.models import User

Actor: TypeAlias = "User | AnonymousUser"


# An empty Q() would vanish when another condition is joined to it by OR.
EVERYTHING = Q(pk__isnull=False)


class Visibility(models.TextChoices):
    PUBLIC = "public", _("everyone signed in")
    PRIVATE = "private", _("own organisation only")


def visible_q(user: Actor, path: str = "") -> Q:
    """Condition for the records that ``user`` may see.

    ``path`` leads from the queried table to the owned one, e.g. ``"sale"`` for lots. Platform staff see all;
    nobody sees anything without signing in.
    """
    from artmarket.accounts.queries import organisation_ids

    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_superuser and not hasattr(user, "acting_organisation_id"):
        return EVERYTHING
    prefix = f"{path}__" if path else ""
    public = Q(**{f"{prefix}visibility": Visibility.PUBLIC})
    return public | Q(**{f"{prefix}organisation_id__in": organisation_ids(user)})


def editable_q(user: Actor, path: str = "") -> Q:
    """Condition for the records that ``user`` may change: those of organisations where the role is an editing one."""
    from artmarket.accounts.queries import editable_organisation_ids

    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_superuser and not hasattr(user, "acting_organisation_id"):
        return EVERYTHING
    prefix = f"{path}__" if path else ""
    return Q(**{f"{prefix}organisation_id__in": editable_organisation_ids(user)})


class OwnedQuerySet(models.QuerySet[Any]):
    """Records that carry, or reach by ``owner_path``, an organisation and a visibility."""

    owner_path = ""

    def visible_to(self, user: Actor) -> Self:
        return self.filter(visible_q(user, self.owner_path))

    def editable_by(self, user: Actor) -> Self:
        return self.filter(editable_q(user, self.owner_path))


class PersonalQuerySet(models.QuerySet[Any]):
    """What is one person's alone, whatever the organisations: a picture that was sent, a selection. ``person`` names whose."""

    person = "made_by"

    def visible_to(self, user: Actor) -> Self:
        return self.filter(**{self.person: user.pk}) if user.is_authenticated else self.none()


class Owned(models.Model):
    """A record of an organisation, shown to everyone signed in or to that organisation alone."""

    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner organisation"),
    )
    visibility = models.CharField(
        _("visible to"), max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE
    )

    class Meta:
        abstract = True


def own_q(user: Actor) -> Q:
    """What ``user`` made; through an API key only what its organisation may know."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    acting_id = getattr(user, "acting_organisation_id", None)
    own = Q(made_by=user)
    return own if acting_id is None else own & (Q(organisation=None) | Q(organisation_id=acting_id))


class MadeQuerySet(OwnedQuerySet):
    """What a person (``made_by``) made, for an organisation or for nobody else."""

    def visible_to(self, user: Actor) -> Self:
        return self.filter(visible_q(user) | own_q(user))

    def editable_by(self, user: Actor) -> Self:
        return self.filter(editable_q(user) | own_q(user))
