"""Pictures of two records of one work gathered under one of them, and given back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from artmarket.accounts.models import User
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.catalogue.permissions import check_may_edit


@transaction.atomic
def gather_pictures(*, actor: User | None, kept: Artwork, other: Artwork) -> dict[str, Any]:
    """Give ``kept`` the pictures of ``other`` that it lacks; a file that both have stays where it is.

    Returns what was moved, for ``give_back``. Raises ``PermissionDenied`` unless the actor may change both.
    """
    for work in (kept, other):
        check_may_edit(actor, work)
    list(Artwork.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, other.pk]).order_by("pk").only("pk"))
    known = set(ArtworkImage.objects.filter(artwork=kept).values_list("sha256", flat=True))
    moved = [image for image in ArtworkImage.objects.filter(artwork=other) if image.sha256 not in known]
    primary = next((image.pk for image in moved if image.is_primary), None)
    has_primary = ArtworkImage.objects.filter(artwork=kept, is_primary=True).exists()
    keys, now = [image.pk for image in moved], timezone.now()
    ArtworkImage.objects.filter(pk__in=keys).update(artwork=kept, is_primary=False, updated_at=now)
    if primary is not None and not has_primary:
        ArtworkImage.objects.filter(pk=primary).update(is_primary=True)
    return {"images": keys, "primary": primary, "from": other.pk, "to": kept.pk}


@transaction.atomic
def give_back(*, actor: User | None, moved: Mapping[str, Any]) -> int:
    """Return pictures that ``gather_pictures`` moved and that are still where it put them; returns how many.

    Raises ``PermissionDenied`` unless the actor may change both works.
    """
    works = {work.pk: work for work in Artwork.objects.filter(pk__in=[moved["from"], moved["to"]])}
    for work in works.values():
        check_may_edit(actor, work)
    if moved["from"] not in works:
        return 0
    there = ArtworkImage.objects.filter(pk__in=moved["images"], artwork_id=moved["to"])
    has_primary = ArtworkImage.objects.filter(artwork_id=moved["from"], is_primary=True).exists()
    count = there.update(artwork_id=moved["from"], is_primary=False, updated_at=timezone.now())
    if moved["primary"] is not None and not has_primary:
        back = ArtworkImage.objects.filter(pk=moved["primary"], artwork_id=moved["from"])
        back.update(is_primary=True)
    return count
