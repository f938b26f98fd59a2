"""What was measured of pictures, and how experts rate works. No row anywhere sums a work up in one figure."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analysis.appraisal.criteria import HIGHEST, LOWEST
from artmarket.accounts.models import Membership
from artmarket.accounts.ownership import Actor, OwnedQuerySet, visible_q
from artmarket.core.history import tracked
from artmarket.core.models import TimeStamped

RATING_ROLES = (
    Membership.Role.OWNER,
    Membership.Role.CURATOR,
    Membership.Role.DEALER,
    Membership.Role.AUCTION_HOUSE,
)


SORTED = (
    "lightness", "contrast", "chiaroscuro", "saturation", "colourfulness", "temperature", "harmony", "balance", "symmetry",
    "diagonals", "edge_density", "coherence", "stroke_scale",
)  # fmt: skip


class CriterionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Actor) -> Self:
        return self.all() if user.is_authenticated else self.none()

    def asked(self) -> Self:
        """Those that raters are asked for now."""
        return self.filter(is_asked=True)


class Criterion(TimeStamped):
    """One thing that experts judge, from 1 (weakest) to 7 (strongest). ``name`` and ``question`` are English or the
    installation's own words; where the site knows a translation, readers see that."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    question = models.CharField(_("question"), max_length=300, blank=True)
    place = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_asked = models.BooleanField(_("asked for"), default=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return gettext(self.name) if self.name else self.code

    @property
    def asks(self) -> str:
        return gettext(self.question) if self.question else ""


class RatingQuerySet(OwnedQuerySet):
    """Seen as the work is; a withdrawn rating is seen by nobody. ``all()`` has it, for taking that back."""

    owner_path = "artwork"

    def visible_to(self, user: Actor) -> Self:
        return self.filter(visible_q(user, self.owner_path), withdrawn_at=None)

    def editable_by(self, user: Actor) -> Self:
        """One's own, as long as one sees the work."""
        return self.visible_to(user).filter(rater_id=user.pk) if user.is_authenticated else self.none()


@tracked()
class Rating(TimeStamped):
    """How an expert judges a work by one criterion. A work that somebody judged is not deleted under the judgement."""

    rater = models.ForeignKey("accounts.User", models.CASCADE, related_name="ratings", verbose_name=_("rater"))
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    artwork = models.ForeignKey("catalogue.Artwork", models.PROTECT, related_name="ratings", verbose_name=_("artwork"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="ratings", verbose_name=_("criterion"))
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), blank=True, max_length=2000)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rater", "artwork", "criterion"],
                name="appraisal_rating_once",
                violation_error_message=_("You have rated this work by this criterion already."),
            ),
            models.CheckConstraint(
                condition=Q(score__gte=LOWEST, score__lte=HIGHEST),
                name="appraisal_rating_on_the_scale",
                violation_error_message=_("A score is a whole number from 1 to 7."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["artwork", "criterion"], condition=Q(withdrawn_at=None), name="appraisal_rating_by_work"
            ),
            models.Index(fields=["rater", "-id"], name="appraisal_rating_by_rater"),
        ]

    def __str__(self) -> str:
        return f"{self.artwork_id} {self.criterion_id}: {self.score}"


def measured(name: str) -> models.GeneratedField:
    """A measure as a column of its own, kept by the database, so that a million pictures sort by an index."""
    return models.GeneratedField(
        expression=Cast(KeyTextTransform(name, "measures"), models.FloatField()),
        output_field=models.FloatField(null=True),
        db_persist=True,
    )


class AppraisalQuerySet(OwnedQuerySet):
    owner_path = "image__artwork"

    def taken(self) -> Self:
        """Those that were measured, of pictures that show their work."""
        return self.filter(state=Appraisal.State.MEASURED, image__is_primary=True)


class Appraisal(TimeStamped):
    """What was measured of one picture by one version of the code: ``ml.appraisal.Appraisal`` as JSON, or why nothing was.

    A refused picture keeps its row, so that it is neither missing without a word nor tried again for ever.
    ``inputs_sha256`` covers the picture's content, the size that was looked at and the code's version.
    """

    class State(models.TextChoices):
        MEASURED = "measured", _("measured")
        REFUSED = "refused", _("not measured")

    image = models.ForeignKey("catalogue.ArtworkImage", models.CASCADE, related_name="appraisals")
    code_version = models.CharField(_("code version"), max_length=40)
    inputs_sha256 = models.CharField(_("hash of the inputs"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.MEASURED)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    measures = models.JSONField(_("measures"), default=dict)
    abstained = models.JSONField(_("abstained"), default=dict)
    warnings = models.JSONField(_("warnings"), default=list)
    palette = models.JSONField(_("palette"), default=list)
    overlays = models.JSONField(_("overlays"), default=dict)

    lightness = measured("lightness")
    contrast = measured("contrast")
    chiaroscuro = measured("chiaroscuro")
    saturation = measured("saturation")
    colourfulness = measured("colourfulness")
    temperature = measured("temperature")
    harmony = measured("harmony")
    balance = measured("balance")
    symmetry = measured("symmetry")
    diagonals = measured("diagonals")
    edge_density = measured("edge_density")
    coherence = measured("coherence")
    stroke_scale = measured("stroke_scale")

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        constraints = [
            models.UniqueConstraint(
                fields=["image", "code_version"],
                name="appraisal_once",
                violation_error_message=_("This picture has been appraised already."),
            ),
            models.CheckConstraint(
                condition=(Q(state="measured", reason="") & ~Q(measures={}))
                | (Q(state="refused", measures={}, palette=[], overlays={}) & ~Q(reason="")),
                name="appraisal_measured_or_reason",
                violation_error_message=_("An appraisal has measures, or a reason why it has none."),
            ),
        ]
        indexes = [
            models.Index(fields=["code_version", "image"], name="appraisal_by_version"),
            *(models.Index(fields=[name, "id"], name=f"appraisal_by_{name}") for name in SORTED),
        ]

    def __str__(self) -> str:
        return f"{self.image_id}: {self.get_state_display()}"


class PredictionQuerySet(OwnedQuerySet):
    owner_path = "appraisal__image__artwork"


class Prediction(models.Model):
    """What the machine expects experts to say on the mean, 1 to 7, with an interval.

    ``is_held_out``: by a model that had not seen how this work is rated, as its neighbours of the same fold.
    """

    model_version = models.ForeignKey("registry.ModelVersion", models.CASCADE, related_name="+")
    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="predictions")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="predictions")
    low = models.FloatField(_("low"))
    middle = models.FloatField(_("middle"))
    high = models.FloatField(_("high"))
    is_held_out = models.BooleanField(_("held out"), default=False)

    objects = PredictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("prediction of a rating")
        verbose_name_plural = _("predictions of ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["model_version", "appraisal", "criterion"], name="appraisal_prediction_once"
            ),
            models.CheckConstraint(
                condition=Q(low__lte=F("middle"), middle__lte=F("high"), low__gte=LOWEST, high__lte=HIGHEST),
                name="appraisal_prediction_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal_id} {self.criterion_id}: {self.middle:.1f}"
