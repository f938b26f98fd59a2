"""``/suggestions``: what pictures suggest for empty fields, to accept, to refuse, to take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.classification import services
from analysis.classification.fields import Field
from analysis.classification.models import Suggestion
from artmarket.api.keyset import Keyset
from artmarket.api.problems import Problem
from artmarket.api.router import Router
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import READ, VisibleReadViewSet


class OtherAnswerSerializer(serializers.Serializer[Any]):
    """A less likely answer."""

    answer = serializers.CharField()
    probability = serializers.FloatField(min_value=0, max_value=1)


class SuggestionSerializer(ReadSerializer):
    """A value for one field that the work leaves empty. Nothing is written unless somebody accepts it."""

    id = serializers.IntegerField()
    links = LinksField(self="api:suggestion-detail")
    artwork = serializers.IntegerField(source="artwork_id")
    field = serializers.ChoiceField(Field.choices)
    value = serializers.CharField()
    probability = serializers.FloatField(help_text="Calibrated, 0.5 to 1.")
    others = OtherAnswerSerializer(many=True)
    state = serializers.ChoiceField(Suggestion.State.choices)
    model_version = serializers.IntegerField(source="model_version_id")
    decided_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SuggestionFilter(django_filters.FilterSet):
    """By work, field and state; ``offered=true``: waiting, and the field is still empty."""

    artwork = django_filters.NumberFilter(field_name="artwork_id")
    field = django_filters.ChoiceFilter(choices=Field.choices)
    state = django_filters.ChoiceFilter(choices=Suggestion.State.choices)
    offered = django_filters.BooleanFilter(method="keep_offered")

    class Meta:
        model = Suggestion
        fields: list[str] = []

    def keep_offered(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.offered() if value else rows  # type: ignore[attr-defined, no-any-return]


class SuggestionViewSet(VisibleReadViewSet):
    """Suggestions for works that you may change."""

    queryset = Suggestion.objects.all()
    serializer_class = SuggestionSerializer
    filterset_class = SuggestionFilter
    orders = {"newest": Keyset("-id"), "oldest": Keyset("id")}
    required_scopes = {**READ, "accept": "write", "refuse": "write", "take_back": "write"}

    @extend_schema(request=None, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Write the value into the work; 409 where it was answered already or the field is filled."""
        return self.act(services.accept)

    @extend_schema(request=None, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say no; the value is not suggested for this work again. 409 where it was answered already."""
        return self.act(services.refuse)

    @extend_schema(request=None, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Undo an answer; 409 where there is none, or the field was changed since it was accepted."""
        return self.act(services.take_back)

    def act(self, service: Callable[..., Suggestion]) -> Response:
        suggestion = self.find(self.get_queryset())
        try:
            return self.answer(service(actor=self.actor, suggestion=suggestion))
        except ValidationError as error:
            code = getattr(error, "code", None) or "invalid"
            raise Problem(409, f"suggestion_{code}", detail=" ".join(error.messages)) from error


def register(router: Router) -> None:
    router.register("suggestions", SuggestionViewSet, basename="suggestion")
