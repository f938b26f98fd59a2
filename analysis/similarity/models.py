"""Embeddings in a table of their own, by space; a space belongs to one model version. Searches by a picture that was sent.

Pairs that may be one work are in ``duplicates``, maps and selections in ``maps``.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from analysis.similarity.duplicates import LookedThrough, PossibleDuplicate
from analysis.similarity.maps import CollectionMap, MapPoint, Selection
from artmarket.accounts.ownership import OwnedQuerySet, PersonalQuerySet
from artmarket.core.models import TimeStamped

__all__ = [
    "CollectionMap",
    "Embedding",
    "EmbeddingSpace",
    "LookedThrough",
    "MapPoint",
    "PictureSearch",
    "PossibleDuplicate",
    "SearchVector",
    "Selection",
]


class EmbeddingSpace(TimeStamped):
    """One sense in which pictures are compared: a model version's vectors of ``dimensions`` numbers, by cosine.

    New spaces are built beside the active ones and take over together when they are full, so that search never stops.
    ``spread`` says how far apart the catalogue's pictures lie in it (``ml.similarity.spreads``).
    """

    class State(models.TextChoices):
        BUILDING = "building", _("being built")
        ACTIVE = "active", _("active")
        RETIRED = "retired", _("retired")

    name = models.CharField(_("name"), max_length=50, default="subject")
    model_version = models.ForeignKey("registry.ModelVersion", models.PROTECT, related_name="spaces")
    dimensions = models.PositiveIntegerField(_("dimensions"))
    spread = models.JSONField(_("spread of scores"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.BUILDING)

    class Meta:
        verbose_name = _("embedding space")
        verbose_name_plural = _("embedding spaces")
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(state="active"), name="similarity_space_one_active"),
            models.CheckConstraint(
                condition=Q(dimensions__gte=1, dimensions__lte=4000), name="similarity_space_dimensions"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.dimensions})"


class EmbeddingQuerySet(OwnedQuerySet):
    owner_path = "image__artwork"


class Embedding(models.Model):
    """A picture's unit vector in a space. HNSW indices are partial, one a space, over ``vector::halfvec(n)``."""

    space = models.ForeignKey(EmbeddingSpace, models.CASCADE, related_name="embeddings")
    image = models.ForeignKey("catalogue.ArtworkImage", models.CASCADE, related_name="embeddings")
    vector = HalfVectorField(_("vector"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EmbeddingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "image"], name="similarity_embedding_once")]

    def __str__(self) -> str:
        return f"{self.space_id}:{self.image_id}"


class PictureSearchQuerySet(PersonalQuerySet):
    person = "asked_by"


class PictureSearch(TimeStamped):
    """A picture that somebody searched with: kept small, without a name, for a week."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("asked by"))
    picture = models.BinaryField(_("picture"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, editable=False, related_name="+")

    objects = PictureSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search by picture")
        verbose_name_plural = _("searches by picture")
        indexes = [models.Index(fields=["created_at"], name="similarity_search_by_age")]

    def __str__(self) -> str:
        return str(self.pk)


class SearchVector(models.Model):
    """An asked picture's unit vector in a space; where another space has become the active one it is made again."""

    search = models.ForeignKey(PictureSearch, models.CASCADE, related_name="vectors")
    space = models.ForeignKey(EmbeddingSpace, models.CASCADE, related_name="+")
    vector = HalfVectorField(_("vector"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "space"], name="similarity_searchvector_once")]

    def __str__(self) -> str:
        return f"{self.space_id}:{self.search_id}"
