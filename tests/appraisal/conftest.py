"""Works with pictures, measured ones, and the criteria that experts rate them by."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from analysis.appraisal.criteria import FIRST
from analysis.appraisal.models import Appraisal, Criterion, Rating
from artmarket.catalogue.models import Artwork, ArtworkImage
from ml.appraisal import MEASURES, appraise
from tests.factories import ArtworkFactory
from tests.pictures import painting

_numbers = itertools.count(1)


def pictured(**fields: Any) -> Artwork:
    """A work with a primary picture, of which only the row is there."""
    work = ArtworkFactory(**fields)
    add_image(work)
    return work


def add_image(work: Artwork, **fields: Any) -> ArtworkImage:
    facts = {"mime_type": "image/jpeg", "width_px": 40, "height_px": 30, "size_bytes": 1, "is_primary": True}
    return ArtworkImage.objects.create(artwork=work, **{"sha256": f"{next(_numbers):064x}"} | facts | fields)


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


@functools.cache
def measured() -> dict[str, Any]:
    """What the library finds in a red sun over smooth dull colours, as JSON."""
    picture = Image.blend(painting(300, 220, seed=4), Image.new("RGB", (300, 220), "#5a6670"), 0.8)
    ImageDraw.Draw(picture).ellipse((180, 50, 230, 100), fill="#e0301e")
    return appraise(np.asarray(picture)).as_json()


def appraised(*, attribution: str = "by", **fields: Any) -> Artwork:
    """A work with a measured picture; measures are given by their names."""
    own = {name: fields.pop(name) for name in MEASURES if name in fields}
    work = pictured(attribution=attribution, **fields)
    found = measured()
    Appraisal.objects.create(
        image=work.images.get(),
        code_version=found["code_version"],
        inputs_sha256="0" * 64,
        **{name: found[name] for name in ("abstained", "warnings", "palette", "overlays")},
        measures=found["measures"] | own,
    )
    return work
