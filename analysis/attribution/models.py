"""Opinions on whose hand a picture is: the machine's, which never change, and beside them people's."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.ownership import Actor, PersonalQuerySet, visible_q
from artmarket.accounts.queries import organisation_ids
from artmarket.core.attribution import Attribution
from artmarket.core.history import tracked
from artmarket.core.models import TimeStamped

UNUSUAL = 0.1
SAID = [
    "model_version", "image", "artwork", "asked_picture", "candidates", "unknown", "parts", "disagreement", "strength",
    "right_share", "right_count", "abstained", "leading_share", "inputs", "inputs_sha256", "created_at",
]  # fmt: skip
ABSTENTIONS = {
    "blank": _("The picture is blank, or nearly one colour: there is nothing to see a hand by."),
    "too_small": _("The picture has too few pixels to see a hand by."),
    "too_long": _("The picture is far longer than it is wide: a strip, not a whole work."),
    "unlike_training": _("The picture is unlike all that the model has learned from; it may be no painting at all."),
    "unreadable": _("The picture cannot be read."),
}


class AskedPictureQuerySet(PersonalQuerySet):
    person = "asked_by"


class AskedPicture(TimeStamped):
    """A picture that is in nobody's catalogue, sent to be asked about: kept for a week, without a name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("asked by"))
    picture = models.BinaryField(_("picture"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    width_px = models.PositiveIntegerField(_("width (pixels)"))
    height_px = models.PositiveIntegerField(_("height (pixels)"))
    search = models.ForeignKey("similarity.PictureSearch", models.SET_NULL, null=True, editable=False, related_name="+")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, editable=False, related_name="+")

    objects = AskedPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture asked about")
        verbose_name_plural = _("pictures asked about")
        indexes = [models.Index(fields=["created_at"], name="attribution_asked_by_age")]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("attribution:picture", args=[self.pk])


class OpinionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Actor) -> Self:
        """Opinions on works that may be seen, and on pictures that one sent oneself."""
        if not user.is_authenticated:
            return self.none()
        on_record = Q(artwork__isnull=False) & visible_q(user, "artwork")
        return self.filter(on_record | Q(asked_picture__asked_by_id=user.pk))

    def by_active_model(self) -> Self:
        return self.filter(model_version__is_active=True)


class AttributionOpinion(TimeStamped):
    """Whose hand a model holds a picture to be. The database lets nobody change what was said.

    ``candidates``: ``[{artist, probability}]``, ranked; with ``unknown`` they add up to 1. ``artist`` is an artist's key,
    or ``key:qualifier``. ``parts``: ``[{name, box: [x, y, width, height], candidates, unknown}]``, boxes as shares of the
    picture. ``disagreement`` 0 to 1. ``right_share`` of ``right_count`` held-out works were named rightly by opinions of
    this ``strength``. ``leading`` is the artist of the first candidate, where it is likelier than "none of those".
    """

    class Strength(models.TextChoices):
        STRONG = "strong", _("strong")
        MODERATE = "moderate", _("moderate")
        WEAK = "weak", _("weak")

    image = models.ForeignKey("catalogue.ArtworkImage", models.CASCADE, null=True, related_name="opinions")
    artwork = models.ForeignKey("catalogue.Artwork", models.CASCADE, null=True, related_name="opinions")
    asked_picture = models.ForeignKey(AskedPicture, models.CASCADE, null=True, related_name="opinions")
    model_version = models.ForeignKey("registry.ModelVersion", models.PROTECT, related_name="opinions")
    candidates = models.JSONField(_("candidates"), default=list)
    unknown = models.FloatField(_("none of those known"))
    parts = models.JSONField(_("parts"), default=list)
    disagreement = models.FloatField(_("disagreement of the parts"))
    strength = models.CharField(_("strength"), max_length=10, choices=Strength.choices)
    right_share = models.FloatField(_("share of such opinions that were right"), null=True)
    right_count = models.PositiveIntegerField(_("held-out works"), default=0)
    abstained = models.CharField(_("why there is no opinion"), max_length=40, blank=True)
    leading = models.ForeignKey("catalogue.Artist", models.SET_NULL, null=True, related_name="+")
    leading_qualifier = models.CharField(max_length=20, choices=Attribution.choices, default=Attribution.BY)
    leading_share = models.FloatField(default=0.0)
    inputs = models.JSONField(_("inputs"), default=dict)
    inputs_sha256 = models.CharField(max_length=64)
    asked_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, editable=False, related_name="+")

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion on an attribution")
        verbose_name_plural = _("opinions on attributions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(image__isnull=False, artwork__isnull=False, asked_picture=None)
                | Q(image=None, artwork=None, asked_picture__isnull=False),
                name="attribution_opinion_on_one_picture",
                violation_error_message=_("An opinion is on a work's picture, or on one that was sent."),
            ),
            models.CheckConstraint(
                condition=Q(unknown__gte=0, unknown__lte=1, disagreement__gte=0, disagreement__lte=1),
                name="attribution_opinion_shares",
                violation_error_message=_("Probabilities and disagreement lie between 0 and 1."),
            ),
            models.UniqueConstraint(fields=["image", "model_version"], name="attribution_opinion_once_per_model"),
            models.UniqueConstraint(
                fields=["asked_picture", "model_version"], name="attribution_opinion_once_per_sent"
            ),
        ]
        indexes = [models.Index(fields=["artwork", "-id"], name="attribution_opinion_by_work")]
        triggers = [pgtrigger.ReadOnly(name="opinion_stays", fields=SAID)]

    def __str__(self) -> str:
        return f"{self.artwork_id or self.asked_picture_id} · {self.model_version_id}"

    def get_absolute_url(self) -> str:
        return reverse("attribution:opinion-detail", args=[self.pk])

    @property
    def reason(self) -> str:
        """Why there is no opinion, in the reader's language; empty where there is one."""
        return str(ABSTENTIONS.get(self.abstained, self.abstained))


class Verification(TimeStamped):
    """“Is this by X?”, and what in the picture spoke for and against. Belongs to an opinion; never changed.

    ``accepted``: ``likelihood_ratio`` reaches ``threshold``, at which ``false_accept`` of others' works were taken for the
    artist's and ``false_reject`` of the artist's own were not, of ``compared_with`` held-out works. ``typicality``: the
    share of the artist's own works that lie as far from the others, none where there were too few. ``heat_map``:
    ``{rows, columns, values}``, values row by row from -100 (against) to 100 (for).
    """

    opinion = models.ForeignKey(AttributionOpinion, models.CASCADE, related_name="verifications")
    artist = models.ForeignKey("catalogue.Artist", models.CASCADE, related_name="+")
    likelihood_ratio = models.FloatField(_("likelihood ratio"))
    threshold = models.FloatField(_("threshold"))
    false_accept = models.FloatField(_("false acceptance"))
    false_reject = models.FloatField(_("false rejection"))
    accepted = models.BooleanField(_("holds"))
    compared_with = models.PositiveIntegerField(_("held-out works"))
    typicality = models.FloatField(_("own works as far or farther"), null=True, blank=True)
    heat_map = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-likelihood_ratio"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "artist"], name="attribution_verification_once"),
            models.CheckConstraint(
                condition=Q(typicality=None) | Q(typicality__gt=0, typicality__lte=1),
                name="attribution_typicality_is_a_share",
                violation_error_message=_("Own works as far or farther are a share above 0 and at most 1."),
            ),
        ]
        triggers = [pgtrigger.Protect(name="verification_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.opinion_id} · {self.artist_id}"

    @property
    def is_unusual(self) -> bool:
        """Whether the picture is unlike the artist's own works: at most one in ten of them lies as far from the others."""
        return self.typicality is not None and self.typicality <= UNUSUAL


class OwnOrganisationQuerySet(models.QuerySet[Any]):
    """What belongs to an organisation alone, on works that may be seen."""

    work_path = "artwork"

    def visible_to(self, user: Actor) -> Self:
        if not user.is_authenticated:
            return self.none()
        seen = self.filter(visible_q(user, self.work_path))
        is_platform = user.is_superuser and not hasattr(user, "acting_organisation_id")
        return seen if is_platform else seen.filter(organisation_id__in=organisation_ids(user))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class DecisionQuerySet(OwnOrganisationQuerySet):
    work_path = "opinion__artwork"


@tracked()
class Decision(TimeStamped):
    """What a curator made of an opinion: a verdict or a comment, for the own organisation. Taken back, it stays."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        COMMENT = "comment", _("comment")

    opinion = models.ForeignKey(AttributionOpinion, models.CASCADE, related_name="decisions")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    text = models.TextField(_("in words"), blank=True, max_length=5000)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    withdrawn_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on an opinion")
        verbose_name_plural = _("decisions on opinions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opinion", "organisation"],
                condition=Q(withdrawn_at=None, verdict__in=["accepted", "refused"]),
                name="attribution_decision_one_verdict",
                violation_error_message=_("Another verdict of your organisation stands."),
            ),
            models.CheckConstraint(
                condition=~Q(verdict="comment") | ~Q(text=""),
                name="attribution_decision_comment_says",
                violation_error_message=_("A comment needs words."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.verdict}"


@tracked()
class ExpertOpinion(TimeStamped):
    """What a person who knows holds a work to be, kept by an organisation. ``artist`` empty: by none of the known."""

    class Confidence(models.TextChoices):
        CERTAIN = "certain", _("certain")
        PROBABLE = "probable", _("probable")
        POSSIBLE = "possible", _("possible")

    artwork = models.ForeignKey("catalogue.Artwork", models.CASCADE, related_name="expert_opinions")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    expert = models.CharField(_("expert"), max_length=200, validators=[MinLengthValidator(2)])
    artist = models.ForeignKey(
        "catalogue.Artist", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("artist")
    )
    qualifier = models.CharField(_("attribution"), max_length=20, choices=Attribution.choices, default=Attribution.BY)
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence.choices)
    reason = models.TextField(_("reason"), max_length=5000, blank=True)
    stated_on = models.DateField(_("stated on"), null=True, blank=True)
    recorded_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = OwnOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert's opinion")
        verbose_name_plural = _("experts' opinions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(artist__isnull=False) | Q(qualifier="by"),
                name="attribution_expert_qualifies_a_name",
                violation_error_message=_("A qualifier needs an artist whom it qualifies."),
            ),
        ]
        indexes = [models.Index(fields=["artwork", "organisation"], name="attribution_expert_by_work")]

    def __str__(self) -> str:
        return f"{self.expert}: {self.artwork_id}"
