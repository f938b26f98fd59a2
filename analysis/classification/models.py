"""What pictures look like to the classifier, and what people made of its suggestions."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.classification.fields import Field, some_empty, words
from artmarket.accounts.ownership import Actor, OwnedQuerySet, editable_q
from artmarket.core.history import tracked
from artmarket.core.models import TimeStamped


class OfEditableWorks(OwnedQuerySet):
    """Shown to those who may change the work: to nobody else is a suggestion of any use."""

    owner_path = "artwork"

    def visible_to(self, user: Actor) -> Self:
        return self.filter(editable_q(user, self.owner_path))


class Reading(TimeStamped):
    """The last look at a work's primary picture: by which model, at which file, and why nothing was said, if so.

    ``distance``: how far the picture lies from those learned from over how far it may; above 1 it is unlike them.
    """

    class Reason(models.TextChoices):
        BLANK = "blank", _("The picture is blank.")
        TOO_SMALL = "too_small", _("The picture is too small to be judged.")
        TOO_LONG = "too_long", _("The picture is a strip, much longer than wide.")
        UNLIKE_TRAINING = "unlike_training", _("The picture is unlike all that the model learned from.")

    artwork = models.OneToOneField("catalogue.Artwork", models.CASCADE, related_name="reading")
    model_version = models.ForeignKey("registry.ModelVersion", models.PROTECT, related_name="readings")
    input_sha256 = models.CharField(_("SHA-256 of the picture"), max_length=64)
    abstained = models.CharField(_("why nothing is said"), max_length=20, choices=Reason.choices, blank=True)
    distance = models.FloatField(_("distance"), null=True)

    objects = OfEditableWorks.as_manager()

    class Meta:
        verbose_name = _("reading of a picture")
        verbose_name_plural = _("readings of pictures")

    def __str__(self) -> str:
        return f"{self.artwork_id}: {self.abstained or '…'}"


class SuggestionQuerySet(OfEditableWorks):
    def offered(self) -> Self:
        """Those that wait for an answer and whose field the work leaves empty."""
        return self.filter(some_empty(), state="open")


@tracked()
class Suggestion(TimeStamped):
    """“Looks like: oil”: a value for one empty field of a work, with its calibrated probability.

    Written into the work by a person's yes alone; a no is remembered, so that no later model asks again.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an answer")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    artwork = models.ForeignKey("catalogue.Artwork", models.CASCADE, related_name="suggestions")
    model_version = models.ForeignKey("registry.ModelVersion", models.PROTECT, related_name="suggestions")
    field = models.CharField(_("field"), max_length=20, choices=Field.choices)
    value = models.CharField(_("value"), max_length=100)
    probability = models.FloatField(_("probability"))
    others = models.JSONField(_("other answers"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-probability", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["artwork", "field", "value"],
                name="classification_suggestion_once",
                violation_error_message=_("This was suggested already."),
            ),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1),
                name="classification_suggestion_probability",
                violation_error_message=_("A probability lies between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="classification_suggestion_decided",
                violation_error_message=_("A decision has its time."),
            ),
        ]
        indexes = [models.Index(fields=["state", "-probability", "id"], name="classification_by_chance")]

    def __str__(self) -> str:
        return f"{self.artwork_id} {self.field}: {self.value}"

    @property
    def label(self) -> str:
        """The value in the reader's words."""
        return words(self.field, self.value)

    @property
    def percent(self) -> int:
        """The probability in whole per cent."""
        return round(100 * self.probability)

    @property
    def other_answers(self) -> list[tuple[str, int]]:
        """Less likely answers with their per cent."""
        found: list[dict[str, Any]] = self.others
        return [(words(self.field, each["answer"]), round(100 * each["probability"])) for each in found]
