"""Questions that cannot be answered as they were put, each with what is wrong."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.catalogue.models import Artwork

LARGEST_CM = 10_000
SIDES = {"height_cm": gettext_lazy("height"), "width_cm": gettext_lazy("width"), "depth_cm": gettext_lazy("depth")}


class EstimateRefused(ValueError):
    """The question cannot be answered as it was put; ``code`` is for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def refuse_impossible_facts(artwork: Artwork, on: dt.date) -> None:
    """Raises ``EstimateRefused`` (``impossible_facts``) naming the fact that no work can have, or not on that date."""
    for field, name in SIDES.items():
        side = getattr(artwork, field)
        if side is not None and not 0 < side <= LARGEST_CM:
            raise EstimateRefused(
                "impossible_facts",
                _("The work's %(side)s of %(size)s cm is impossible: correct it first.")
                % {"side": name, "size": f"{side.normalize():f}"},
            )
    made, artist = artwork.date_earliest, artwork.artist
    if made is not None and made > on:
        raise EstimateRefused(
            "impossible_facts",
            _("The work is dated %(made)s: it cannot be estimated as of %(date)s.")
            % {"made": artwork.date_text or made.year, "date": on.isoformat()},
        )
    if (
        artist is not None
        and artist.birth_earliest
        and artwork.date_latest
        and artwork.date_latest < artist.birth_earliest
    ):
        raise EstimateRefused(
            "impossible_facts",
            _("The work is dated %(made)s, before its artist was born (%(born)s): correct one of them first.")
            % {"made": artwork.date_text or artwork.date_latest.year, "born": artist.birth_earliest.year},
        )
