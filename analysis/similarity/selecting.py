"""Selections of works: kept by whoever picked them, shown to that person alone."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.similarity.models import Selection
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artwork

MOST_WORKS = 5_000


@transaction.atomic
def select(*, actor: User, artwork_ids: Collection[int], name: str = "") -> Selection:
    """Keep works that the actor may see. Raises ``ValidationError`` where none of them is, or there are too many."""
    if len(artwork_ids) > MOST_WORKS:
        raise ValidationError(_("A selection holds at most 5,000 works."), code="too_many")
    works = list(Artwork.objects.visible_to(actor).filter(pk__in=set(artwork_ids)).values_list("pk", flat=True))
    if not works:
        raise ValidationError(_("Choose at least one work."), code="empty")
    usual = _("Selection of %(date)s") % {"date": timezone.localdate().isoformat()}
    selection = Selection(made_by=actor, name=name.strip() or usual)
    selection.full_clean()
    selection.save()
    selection.artworks.set(works)
    return selection


def rename(*, selection: Selection, name: str) -> Selection:
    """Raises ``ValidationError`` for an empty or too long name."""
    selection.name = name.strip()
    selection.full_clean()
    selection.save(update_fields=["name", "updated_at"])
    return selection
