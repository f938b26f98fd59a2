"""The studio's records: pictures that models made, their families, and films. Models themselves are in ``trained``."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analysis.generation.quizzing import QuizAnswer, QuizRound
from analysis.generation.trained import Architecture, Direction, StudioModel, TrainingPicture, TrainingRun
from artmarket.accounts.ownership import EVERYTHING, Actor, MadeQuerySet, Owned, PersonalQuerySet, editable_q, own_q
from artmarket.accounts.queries import organisation_ids
from artmarket.core.models import TimeStamped

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "Architecture",
    "Brood",
    "Direction",
    "Film",
    "GeneratedImage",
    "Parenthood",
    "QuizAnswer",
    "QuizRound",
    "StudioModel",
    "TrainingPicture",
    "TrainingRun",
    "UploadedPicture",
]
MADE = ["model", "kind", "recipe", "style", "seed", "depth", "picture", "picture_sha256", "created_at"]


class Brood(TimeStamped, Owned):
    """Pictures that were made in one go. ``previous`` leads back to the one from which people went on."""

    model = models.ForeignKey(StudioModel, models.CASCADE, related_name="broods")
    made_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    asked = models.JSONField(_("what was asked"), default=dict)
    count = models.PositiveIntegerField(
        _("pictures"), default=12, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, editable=False, related_name="+")

    objects = MadeQuerySet.as_manager()

    class Meta:
        verbose_name = _("generation of pictures")
        verbose_name_plural = _("generations of pictures")
        ordering = ["-id"]
        indexes = [models.Index(fields=["made_by", "model", "-id"], name="generation_brood_latest")]

    def __str__(self) -> str:
        return f"{self.model_id} · {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("generation:brood", args=[self.pk])


class GeneratedImageQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Actor) -> Self:
        """One's own, those of one's organisations, and what was published."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser and not hasattr(user, "acting_organisation_id"):
            return self.filter(EVERYTHING)
        ours = Q(organisation_id__in=organisation_ids(user))
        return self.filter(Q(published_at__isnull=False) | own_q(user) | ours)

    def editable_by(self, user: Actor) -> Self:
        """One's own, and those of organisations where one's role is an editing one."""
        return self.filter(editable_q(user) | own_q(user))

    def light(self) -> Self:
        """Without the pictures' and the styles' bytes."""
        return self.defer("picture", "style")


class GeneratedImage(TimeStamped):
    """A picture that a model made. Its ``style`` (float32 [layers, width]) alone makes it again, whatever becomes of its
    parents; the database lets nobody change what was made.

    ``recipe`` is ``ml.gan.breeding.Recipe`` as JSON; ``picture`` a PNG that says of itself that it was generated. ``nearest``:
    ``[{"name", "image", "distance", …}]``, the nearest training works, the nearest first; ``copying`` what the verdict rests on.
    """

    class Kind(models.TextChoices):
        SAMPLE = "sample", _("from noise")
        CROSS = "cross", _("crossed")
        MUTATE = "mutate", _("mutated")
        MOVE = "move", _("moved along a direction")
        PROJECT = "project", _("projected")

    class Verdict(models.TextChoices):
        UNKNOWN = "unknown", _("not compared yet")
        ORIGINAL = "original", _("no copy")
        COPY = "copy", _("copies a training work")

    model = models.ForeignKey(StudioModel, models.PROTECT, related_name="pictures")
    brood = models.ForeignKey(Brood, models.SET_NULL, null=True, blank=True, related_name="pictures")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    recipe = models.JSONField(_("recipe"), default=dict)
    style = models.BinaryField()
    seed = models.BigIntegerField(_("seed"), default=0)
    depth = models.PositiveIntegerField(_("generation"), default=0)
    parents: Any = models.ManyToManyField(
        "self", through="Parenthood", through_fields=("child", "parent"), symmetrical=False, related_name="children"
    )
    projected_from = models.ForeignKey("catalogue.ArtworkImage", models.SET_NULL, null=True, related_name="+")
    picture = models.BinaryField(_("picture"))
    picture_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    is_favourite = models.BooleanField(_("favourite"), default=False)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.UNKNOWN)
    nearest = models.JSONField(_("nearest training works"), default=list)
    copying = models.JSONField(_("what the verdict rests on"), default=dict)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = GeneratedImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("generated picture")
        verbose_name_plural = _("generated pictures")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(verdict="original"),
                name="generation_image_no_copy_published",
                violation_error_message=_(
                    "A picture that copies a training work, or was not compared with them, cannot be published."
                ),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(kind="project"),
                name="generation_image_no_projection_published",
                violation_error_message=_(
                    "A projected picture shows somebody's picture again: only its children can be published."
                ),
            ),
            models.UniqueConstraint(
                fields=["brood", "position"],
                condition=Q(brood__isnull=False),
                name="generation_image_one_per_place",
                violation_error_message=_("Another picture has this place in its generation."),
            ),
        ]
        indexes = [
            models.Index(fields=["made_by", "-id"], name="generation_image_by_maker"),
            models.Index(
                fields=["-published_at", "-id"], condition=Q(published_at__isnull=False), name="generation_published"
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="picture_stays", fields=MADE)]

    def __str__(self) -> str:
        return f"{self.model_id} · {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("generation:picture", args=[self.pk])

    @property
    def is_publishable(self) -> bool:
        return self.verdict == self.Verdict.ORIGINAL and self.kind != self.Kind.PROJECT

    def styles(self) -> npt.NDArray[np.float32]:
        """float32 [layers, width], writeable."""
        import numpy as np

        return np.frombuffer(bytes(self.style), "<f4").reshape(self.model.layers, self.model.width).copy()


class Parenthood(models.Model):
    """Who came of whom, with which weight. A parent is older than its child, so that nobody descends from itself."""

    child = models.ForeignKey(GeneratedImage, models.CASCADE, related_name="parenthoods")
    parent = models.ForeignKey(GeneratedImage, models.CASCADE, related_name="childhoods")
    position = models.PositiveIntegerField(default=0)
    weight = models.FloatField(_("weight"), default=1.0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "parent"],
                name="generation_parenthood_once",
                violation_error_message=_("A picture is a parent once."),
            ),
            models.CheckConstraint(
                condition=Q(parent_id__lt=F("child_id")),
                name="generation_parenthood_older",
                violation_error_message=_("A picture descends from older ones, never from itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent_id} → {self.child_id}"


class Film(TimeStamped, Owned):
    """A walk between pictures of one model, as an animated WebP. ``stops`` are the pictures' keys in their order."""

    model = models.ForeignKey(StudioModel, models.PROTECT, related_name="films")
    made_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    stops = models.JSONField(_("pictures on the way"), default=list)
    frames = models.PositiveIntegerField(_("frames between two pictures"), default=24)
    data = models.BinaryField(_("film"), null=True)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, editable=False, related_name="+")

    objects = MadeQuerySet.as_manager()

    class Meta:
        verbose_name = _("film")
        verbose_name_plural = _("films")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(frames__gte=2, frames__lte=120),
                name="generation_film_frames",
                violation_error_message=_("Between two pictures there are 2 to 120 frames."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_id} · {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("generation:film", args=[self.pk])


class UploadedPicture(TimeStamped):
    """A picture that was sent to be projected: its sender's alone, kept small, without a name, for a week."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("made by"))
    picture = models.BinaryField(_("picture"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = PersonalQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture to project")
        verbose_name_plural = _("pictures to project")
        indexes = [models.Index(fields=["created_at"], name="generation_uploaded_by_age")]

    def __str__(self) -> str:
        return str(self.pk)
