"""``/possible-duplicates``: pairs of pictures that may show one work, and what was decided of them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.similarity import deciding
from analysis.similarity.models import PossibleDuplicate
from artmarket.api.keyset import Keyset
from artmarket.api.serializers import ReadSerializer
from artmarket.api.viewsets import READ, VisibleReadViewSet


class PossibleDuplicateSerializer(ReadSerializer):
    """Two pictures of different works; `first` came before `second`."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(PossibleDuplicate.Kind.choices)
    probability = serializers.FloatField(help_text="That they show one work, 0 to 1.")
    evidence = serializers.JSONField()
    state = serializers.ChoiceField(PossibleDuplicate.State.choices)
    first_image = serializers.IntegerField(source="first_id")
    first_artwork = serializers.IntegerField(source="first.artwork_id")
    second_image = serializers.IntegerField(source="second_id")
    second_artwork = serializers.IntegerField(source="second.artwork_id")
    decided_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class DecisionSerializer(serializers.Serializer[Any]):
    """What two pictures are."""

    decision = serializers.ChoiceField(
        sorted(deciding.DECISIONS),
        help_text="`same`: one work; `gather`: and its pictures go to the older record; `dismiss`: not the same.",
    )


class PossibleDuplicateFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=PossibleDuplicate.State.choices)
    kind = django_filters.ChoiceFilter(choices=PossibleDuplicate.Kind.choices)

    class Meta:
        model = PossibleDuplicate
        fields: list[str] = []


class PossibleDuplicateViewSet(VisibleReadViewSet):
    """Pairs of which you may see both works."""

    queryset = PossibleDuplicate.objects.all()
    serializer_class = PossibleDuplicateSerializer
    filterset_class = PossibleDuplicateFilter
    orders = {"newest": Keyset("-id"), "likeliest": Keyset("-probability", "-id")}
    required_scopes = {**READ, "decide": "write", "undo": "write"}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("first", "second")

    @extend_schema(request=DecisionSerializer, responses=PossibleDuplicateSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say what an open pair is. For those who keep one of the works; to gather, both."""
        asked = DecisionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        pair = self.find(self.get_queryset())
        deciding.decide(actor=self.actor, pair=pair, decision=asked.validated_data["decision"])
        return self.answer(self.find(self.get_queryset()))

    @extend_schema(request=None, responses=PossibleDuplicateSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Open a decided pair again."""
        deciding.undo(actor=self.actor, pair=self.find(self.get_queryset()))
        return self.answer(self.find(self.get_queryset()))
