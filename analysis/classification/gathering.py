"""What the catalogue itself teaches: public works with their primary picture and what is said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from analysis.classification.fields import SAID_BY, Field
from analysis.similarity.pictures import pixels_ahead
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import ArtworkImage

if TYPE_CHECKING:
    from ml.images import Pixels

MOST_WORKS = 6_000
LEAST_WORKS = 8


@dataclass(frozen=True)
class Lessons:
    """``images`` of public works, ``pixels`` ``uint8 [n, 3, side, side]`` of them, and what their works say by field."""

    images: list[ArtworkImage]
    pixels: Pixels
    said: dict[str, list[str]]


def gather(side_px: int) -> Lessons | None:
    """Up to 6,000 pictures of different public works, evenly over the catalogue; None where none can be read.

    Private works teach nothing: what a model learned of them could be asked out of it.
    """
    import numpy as np

    public = ArtworkImage.objects.filter(is_primary=True, artwork__visibility=Visibility.PUBLIC)
    keys = list(public.order_by("pk").values_list("pk", flat=True))
    chosen = keys[:: max(1, -(-len(keys) // MOST_WORKS))]
    rows = ArtworkImage.objects.filter(pk__in=chosen).select_related("artwork").order_by("pk")
    found = [(image, pixels) for image, pixels in pixels_ahead(rows, side_px, ahead=64) if pixels is not None]
    if not found:
        return None
    images = [image for image, _pixels in found]
    return Lessons(images, np.stack([pixels for _image, pixels in found]), said_of(images))


def said_of(images: Sequence[ArtworkImage]) -> dict[str, list[str]]:
    """By field, what each picture's work says; "" where it says nothing."""
    from ml.classification.labels import period_of

    said = {field: [tell(image.artwork) for image in images] for field, tell in SAID_BY.items()}
    middles = [middle_year(image) for image in images]
    return {**said, Field.PERIOD.value: [period_of(year) for year in middles]}


def middle_year(image: ArtworkImage) -> int | None:
    """The middle of the span in which the work was made, where it is known within half a century."""
    first, last = image.artwork.date_earliest, image.artwork.date_latest
    if first is None or last is None or last.year - first.year > 50:
        return None
    return int((first.year + last.year) // 2)


def what_is_missing(said: dict[str, list[str]]) -> str:
    """Why nothing can be learned, in words: how far each field is from two values with enough works each."""
    parts = []
    for field in Field:
        counted = Counter(value for value in said.get(field.value, []) if value)
        enough = sum(1 for works in counted.values() if works >= LEAST_WORKS)
        parts.append(_("{field}: {n}").format(field=field.label, n=enough))
    return _(
        "There is too little to learn from. A field needs two values or more that each have {least} public works with a "
        "picture; now there are — {parts}."
    ).format(least=LEAST_WORKS, parts=", ".join(parts))
