"""Models of the studio: how each was trained, on what, and the directions through its latent space."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import MadeQuerySet, Owned
from artmarket.core.models import TimeStamped


class Architecture(models.TextChoices):
    SMALL = "small", _("convolutional, made for small sets")
    MLP = "mlp", _("fully connected, as in the article of 2014")


class TrainingRun(TimeStamped, Owned):
    """One training that somebody asked for: on which works, how, how far it is, and what it looks like now.

    ``source``: ``{"kind": "selection"|"filter"|"artist", "id"|"query": …}``. ``grid``: the samples of fixed noise as WebP.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    made_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    source = models.JSONField(_("works"), default=dict)
    side_px = models.PositiveIntegerField(_("side (pixels)"), default=64)
    architecture = models.CharField(
        _("architecture"), max_length=10, choices=Architecture.choices, default=Architecture.SMALL
    )
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    steps = models.PositiveIntegerField(_("steps"), null=True, blank=True)
    seed = models.PositiveIntegerField(_("seed"), default=1)
    continues = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="continued_by")
    from_checkpoint = models.CharField(max_length=100, blank=True, editable=False)
    stop_requested = models.BooleanField(default=False, editable=False)
    grid = models.BinaryField(_("samples"), null=True)
    grid_images = models.PositiveBigIntegerField(_("pictures seen"), default=0)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, editable=False, related_name="+")

    objects = MadeQuerySet.as_manager()

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side_px__in=[64, 128, 256, 512]),
                name="generation_run_side",
                violation_error_message=_("Pictures are 64, 128, 256 or 512 pixels wide."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, steps=None) | Q(minutes=None, steps__gte=1),
                name="generation_run_minutes_or_steps",
                violation_error_message=_("A training lasts so many minutes, or so many steps."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="generation_run_named",
                violation_error_message=_("A training needs a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StudioModel(TimeStamped, Owned):
    """A generator that people may breed with. Several are usable at once: whoever breeds picks one.

    ``grid`` is what it makes of fixed noise (WebP), ``works`` how many pictures it learned from. ``layers`` and ``width``
    are the shape of its styles.
    """

    version = models.OneToOneField("registry.ModelVersion", models.PROTECT, related_name="studio_model")
    run = models.OneToOneField(TrainingRun, models.SET_NULL, null=True, blank=True, related_name="model")
    name = models.CharField(_("name"), max_length=120)
    made_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    architecture = models.CharField(_("architecture"), max_length=10, choices=Architecture.choices)
    side_px = models.PositiveIntegerField(_("side (pixels)"))
    layers = models.PositiveIntegerField(_("layers"))
    width = models.PositiveIntegerField(_("width of a style"))
    works = models.PositiveIntegerField(_("training works"), default=0)
    grid = models.BinaryField(_("samples"), null=True)
    is_invented = models.BooleanField(_("invented for the demonstration"), default=False)

    objects = MadeQuerySet.as_manager()

    class Meta:
        verbose_name = _("studio model")
        verbose_name_plural = _("studio models")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="generation_model_named",
                violation_error_message=_("A model needs a name."),
            ),
            models.CheckConstraint(
                condition=Q(layers__gte=1, width__gte=1, side_px__gte=1), name="generation_model_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("generation:model-detail", args=[self.pk])


class TrainingPicture(models.Model):
    """A picture that a model learned from, under the name by which the model's files know it; None once it was deleted."""

    model = models.ForeignKey(StudioModel, models.CASCADE, related_name="training_pictures")
    image = models.ForeignKey("catalogue.ArtworkImage", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "name"], name="generation_trainingpicture_once"),
        ]

    def __str__(self) -> str:
        return f"{self.model_id}:{self.name}"


class Direction(TimeStamped):
    """A way through a model's latent space: ``vector`` is float32 [layers, width], one step long. Named by people.

    ``figures``: what it does to measures of the pictures (``ml.gan.directions``).
    """

    class Kind(models.TextChoices):
        FOUND = "found", _("found without names")
        MEASURED = "measured", _("found by a measure")

    model = models.ForeignKey(StudioModel, models.CASCADE, related_name="directions")
    key = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    vector = models.BinaryField()
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    named_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("direction")
        verbose_name_plural = _("directions")
        ordering = ["-kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["model", "key"], name="generation_direction_once"),
            models.UniqueConstraint(
                fields=["model", "name"],
                name="generation_direction_name_once",
                violation_error_message=_("Another direction of this model bears this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="generation_direction_named",
                violation_error_message=_("A direction needs a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rises_percent(self) -> int | None:
        """In how many of a hundred pictures that nothing was fitted on its measure rises; None where it has none."""
        rises = self.figures.get("rises")
        return round(100 * rises) if isinstance(rises, int | float) else None
