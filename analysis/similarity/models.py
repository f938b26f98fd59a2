"""Embeddings in a table of their own, by space; a space belongs to one model version."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from artmarket.accounts.ownership import Actor, OwnedQuerySet, visible_q
from artmarket.core.models import TimeStamped


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


class PictureSearchQuerySet(models.QuerySet["PictureSearch"]):
    def visible_to(self, user: Actor) -> PictureSearchQuerySet:
        """A search by picture is its asker's alone."""
        return self.filter(asked_by_id=user.pk) if user.is_authenticated else self.none()


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


class PossibleDuplicateQuerySet(models.QuerySet["PossibleDuplicate"]):
    def visible_to(self, user: Actor) -> PossibleDuplicateQuerySet:
        """Pairs of which the user may see both works."""
        return self.filter(visible_q(user, "first__artwork") & visible_q(user, "second__artwork"))


class PossibleDuplicate(TimeStamped):
    """Two pictures on different works that may show one work. ``first`` came before ``second``.

    A decided pair stays, so that what was dismissed is not flagged again; ``moved`` is what gathering the pictures
    under one work changed, for undoing it.
    """

    class Kind(models.TextChoices):
        FILE = "file", _("the same file")
        WORK = "work", _("the same work")

    class State(models.TextChoices):
        OPEN = "open", _("to decide")
        SAME = "same", _("the same work")
        GATHERED = "gathered", _("gathered under one work")
        DISMISSED = "dismissed", _("not the same")

    first = models.ForeignKey("catalogue.ArtworkImage", models.CASCADE, related_name="+")
    second = models.ForeignKey("catalogue.ArtworkImage", models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    probability = models.FloatField(_("probability"))
    evidence = models.JSONField(_("evidence"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    moved = models.JSONField(default=dict, blank=True, editable=False)

    objects = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="similarity_duplicate_once"),
            models.CheckConstraint(
                condition=Q(second_id__gt=models.F("first_id")),
                name="similarity_duplicate_ordered",
                violation_error_message=_("A pair names its older picture first."),
            ),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1),
                name="similarity_duplicate_probability",
                violation_error_message=_("A probability lies between 0 and 1."),
            ),
        ]
        indexes = [models.Index(fields=["state", "-probability", "-id"], name="similarity_duplicate_queue")]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class LookedThrough(models.Model):
    """A picture that was compared with those before it; a run that is cut off goes on with the others."""

    image = models.OneToOneField("catalogue.ArtworkImage", models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.image_id)


class CollectionMap(TimeStamped):
    """Works laid out on a plane by a mix of senses. The newest of each ``view`` is shown; the last few stay."""

    view = models.CharField(_("view"), max_length=20)
    weights = models.JSONField(_("weights"), default=dict)
    model_version = models.ForeignKey("registry.ModelVersion", models.CASCADE, related_name="+")
    works = models.PositiveIntegerField(_("works"), default=0)
    inputs_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("map of the collection")
        verbose_name_plural = _("maps of the collection")
        indexes = [models.Index(fields=["view", "-id"], name="similarity_map_newest")]

    def __str__(self) -> str:
        return f"{self.view} #{self.pk}"


class MapPointQuerySet(OwnedQuerySet):
    owner_path = "artwork"


class MapPoint(models.Model):
    """Where a work lies on a map, each coordinate within -1 to 1."""

    map = models.ForeignKey(CollectionMap, models.CASCADE, related_name="points")
    artwork = models.ForeignKey("catalogue.Artwork", models.CASCADE, related_name="+")
    x = models.FloatField()
    y = models.FloatField()

    objects = MapPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["map", "artwork"], name="similarity_mappoint_once"),
            models.CheckConstraint(
                condition=Q(x__gte=-1, x__lte=1, y__gte=-1, y__lte=1), name="similarity_mappoint_inside"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.map_id}:{self.artwork_id}"


class SelectionQuerySet(models.QuerySet["Selection"]):
    def visible_to(self, user: Actor) -> SelectionQuerySet:
        """A selection is its maker's alone."""
        return self.filter(made_by_id=user.pk) if user.is_authenticated else self.none()


class Selection(TimeStamped):
    """Works that somebody picked out, say with the lasso of a map; which of them are shown depends on who looks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("made by"))
    name = models.CharField(_("name"), max_length=120)
    artworks = models.ManyToManyField("catalogue.Artwork", related_name="+", verbose_name=_("artworks"))

    objects = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="similarity_selection_named",
                violation_error_message=_("A selection needs a name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("similarity:selection", args=[self.pk])
