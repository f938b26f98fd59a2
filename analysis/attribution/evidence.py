"""What stands behind an opinion, ready for its page: votes, heat, tests, works to hold it against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from analysis.attribution import showing
from analysis.attribution.models import AttributionOpinion, Verification
from analysis.attribution.naming import keys_of, named
from analysis.attribution.nearest import works_beside
from analysis.jobs.models import Job
from artmarket.accounts.ownership import Actor

LAYERS = ("parts", "for", "against", "none")
LARGEST_ID = 2**63 - 1


def evidence_of(user: Actor, opinion: AttributionOpinion, asked: Mapping[str, str]) -> dict[str, Any]:
    """The context of ``attribution/_evidence.html`` and of what stands around it.

    ``asked``: ``show`` (a layer) and ``test`` (an artist's key) as the address names them; anything else is the default.
    """
    names = named(user, keys_of([opinion]))
    size = showing.drawing_size(*pixel_size(opinion))
    found = showing.votes(opinion, names, size)
    tests = [showing.tested(each) for each in opinion.verifications.all()]
    chosen = chosen_test([each.verification for each in tests], asked.get("test", ""))
    layer = asked.get("show", "")
    return {
        "opinion": opinion,
        "picture": showing.picture_address(opinion),
        "size": size,
        "bars": showing.bars(opinion, names),
        "votes": found,
        "spoken_for": showing.spoken_for(found),
        "tests": tests,
        "chosen": chosen,
        "layer": layer if layer in LAYERS and (chosen or layer == "none") else "parts",
        "layers": [("parts", _("Parts and their votes")), ("for", _("What speaks for")),
                   ("against", _("What speaks against")), ("none", _("The picture alone"))],
        "beside": works_beside(user, opinion, chosen.artist_id) if chosen else None,
        "waiting": waiting_job(user, opinion, asked.get("wait", "")),
    }  # fmt: skip


def pixel_size(opinion: AttributionOpinion) -> tuple[int, int]:
    of: Any = opinion.image or opinion.asked_picture
    return of.width_px, of.height_px


def chosen_test(tests: list[Verification], asked: str) -> Verification | None:
    """The name whose heat and works are shown: the one asked for, else the likeliest."""
    by_artist = {str(each.artist_id): each for each in tests}
    return by_artist.get(asked) or next(iter(tests), None)


def waiting_job(user: Actor, opinion: AttributionOpinion, asked: str) -> Job | None:
    """The reader's job that puts one more name to the test, while it goes on or where it failed."""
    try:
        key = UUID(asked)
    except ValueError:
        return None
    rows = Job.objects.visible_to(user).filter(pk=key, kind="attribution.verify", parameters__opinion_id=opinion.pk)
    return rows.exclude(state=Job.State.SUCCEEDED).first()
