"""Reads of dossiers: lists without their contents, one with all, and the check of a printed hash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import QuerySet

from analysis.dossier.content import content_hash
from analysis.dossier.models import Dossier
from artmarket.accounts.models import Membership, Organisation, User
from artmarket.accounts.ownership import Actor
from artmarket.accounts.queries import organisation_ids, roles_by_organisation

HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Check:
    """What was found under a printed hash; ``is_whole`` says that content and picture still have theirs.

    ``pdf_holds``: the PDF made anew has the same bytes; another version of the program that draws it may give others.
    """

    dossier: Dossier
    content_holds: bool
    picture_holds: bool
    pdf_holds: bool

    @property
    def is_whole(self) -> bool:
        return self.content_holds and self.picture_holds


def dossier_rows(user: Actor) -> QuerySet[Dossier]:
    """The dossiers of the user's organisations, without their contents."""
    rows = Dossier.objects.visible_to(user).defer("content", "picture")
    return rows.select_related("organisation", "made_by")


def find_dossier(user: Actor, pk: int) -> Dossier:
    """One visible dossier; ``Dossier.DoesNotExist`` for any other."""
    rows = Dossier.objects.visible_to(user).select_related("organisation", "made_by", "withdrawn_by")
    found: Dossier = rows.get(pk=pk)
    return found


def organisations_of(user: User) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in=organisation_ids(user))


def may_withdraw(user: User, dossier: Dossier) -> bool:
    """Whoever made it and still belongs to its organisation, or an owner there."""
    role = roles_by_organisation(user).get(dossier.organisation_id or 0)
    return role is not None and (dossier.made_by_id == user.pk or role == Membership.Role.OWNER)


def read_hash(text: str) -> str:
    """The hash in a text as people copy it, with spaces and capitals; "" where there is none."""
    found = HASH.fullmatch(re.sub(r"\s", "", text).lower())
    return found.group() if found else ""


def check(user: Actor, printed: str) -> Check | None:
    """Find the dossier of a printed hash and reckon its hashes anew; None where there is none that the user may see."""
    from analysis.dossier.pdf import render

    dossier = Dossier.objects.visible_to(user).filter(content_sha256=read_hash(printed)).first()
    if dossier is None:
        return None
    picture = bytes(dossier.picture) if dossier.picture is not None else b""
    return Check(
        dossier=dossier,
        content_holds=content_hash(dossier.content) == dossier.content_sha256,
        picture_holds=(sha256(picture).hexdigest() if picture else "") == dossier.picture_sha256,
        pdf_holds=sha256(render(dossier.content, picture)).hexdigest() == dossier.pdf_sha256,
    )
