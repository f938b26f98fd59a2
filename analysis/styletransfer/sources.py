"""What a picture is made from: looked up for one person, resolved from artists and selections, and looked at for sense."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from PIL import Image

from analysis.similarity.models import Selection
from analysis.styletransfer import rights
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artist, ArtworkImage
from artmarket.catalogue.renditions import rendition_bytes
from artmarket.core.attribution import Attribution
from artmarket.core.text import CodedError

MOST_STYLES = 4
OF_MANY = 3  # an artist or a selection is resolved to so many pictures: more blur into one another
LOOKED_THROUGH = 60
SMALLEST_EDGE_PX = 64
LONGEST_RATIO = 8
Item = TypeVar("Item")


class StylingRefused(CodedError):
    """Nothing is restyled. Codes: not_found, no_picture, no_style, too_many_styles, same_style, one_colour, unreadable,
    too_small, too_long, bad_mask, rights, foreign_organisation, not_done, held_back, private_source."""


@dataclass(frozen=True)
class ChosenStyle:
    """A picture whose manner is taken, and its weight among the others, 1 to 100."""

    image: ArtworkImage
    weight: int = 100


def images_seen(user: User) -> QuerySet[Any]:
    """Pictures that the person sees, with work and artist."""
    rows = ArtworkImage.objects.visible_to(user).select_related("artwork__artist")
    return rows.defer("artwork__search", "artwork__area_cm2", "artwork__artist__search", "artwork__artist__biography")


def primary_of(user: User, work_ids: Iterable[int]) -> dict[int, ArtworkImage]:
    """By work its primary picture, of those that the person sees; works without one are left out. One query."""
    rows = images_seen(user).filter(artwork__in=list(work_ids), is_primary=True)
    return {image.artwork_id: image for image in rows}


def of_artist(user: User, artist: Artist) -> list[ArtworkImage]:
    """A few pictures by the artist's own hand, from early to late, that may be used."""
    rows = images_seen(user).filter(artwork__artist=artist, artwork__attribution=Attribution.BY, is_primary=True)
    return usable(user, rows.order_by("artwork__date_earliest", "artwork_id")[:LOOKED_THROUGH])


def of_selection(user: User, selection: Selection) -> list[ArtworkImage]:
    """A few pictures of a saved selection that may be used."""
    rows = images_seen(user).filter(artwork__in=selection.artworks.values("pk"), is_primary=True)
    return usable(user, rows.order_by("artwork_id")[:LOOKED_THROUGH])


def usable(user: User, images: Iterable[ArtworkImage]) -> list[ArtworkImage]:
    return spread([image for image in images if not rights.refusal(user, image)], OF_MANY)


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """At most ``most`` items at even distances, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    step = (len(items) - 1) / (most - 1)
    return [items[round(place * step)] for place in range(most)]


def check_style(user: User, image: ArtworkImage) -> None:
    """Raise ``StylingRefused`` for a picture that can lend no manner: ``rights``, ``too_small``, ``too_long``, ``unreadable``,
    ``one_colour``."""
    from ml.refusals import is_blank

    reason = rights.refusal(user, image)
    if reason:
        raise StylingRefused("rights", reason)
    check_shape(image.width_px, image.height_px)
    if is_blank(np.asarray(opened(image, "thumb")).transpose(2, 0, 1)):
        raise StylingRefused(
            "one_colour",
            _("The picture of “%(work)s” is one colour: there is no manner to take from it.") % {"work": image.artwork},
        )


def opened(image: ArtworkImage, size: str) -> Image.Image:
    """A kept size as RGB. Raises ``StylingRefused`` (``unreadable``)."""
    try:
        with Image.open(io.BytesIO(rendition_bytes(image, size))) as picture:
            return picture.convert("RGB")
    except (OSError, ValueError) as error:
        raise StylingRefused(
            "unreadable", _("The picture of “%(work)s” cannot be read.") % {"work": image.artwork}
        ) from error


def check_shape(width: int, height: int) -> None:
    """Refuse what is too small to carry a manner, or a strip."""
    if min(width, height) < SMALLEST_EDGE_PX:
        raise StylingRefused(
            "too_small",
            _("The picture has %(width)d × %(height)d pixels; each edge needs %(least)d.")
            % {"width": width, "height": height, "least": SMALLEST_EDGE_PX},
        )
    if max(width, height) > LONGEST_RATIO * min(width, height):
        raise StylingRefused(
            "too_long",
            _("The picture is a strip, more than %(ratio)d times as long as it is wide.") % {"ratio": LONGEST_RATIO},
        )
