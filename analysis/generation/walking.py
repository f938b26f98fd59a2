"""A worker's part of films and projections."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _

from analysis.generation.breeding import MOST_STOPS
from analysis.generation.generators import load_gan
from analysis.generation.making import NothingLeft, keep
from analysis.generation.models import Brood, Film, GeneratedImage, UploadedPicture
from analysis.generation.recipes import Plan
from analysis.generation.workplace import size_for
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import rendition_bytes

if TYPE_CHECKING:
    from ml.images import Pixels
    from ml.reporter import Reporter

PROJECTION_STEPS = 300


def make_film(film: Film, reporter: Reporter) -> None:
    """Paint the way between the stops that are still there. Raises ``NothingLeft``, ``ml.reporter.Cancelled``."""
    from ml.gan.walking import film as painted
    from ml.gan.walking import walk

    rows = (
        GeneratedImage.objects.select_related("model").defer("picture", "model__grid").in_bulk(film.stops[:MOST_STOPS])
    )
    stops = [rows[key].styles() for key in film.stops if key in rows]
    if len(stops) < 2:
        raise NothingLeft(_("The pictures of this film are not there any more."))
    gan = load_gan(film.model)
    way = walk(np.stack(stops), film.frames, centre=gan.mean_style(), loop=True)
    film.data = painted(gan, way, reporter=reporter)
    film.save(update_fields=["data", "updated_at"])


def make_projection(brood: Brood, reporter: Reporter) -> None:
    """Look for the style that paints the asked picture best, and keep what it paints. Raises as ``make_film``."""
    from ml.gan.breeding import Recipe
    from ml.gan.projecting import project

    if brood.pictures.exists():
        return
    gan = load_gan(brood.model)
    found = project(gan, asked_pixels(brood, gan.side_px), PROJECTION_STEPS, reporter)
    styles, painted, distance = found
    plan = Plan(Recipe("project", truncation=1.0))
    image = brood.asked.get("image")
    known = ArtworkImage.objects.filter(pk=image).values_list("pk", flat=True).first() if image else None
    rows = keep(brood, painted[None], styles[None], [plan], [], "project", projected_from_id=known)
    GeneratedImage.objects.filter(pk=rows[0].pk).update(copying={**rows[0].copying, "projection": float(distance)})


def asked_pixels(brood: Brood, side_px: int) -> Pixels:
    """The picture to project, RGB ``uint8 [3, side, side]``: a work's, or one that was sent."""
    from ml.images import load_square

    asked = brood.asked
    if "image" in asked:
        image = ArtworkImage.objects.filter(pk=asked["image"]).first()
        data = rendition_bytes(image, size_for(side_px)) if image else None
    else:
        sent = UploadedPicture.objects.filter(pk=UUID(asked["upload"])).first()
        data = bytes(sent.picture) if sent else None
    if data is None:
        raise NothingLeft(_("The picture to project is not there any more."))
    return load_square(io.BytesIO(data), side_px)
