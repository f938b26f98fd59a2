"""Pictures that are the same file, or look the same by their perceptual hash."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Func, IntegerField, QuerySet, Value
from django.db.models.expressions import Combinable

from artmarket.accounts.models import User
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.permissions import is_platform

NEAR_BITS = 6


class HammingDistance(Func):
    """Differing bits of two signed 64-bit numbers, 0 to 64."""

    arity = 2
    template = "bit_count((%(expressions)s)::bit(64))"
    arg_joiner = " # "
    output_field = IntegerField()

    def __init__(self, left: Combinable | str, right: int) -> None:
        super().__init__(left, Func(Value(right), template="(%(expressions)s)::bigint", output_field=BooleanField()))


def visible_images(actor: User | None) -> QuerySet[ArtworkImage]:
    """Pictures that the actor may see; all of them for the platform."""
    images: Any = ArtworkImage.objects.all()
    seen: QuerySet[ArtworkImage] = images if is_platform(actor) else images.visible_to(actor)
    return seen


def same_file(image: ArtworkImage, *, actor: User | None) -> list[ArtworkImage]:
    """The very same file on other works."""
    others = visible_images(actor).filter(sha256=image.sha256).exclude(artwork_id=image.artwork_id)
    return list(others.select_related("artwork").order_by("id")[:20])


def near_duplicates(image: ArtworkImage, *, actor: User | None, bits: int = NEAR_BITS) -> list[ArtworkImage]:
    """Other files that differ in at most ``bits`` of the 64, nearest first; each carries ``distance``."""
    if image.phash is None:
        return []
    others = visible_images(actor).exclude(pk=image.pk).exclude(sha256=image.sha256).filter(phash__isnull=False)
    near = others.annotate(distance=HammingDistance("phash", image.phash)).filter(distance__lte=bits)
    return list(near.select_related("artwork").order_by("distance", "id")[:20])
