"""``/attributions``: ask whose hand a work is, read opinions, put a name to the test."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.attribution import queries, services
from analysis.attribution.filters import OpinionFilter
from analysis.attribution.models import AttributionOpinion
from analysis.attribution.naming import Named, keys_of, named
from artmarket.api.idempotency import once
from artmarket.api.inputs import VisibleRecordField
from artmarket.api.keyset import Keyset
from artmarket.api.problems import Problem
from artmarket.api.router import Router
from artmarket.api.serializers import LinksField, ReadSerializer, address
from artmarket.api.viewsets import IDEMPOTENCY_KEY, READ, VisibleReadViewSet, refuse_unknown
from artmarket.catalogue.models import Artist, Artwork

CODES = {"not_found": 404, "no_model": 409, "no_picture": 422, "unknown_artist": 422, "abstained": 409}
HAND = {
    "type": "object",
    "required": ["artist", "name", "qualifier", "probability"],
    "properties": {
        "artist": {"type": "integer"},
        "name": {"type": "string", "nullable": True},
        "qualifier": {"type": "string"},
        "probability": {"type": "number"},
    },
}
PART = {
    "type": "object",
    "required": ["name", "box", "candidates", "unknown"],
    "properties": {
        "name": {"type": "string", "enum": ["whole", "detail", "patch"]},
        "box": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        "candidates": {"type": "array", "items": HAND},
        "unknown": {"type": "number"},
    },
}


class HandsField(serializers.Field[Any, Any, Any, Any]):
    """Hands with their names where the asker may see the artist (else null)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def hands(self, opinion: AttributionOpinion, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        names = self.context["names"]
        return [
            {
                "artist": names[row["artist"]].hand.artist_id,
                "name": artist.name if (artist := names[row["artist"]].artist) else None,
                "qualifier": names[row["artist"]].hand.qualifier,
                "probability": row["probability"],
            }
            for row in rows
        ]


@extend_schema_field({"type": "array", "items": HAND})
class CandidatesField(HandsField):
    """Ranked; with ``unknown`` they add up to 1."""

    def to_representation(self, value: AttributionOpinion) -> list[dict[str, Any]]:
        return self.hands(value, value.candidates)


@extend_schema_field({"type": "array", "items": PART})
class PartsField(HandsField):
    """What each part of the picture says alone; boxes are x, y, width, height as shares of the picture."""

    def to_representation(self, value: AttributionOpinion) -> list[dict[str, Any]]:
        return [part | {"candidates": self.hands(value, part["candidates"])} for part in value.parts]


class VerificationSerializer(ReadSerializer):
    """“Is this by X?”: how much likelier the picture is if it is, and the error rates at the threshold."""

    artist = serializers.IntegerField(source="artist_id")
    name = serializers.CharField(source="artist.name")
    likelihood_ratio = serializers.FloatField()
    threshold = serializers.FloatField()
    false_accept = serializers.FloatField(help_text="Share of others' held-out works taken for the artist's.")
    false_reject = serializers.FloatField(help_text="Share of the artist's own held-out works that were missed.")
    accepted = serializers.BooleanField()
    compared_with = serializers.IntegerField()
    typicality = serializers.FloatField(
        allow_null=True,
        help_text="Share of the artist's own works that lie as far from the others; small for followers. Null: too few works.",
    )


class OpinionSerializer(ReadSerializer):
    """Whose hand a work may be: evidence, beside which the record stays as it is."""

    id = serializers.IntegerField()
    links = LinksField(self="api:attribution-detail", page="attribution:opinion-detail")
    artwork = serializers.IntegerField(source="artwork_id")
    image = serializers.IntegerField(source="image_id")
    model = serializers.IntegerField(source="model_version_id")
    candidates = CandidatesField()
    unknown = serializers.FloatField(help_text="Probability of none of those known.")
    disagreement = serializers.FloatField(help_text="Of the parts: 0 one voice, 1 the most there can be.")
    strength = serializers.ChoiceField(AttributionOpinion.Strength.choices)
    right_share = serializers.FloatField(
        allow_null=True, help_text="Share of held-out works that opinions of this strength named rightly."
    )
    right_count = serializers.IntegerField()
    abstained = serializers.CharField(help_text="Why there is no opinion; empty where there is one.")
    reason = serializers.CharField(help_text="The same in words.")
    stands = serializers.ChoiceField(
        [queries.AGREES, queries.DIFFERS, queries.ABSTAINS], help_text="Beside what the record says."
    )
    inputs_sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class OpinionDetailSerializer(OpinionSerializer):
    """With the parts' votes and the names that were put to the test."""

    parts = PartsField()
    verifications = VerificationSerializer(many=True)


class AskSerializer(serializers.Serializer[Any]):
    """A work that you may see."""

    artwork = VisibleRecordField(Artwork)


class VerifySerializer(serializers.Serializer[Any]):
    """An artist whose hand the model has learned."""

    artist = VisibleRecordField(Artist)


class OpinionWaitingSerializer(serializers.Serializer[Any]):
    """A worker has it: ask the job, then what ``Location`` names."""

    state = serializers.ChoiceField(["waiting"])
    job = serializers.UUIDField()
    links = serializers.DictField(child=serializers.CharField())


class AttributionViewSet(VisibleReadViewSet):
    """Opinions on the hands of works that you may see. Asking takes a worker some seconds: 202, then ask again."""

    queryset = AttributionOpinion.objects.all()
    serializer_class = OpinionDetailSerializer
    list_serializer_class = OpinionSerializer
    filterset_class = OpinionFilter
    orders = {"newest": Keyset("-id"), "surest": Keyset("-leading_share", "-id")}
    required_scopes = {**READ, "create": "analyse", "verify": "analyse"}
    names: Mapping[str, Named] = MappingProxyType({})

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found = queries.opinion_rows(self.request.user)
        if self.action == "list":
            return found
        return queries.with_evidence(found.defer(None), self.request.user)

    def answer(self, record: Any, *, code: int = 200) -> Response:
        self.names = named(self.request.user, keys_of([record]))
        return super().answer(record, code=code)

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        self.names = named(self.request.user, {str(each["artist"]) for row in page or [] for each in row.candidates})
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "names": self.names}

    @extend_schema(
        request=AskSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: OpinionDetailSerializer, 202: OpinionWaitingSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask for the active model's opinion: 200 where it was given before, else 202 with the job that makes it."""
        return once(request, lambda: self.asked(self.read(AskSerializer, request)["artwork"]))

    def asked(self, work: Artwork) -> Response:
        try:
            found = services.ask(actor=self.actor, work=work)
        except services.OpinionRefused as refused:
            raise problem(refused) from refused
        if found.opinion is not None:
            return self.answer(self.get_queryset().get(pk=found.opinion.pk))
        where = f"{reverse('api:attribution-list')}?artwork={work.pk}"
        return self.waiting(found.job_id, where)

    def waiting(self, job_id: Any, where: str) -> Response:
        body = {"state": "waiting", "job": job_id, "links": {"job": address("api:job-detail", job_id), "result": where}}
        headers = {"Location": self.request.build_absolute_uri(where), "Retry-After": "2"}
        return Response(body, status=202, headers=headers)

    @extend_schema(
        request=VerifySerializer, responses={200: VerificationSerializer, 202: OpinionWaitingSerializer}, filters=False
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def verify(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put a name to the test: 200 where that was done before, else 202; the result then stands in the opinion."""
        opinion = self.find(self.get_queryset())
        try:
            found = services.verify(
                actor=self.actor, opinion=opinion, artist=self.read(VerifySerializer, request)["artist"]
            )
        except services.OpinionRefused as refused:
            raise problem(refused) from refused
        if found.verification is not None:
            return Response(VerificationSerializer(found.verification).data)
        return self.waiting(found.job_id, address("api:attribution-detail", opinion.pk))

    def read(self, serializer_class: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        serializer = serializer_class(data=request.data, context=self.get_serializer_context())
        refuse_unknown(serializer, request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def problem(refused: services.OpinionRefused) -> Problem:
    return Problem(CODES.get(refused.code, 422), refused.code, detail=str(refused) or _("This cannot be asked."))


def register(router: Router) -> None:
    router.register("attributions", AttributionViewSet, basename="attribution")
