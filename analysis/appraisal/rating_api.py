"""``/ratings`` and ``/criteria``: what experts say of works, and by what they judge."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.appraisal import services
from analysis.appraisal.criteria import HIGHEST, LOWEST
from analysis.appraisal.filters import RatingFilter
from analysis.appraisal.models import Criterion, Rating
from artmarket.api import etags
from artmarket.api.inputs import VisibleRecordField
from artmarket.api.keyset import Keyset
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import IF_MATCH, READ, WRITE, VisibleModelViewSet, VisibleReadViewSet
from artmarket.catalogue.models import Artwork


class CriterionSerializer(ReadSerializer):
    """A criterion, in the language asked for."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField(source="label")
    question = serializers.CharField(source="asks")
    is_asked = serializers.BooleanField(help_text="Whether new ratings by it are taken.")


class CriterionViewSet(VisibleReadViewSet):
    """What experts rate works by, from 1 (weakest) to 7 (strongest)."""

    queryset = Criterion.objects.all()
    serializer_class = CriterionSerializer
    orders = {"id": Keyset("id")}


class RatingSerializer(ReadSerializer):
    """What one expert says of a work by one criterion."""

    id = serializers.IntegerField()
    links = LinksField(self="api:rating-detail")
    artwork = serializers.IntegerField(source="artwork_id")
    criterion = serializers.CharField(source="criterion.code")
    score = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    comment = serializers.CharField(allow_blank=True)
    rater = serializers.CharField(source="rater.username")
    organisation = serializers.IntegerField(source="organisation_id")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class RatingChange(serializers.Serializer[Any]):
    """A score and, if you like, why."""

    score = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST, required=False)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=services.MOST_COMMENT)


class RatingInput(RatingChange):
    """A work that you see, a criterion by its code, and your score."""

    artwork = VisibleRecordField(Artwork)
    criterion = serializers.SlugRelatedField(slug_field="code", queryset=Criterion.objects.all())
    score = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)


class RatingViewSet(VisibleModelViewSet):
    """Experts' ratings, seen as the rated work is. One's own can be changed and withdrawn."""

    queryset = Rating.objects.all()
    serializer_class = RatingSerializer
    write_serializer_class = RatingInput
    filterset_class = RatingFilter
    orders = {"newest": Keyset("-id")}
    required_scopes = {**READ, **WRITE, "destroy": "write"}

    def get_write_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return RatingInput if self.action == "create" else RatingChange

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("criterion", "rater")

    def create_record(self, data: dict[str, Any]) -> Rating:
        judgement = services.Judgement(data["score"], data.get("comment", ""))
        artwork, criterion = data["artwork"], data["criterion"]
        return services.add_rating(actor=self.actor, artwork=artwork, criterion=criterion, judgement=judgement)

    def update_record(self, record: Rating, data: dict[str, Any]) -> Rating:
        judgement = services.Judgement(data.get("score", record.score), data.get("comment", record.comment))
        return services.change_rating(actor=self.actor, rating=record, judgement=judgement)

    @extend_schema(parameters=[IF_MATCH], responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Withdraw a rating of one's own. On the page of one's ratings this can be taken back."""
        with transaction.atomic():
            rating = self.lock_for_change()
            etags.require_match(request, rating)
            services.withdraw(actor=self.actor, rating=rating)
        return Response(status=status.HTTP_204_NO_CONTENT)
