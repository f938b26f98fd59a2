"""Pictures painted anew in other works' manner, what they were made from, and who may see them."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Actor, PersonalQuerySet
from artmarket.accounts.queries import editable_organisation_ids, organisation_ids
from artmarket.core.models import TimeStamped

SMALLEST_PX, LARGEST_PX = 128, 2048
MOST_STEPS = 1000


def content_path(picture: ContentPicture, filename: str) -> str:
    """Under a name that tells nothing of the upload's."""
    return f"restyled/contents/{picture.pk.hex[:2]}/{picture.pk}.webp"


class ContentPicture(TimeStamped):
    """A picture that somebody sent to be restyled: upright sRGB without metadata, no edge above 2,048 pixels."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("sent by"))
    file = models.FileField(_("file"), upload_to=content_path, max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    width_px = models.PositiveIntegerField(_("width (pixels)"))
    height_px = models.PositiveIntegerField(_("height (pixels)"))

    objects = PersonalQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture to restyle")
        verbose_name_plural = _("pictures to restyle")
        constraints = [
            models.CheckConstraint(
                condition=Q(width_px__gt=0, height_px__gt=0),
                name="styletransfer_content_has_pixels",
                violation_error_message=_("A picture needs at least one pixel."),
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="styletransfer_content_by_age")]

    def __str__(self) -> str:
        return str(self.pk)


class StyledImageQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Actor) -> Self:
        """One's own, and what colleagues kept for one's organisations; platform staff see all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser and not hasattr(user, "acting_organisation_id"):
            return self.all()
        kept = Q(is_kept=True, organisation_id__in=organisation_ids(user))
        return self.filter(own_q(user) | kept)

    def editable_by(self, user: Actor) -> Self:
        """One's own, and those kept for organisations where one's role is an editing one."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser and not hasattr(user, "acting_organisation_id"):
            return self.all()
        kept = Q(is_kept=True, organisation_id__in=editable_organisation_ids(user))
        return self.filter(own_q(user) | kept)


def own_q(user: Any) -> Q:
    """Made by the person, for nobody or for an organisation that the person (still) works for."""
    ours = Q(organisation=None) | Q(organisation_id__in=organisation_ids(user))
    return Q(made_by_id=user.pk) & ours


def result_path(styled: StyledImage, filename: str) -> str:
    """A place of its own for each result; ``filename`` is its checksum."""
    return f"restyled/{styled.pk.hex[:2]}/{styled.pk}/{filename}.png"


class StyledImage(TimeStamped):
    """A picture restyled, or on its way to be. Without a ``result`` its job says how far it is.

    ``model_version``: the trained network that was asked; empty for the packaged one and for optimisation, whose network
    ``network`` names. ``mask``: PNG of one channel, white where the style goes; empty: everywhere. ``content_loss`` and
    ``style_loss`` are relative (0: as the content, as the styles). ``preview``: WebP of a run under way.
    """

    class Method(models.TextChoices):
        FEED_FORWARD = "feed_forward", _("by a trained network, at once")
        OPTIMISED = "optimised", _("by optimisation, in minutes")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("made by"))
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    content_image = models.ForeignKey(
        "catalogue.ArtworkImage", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    content_picture = models.ForeignKey(ContentPicture, models.PROTECT, null=True, blank=True, related_name="styled")
    method = models.CharField(_("method"), max_length=20, choices=Method.choices, default=Method.FEED_FORWARD)
    strength = models.PositiveSmallIntegerField(
        _("strength"), default=100, validators=[MinValueValidator(5), MaxValueValidator(100)]
    )
    keep_colours = models.BooleanField(_("keep the colours"), default=False)
    longest_px = models.PositiveIntegerField(
        _("longest edge (pixels)"),
        default=512,
        validators=[MinValueValidator(SMALLEST_PX), MaxValueValidator(LARGEST_PX)],
    )
    steps = models.PositiveIntegerField(_("steps"), null=True, blank=True, validators=[MaxValueValidator(MOST_STEPS)])
    mask = models.BinaryField(null=True, blank=True, editable=False)
    style_artist = models.ForeignKey("catalogue.Artist", models.SET_NULL, null=True, blank=True, related_name="+")
    style_selection = models.ForeignKey(
        "similarity.Selection", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    model_version = models.ForeignKey(
        "registry.ModelVersion", models.PROTECT, null=True, blank=True, related_name="styled"
    )
    network = models.CharField(_("network"), max_length=200, blank=True)
    inputs = models.JSONField(_("inputs"), default=dict)
    inputs_sha256 = models.CharField(max_length=64)
    result = models.FileField(_("file"), upload_to=result_path, max_length=200, blank=True)
    result_sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    width_px = models.PositiveIntegerField(_("width (pixels)"), null=True, blank=True)
    height_px = models.PositiveIntegerField(_("height (pixels)"), null=True, blank=True)
    content_loss = models.FloatField(_("content loss"), null=True, blank=True)
    style_loss = models.FloatField(_("style loss"), null=True, blank=True)
    seconds = models.FloatField(_("seconds"), null=True, blank=True)
    preview = models.BinaryField(null=True, blank=True, editable=False)
    preview_step = models.PositiveIntegerField(default=0, editable=False)
    is_kept = models.BooleanField(_("kept"), default=False)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    share_token = models.CharField(max_length=43, null=True, blank=True, unique=True, editable=False)
    shared_at = models.DateTimeField(_("shared"), null=True, blank=True, editable=False)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    objects = StyledImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("restyled picture")
        verbose_name_plural = _("restyled pictures")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(content_image=None) | Q(content_picture=None),
                name="styletransfer_one_content",
                violation_error_message=_("One picture is restyled at a time."),
            ),
            models.CheckConstraint(
                condition=Q(strength__gte=5, strength__lte=100),
                name="styletransfer_strength",
                violation_error_message=_("Strength lies between 5 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(longest_px__gte=SMALLEST_PX, longest_px__lte=LARGEST_PX),
                name="styletransfer_size",
                violation_error_message=_("The longest edge has between 128 and 2,048 pixels."),
            ),
            models.CheckConstraint(
                condition=Q(result="") | Q(width_px__gt=0, height_px__gt=0) & ~Q(result_sha256=""),
                name="styletransfer_result_is_whole",
                violation_error_message=_("A result has pixels and a checksum."),
            ),
            models.CheckConstraint(
                condition=~Q(result="") | Q(is_kept=False, share_token=None),
                name="styletransfer_kept_when_done",
                violation_error_message=_("Only a finished picture is kept or shared."),
            ),
        ]
        indexes = [
            models.Index(fields=["made_by", "-created_at", "-id"], name="styletransfer_by_maker"),
            models.Index(fields=["organisation", "-created_at", "-id"], name="styletransfer_by_owner"),
            models.Index(fields=["made_by", "inputs_sha256"], name="styletransfer_by_inputs"),
            models.Index(
                fields=["created_at"], condition=Q(is_kept=False, share_token=None), name="styletransfer_unkept_by_age"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("styletransfer:detail", args=[self.pk])

    @property
    def state(self) -> str:
        """``done``, ``waiting``, ``running``, ``cancelled`` or ``failed``: by the result, else by the job."""
        if self.result:
            return "done"
        job = self.job
        if job is None or job.state in {"failed", "lost", "succeeded"}:
            return "failed"
        return "waiting" if job.state == "queued" else str(job.state)


class StyleUse(models.Model):
    """One picture whose manner was taken, and with what weight among the others (1 to 100).

    ``title`` and ``sha256`` stay when the picture leaves the catalogue.
    """

    styled = models.ForeignKey(StyledImage, models.CASCADE, related_name="styles")
    image = models.ForeignKey("catalogue.ArtworkImage", models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64)
    weight = models.PositiveSmallIntegerField(_("weight"), default=100)

    class Meta:
        verbose_name = _("style")
        verbose_name_plural = _("styles")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["styled", "image"],
                name="styletransfer_style_once",
                violation_error_message=_("Each picture is a style once."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100),
                name="styletransfer_style_weight",
                violation_error_message=_("A style's weight lies between 1 and 100."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
