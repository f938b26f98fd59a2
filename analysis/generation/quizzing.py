"""The quiz's records: rounds in which a person tells real from generated pictures, and each answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analysis.generation.trained import StudioModel
from artmarket.accounts.ownership import PersonalQuerySet
from artmarket.core.models import TimeStamped


class OwnRoundQuerySet(PersonalQuerySet):
    """What a person answered is that person's alone; others read sums."""

    person = "person"


class QuizRound(TimeStamped):
    """Some pictures, shown one by one. The generated ones are painted for this round alone (``brood``), so that nobody has
    chosen among them or seen them before; ``job`` paints and mixes them."""

    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="quiz_rounds", verbose_name=_("person"))
    model = models.ForeignKey(StudioModel, models.CASCADE, related_name="quiz_rounds", verbose_name=_("studio model"))
    brood = models.OneToOneField("generation.Brood", models.SET_NULL, null=True, editable=False, related_name="+")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, editable=False, related_name="+")

    objects = OwnRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of the quiz")
        verbose_name_plural = _("rounds of the quiz")
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "model", "-id"], name="generation_quizround_latest")]

    def __str__(self) -> str:
        return f"{self.model_id} · {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("generation:quiz-round", args=[self.pk])


class QuizAnswer(TimeStamped):
    """A picture of a round in its place, and what the person took it for; ``said_generated`` is None until then.

    The picture's row may go (an artwork is deleted); what was said of it still counts.
    """

    round = models.ForeignKey(QuizRound, models.CASCADE, related_name="answers")
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(_("place"))
    is_generated = models.BooleanField(_("generated"))
    generated = models.ForeignKey("generation.GeneratedImage", models.SET_NULL, null=True, related_name="quiz_answers")
    real = models.ForeignKey("catalogue.ArtworkImage", models.SET_NULL, null=True, related_name="+")
    said_generated = models.BooleanField(_("taken for generated"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("answer of the quiz")
        verbose_name_plural = _("answers of the quiz")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "position"],
                name="generation_quizanswer_one_per_place",
                violation_error_message=_("Another picture has this place in the round."),
            ),
            models.UniqueConstraint(
                fields=["person", "generated"],
                name="generation_quizanswer_generated_once",
                violation_error_message=_("Nobody is asked twice about one picture."),
            ),
            models.UniqueConstraint(
                fields=["person", "real"],
                name="generation_quizanswer_real_once",
                violation_error_message=_("Nobody is asked twice about one picture."),
            ),
            models.CheckConstraint(
                condition=Q(is_generated=True, real=None) | Q(is_generated=False, generated=None),
                name="generation_quizanswer_real_or_generated",
                violation_error_message=_("A picture of the quiz is real or generated."),
            ),
            models.CheckConstraint(
                condition=Q(said_generated=None, answered_at=None)
                | Q(said_generated__isnull=False, answered_at__isnull=False),
                name="generation_quizanswer_said_when",
                violation_error_message=_("An answer has its time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.position}"

    @property
    def is_right(self) -> bool | None:
        """Whether the picture was told rightly; None before it was answered."""
        return None if self.said_generated is None else self.said_generated == self.is_generated
