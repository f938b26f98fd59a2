"""Works with pictures, and the criteria that they are rated by."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from analysis.appraisal.criteria import FIRST
from analysis.appraisal.models import Criterion, Rating
from artmarket.catalogue.models import Artwork, ArtworkImage
from tests.factories import ArtworkFactory

_numbers = itertools.count(1)


def pictured(**fields: Any) -> Artwork:
    """A work with a primary picture, of which only the row is there."""
    work = ArtworkFactory(**fields)
    add_image(work)
    return work


def add_image(work: Artwork, **fields: Any) -> ArtworkImage:
    facts = {"mime_type": "image/jpeg", "width_px": 40, "height_px": 30, "size_bytes": 1, "is_primary": True}
    return ArtworkImage.objects.create(artwork=work, sha256=f"{next(_numbers):064x}", **(facts | fields))


@pytest.fixture
def criteria(db: None) -> dict[str, Criterion]:
    """By code; those of a new installation, which a test that truncates its tables takes away."""
    for place, first in enumerate(FIRST):
        Criterion.objects.get_or_create(
            code=first.code, defaults={"name": first.name, "question": first.question, "place": place}
        )
    return {criterion.code: criterion for criterion in Criterion.objects.all()}


def rated(rater: Any, work: Artwork, criterion: Criterion, score: int, **fields: Any) -> Rating:
    organisation = rater.memberships.first().organisation
    given = {"rater": rater, "artwork": work, "criterion": criterion, "score": score, "organisation": organisation}
    return Rating.objects.create(**given | fields)
