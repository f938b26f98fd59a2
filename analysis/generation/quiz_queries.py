"""Reads of the quiz: one's own rounds, what may be asked of a person, and a model's human score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from analysis.generation.models import QuizAnswer, QuizRound, StudioModel, TrainingPicture
from analysis.generation.quiz_scoring import Score
from artmarket.accounts.models import User
from artmarket.catalogue.models import ArtworkImage


@dataclass(frozen=True)
class Choice:
    """A model that may be played: how many training works the person was not shown yet, and a round that is still open."""

    model: StudioModel
    unseen: int
    open_round: QuizRound | None
    score: Score


def real_pictures(user: User, model: StudioModel) -> QuerySet[ArtworkImage]:
    """Training pictures of a model whose work the person may see and that no round has shown them."""
    shown = QuizAnswer.objects.filter(person=user, real__isnull=False).values("real")
    rows = ArtworkImage.objects.visible_to(user).filter(pk__in=model.training_pictures.values("image"))
    found: QuerySet[ArtworkImage] = rows.exclude(pk__in=shown)
    return found


def open_rounds(user: User, models: Sequence[StudioModel]) -> dict[int, QuizRound]:
    """By model the person's latest round, where a picture of it waits for its answer or is being painted."""
    rows = QuizRound.objects.visible_to(user).filter(model__in=models).select_related("job")
    rows = rows.annotate(asked=Count("answers"), left=Count("answers", filter=Q(answers__said_generated=None)))
    latest = {row.model_id: row for row in rows.order_by("id")}
    return {key: row for key, row in latest.items() if row.left or (not row.asked and is_painted(row))}


def is_painted(found: QuizRound) -> bool:
    return found.job is not None and found.job.is_unfinished


def with_scores(models: QuerySet[StudioModel]) -> QuerySet[Any]:
    """Models with the counts of all people's answers, for ``score_of``."""
    said = Q(quiz_rounds__answers__said_generated__isnull=False)
    generated = said & Q(quiz_rounds__answers__is_generated=True)
    real = said & Q(quiz_rounds__answers__is_generated=False)
    for_real = Q(quiz_rounds__answers__said_generated=False)
    return models.annotate(
        quiz_people=Count("quiz_rounds__answers__person", filter=said, distinct=True),
        quiz_generated=Count("quiz_rounds__answers", filter=generated),
        quiz_taken=Count("quiz_rounds__answers", filter=generated & for_real),
        quiz_real=Count("quiz_rounds__answers", filter=real),
        quiz_known=Count("quiz_rounds__answers", filter=real & for_real),
    )


def score_of(model: Any) -> Score:
    """All people's answers about a model's pictures and its training works; ``model`` is one ``with_scores`` or any."""
    row = model if hasattr(model, "quiz_people") else with_scores(StudioModel.objects.filter(pk=model.pk)).get()
    return Score(row.quiz_people, row.quiz_generated, row.quiz_taken, row.quiz_real, row.quiz_known)


def answers_of(found: QuizRound) -> Sequence[QuizAnswer]:
    """A round's pictures in their places, without their bytes."""
    rows = found.answers.select_related("generated", "real__artwork")
    return list(rows.defer("generated__picture", "generated__style"))


def unseen_works(user: User, models: Sequence[StudioModel]) -> dict[int, int]:
    """By model how many ``real_pictures`` there are."""
    shown = QuizAnswer.objects.filter(person=user, real__isnull=False).values("real")
    seen = ArtworkImage.objects.visible_to(user).exclude(pk__in=shown)
    rows = TrainingPicture.objects.filter(model__in=models, image__in=seen).values_list("model")
    return dict(rows.annotate(n=Count("image", distinct=True)))


def choices(user: User, *, most: int = 12) -> list[Choice]:
    """The models that the person may see, the newest first."""
    models = list(with_scores(StudioModel.objects.visible_to(user)).defer("grid").order_by("-id")[:most])
    unseen, rounds = unseen_works(user, models), open_rounds(user, models)
    return [Choice(each, unseen.get(each.pk, 0), rounds.get(each.pk), score_of(each)) for each in models]
