"""Which pictures may lend their manner, and which results may leave the house. Told by what is on record, never guessed.

A picture's rights are ``public domain``, ``own picture`` of whoever shows it, ``licensed`` to its owner, or ``unknown``. What
is unknown may still be free: an author who died long ago has no copyright left.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.accounts.queries import organisation_ids
from artmarket.catalogue.models import Artwork, ArtworkImage

Rights = ArtworkImage.Rights
PROTECTED_YEARS = (
    70  # after the author's death: the term of the European Union, the United Kingdom and the United States
)
LONGEST_LIFE_YEARS = 110
LONGEST_PROTECTED_YEARS = PROTECTED_YEARS + 90  # a work this old is by somebody who died that long ago


def years_since(day: dt.date | None) -> int | None:
    return None if day is None else timezone.localdate().year - day.year


def may_live(work: Artwork) -> bool:
    """Whether the work's artist lives, as far as is known: no death on record, and neither birth nor work too long ago."""
    artist = work.artist
    if artist is None or artist.death_latest or artist.death_text:
        return False
    born, made = years_since(artist.birth_latest), years_since(work.date_latest)
    return not any(years is not None and years > LONGEST_LIFE_YEARS for years in (born, made))


def is_out_of_copyright(work: Artwork) -> bool:
    """Whether the author surely died more than 70 years ago."""
    died = years_since(work.artist.death_latest) if work.artist is not None else None
    made = years_since(work.date_latest)
    return (died is not None and died > PROTECTED_YEARS) or (made is not None and made > LONGEST_PROTECTED_YEARS)


def is_own(user: User, work: Artwork) -> bool:
    """Whether the work belongs to an organisation that the person works for."""
    return work.organisation_id is not None and work.organisation_id in organisation_ids(user)


def refusal(user: User, image: ArtworkImage) -> str:
    """Why the picture can be no source for this person; empty where it can."""
    work: Any = image.artwork
    if is_own(user, work) or image.rights in {Rights.PUBLIC_DOMAIN, Rights.OWNED}:
        return ""
    if image.rights == Rights.LICENSED:
        return _("The picture of “%(work)s” is licensed to its owner alone.") % {"work": work}
    if may_live(work):
        return _(
            "“%(work)s” is by an artist who lives, as far as is known, and nobody has recorded that the picture may be used."
        ) % {"work": work}
    return ""


def may_teach(image: ArtworkImage) -> bool:
    """Whether a network that answers to everybody may learn from the picture."""
    if image.rights == Rights.LICENSED:
        return False
    return image.rights != Rights.UNKNOWN or not may_live(image.artwork)


def held_back(image: ArtworkImage) -> str:
    """Why a result made from the picture may not be exported or shared yet; empty where it may."""
    work: Any = image.artwork
    if image.rights != Rights.UNKNOWN or is_out_of_copyright(work):
        return ""
    return _(
        "The rights on the picture of “%(work)s” are not on record. Record them on the picture; then this can leave the house."
    ) % {"work": work}
