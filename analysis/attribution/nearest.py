"""Works to hold the picture against: by the candidate's own hand, and by others in that manner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from pgvector.django import CosineDistance

from analysis.attribution.models import AskedPicture, AttributionOpinion
from analysis.similarity.models import Embedding, SearchVector
from analysis.similarity.queries import active_space
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.queries import as_cards
from artmarket.core.attribution import Attribution

SHOWN = 4
SPARE = 3


@dataclass(frozen=True)
class Beside:
    """The nearest works by the artist's own hand, and by others under the artist's name (of any other qualifier)."""

    own: Sequence[Artwork]
    others: Sequence[Artwork]


def works_beside(user: Actor, opinion: AttributionOpinion, artist_id: int) -> Beside:
    """Visible works of an artist that look most like the opinion's picture; none where it has no vector."""
    space = active_space()
    vector = vector_of(opinion, space.record.pk) if space else None
    if space is None or vector is None:
        return Beside([], [])
    rows = Embedding.objects.visible_to(user).filter(space=space.record, image__artwork__artist=artist_id)
    if opinion.artwork_id is not None:
        rows = rows.exclude(image__artwork=opinion.artwork_id)
    by_hand = Q(image__artwork__attribution=Attribution.BY)
    nearest = [closest(rows.filter(each), vector) for each in (by_hand, ~by_hand)]
    cards = as_cards(Artwork.objects.visible_to(user), user).in_bulk([pk for keys in nearest for pk in keys])
    own, others = ([cards[pk] for pk in keys if pk in cards] for keys in nearest)
    return Beside(own, others)


def vector_of(opinion: AttributionOpinion, space_id: int) -> Any:
    """The picture's vector in the space; None where a worker has not embedded it."""
    if opinion.image_id is not None:
        return Embedding.objects.filter(image=opinion.image_id, space=space_id).values_list("vector", flat=True).first()
    asked = AskedPicture.objects.filter(opinions=opinion).values("search")
    return SearchVector.objects.filter(space=space_id, search__in=asked).values_list("vector", flat=True).first()


def closest(rows: QuerySet[Embedding], vector: Any) -> list[int]:
    """Keys of the works with the nearest pictures; every candidate is compared: one artist's are few."""
    ordered = rows.order_by(CosineDistance("vector", vector), "image_id")
    keys = ordered.values_list("image__artwork_id", flat=True)[: SHOWN * SPARE]
    return list(dict.fromkeys(keys))[:SHOWN]
