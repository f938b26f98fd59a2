"""``/quiz-scores``: what people's answers in the quiz say of a model; read only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analysis.generation.models import StudioModel
from analysis.generation.quiz_queries import score_of, with_scores
from analysis.generation.quiz_scoring import Score
from artmarket.api.keyset import Keyset
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import VisibleReadViewSet


class QuizFiguresSerializer(serializers.Serializer[Any]):
    """Figures of people's answers. Every figure is null while answers are too few (30 of each kind, by three people)."""

    people = serializers.IntegerField()
    generated = serializers.IntegerField(help_text="Answers about generated pictures.")
    real = serializers.IntegerField(help_text="Answers about training works.")
    is_enough = serializers.BooleanField()
    taken_for_real = serializers.FloatField(allow_null=True, help_text="Share of generated pictures taken for real.")
    taken_for_real_low = serializers.FloatField(allow_null=True, help_text="95 % by Wilson.")
    taken_for_real_high = serializers.FloatField(allow_null=True)
    accuracy = serializers.FloatField(allow_null=True, help_text="Balanced; 0.5 is guessing.")
    accuracy_low = serializers.FloatField(allow_null=True, help_text="95 % by Newcombe.")
    accuracy_high = serializers.FloatField(allow_null=True)
    d_prime = serializers.FloatField(allow_null=True, help_text="Sensitivity; 0 is guessing.")


class QuizScoreSerializer(ReadSerializer):
    """A studio model's human score."""

    id = serializers.IntegerField()
    links = LinksField(self="api:quiz-score-detail", model="api:studio-model-detail")
    name = serializers.CharField()
    score = serializers.SerializerMethodField()

    @extend_schema_field(QuizFiguresSerializer)
    def get_score(self, model: StudioModel) -> dict[str, Any]:
        return figures_of(score_of(model))


def figures_of(score: Score) -> dict[str, Any]:
    """A score as JSON."""
    names = ("taken_for_real", "taken_for_real_low", "taken_for_real_high", "accuracy", "accuracy_low", "accuracy_high")
    values: tuple[float | None, ...] = (None,) * len(names)
    if score.is_enough:
        values = (score.share, *score.interval, score.accuracy, *score.accuracy_interval)
    counts = {name: getattr(score, name) for name in ("people", "generated", "real", "is_enough")}
    d_prime = round(score.d_prime, 4) if score.is_enough else None
    return {**counts, **dict(zip(names, values, strict=True)), "d_prime": d_prime}


class QuizScoreViewSet(VisibleReadViewSet):
    """What people told apart in “Real or generated?”, by studio model."""

    queryset = StudioModel.objects.defer("grid")
    serializer_class = QuizScoreSerializer
    orders = {"newest": Keyset("-id")}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_scores(rows)
