"""``/studio-models``, ``/generated-images``: breed pictures, read them, publish what is no copy."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.generation import asking, breeding, services
from analysis.generation.filters import GeneratedImageFilter, StudioModelFilter
from analysis.generation.models import GeneratedImage, Parenthood, StudioModel
from analysis.generation.quiz_api import QuizScoreViewSet
from analysis.generation.serializers import (
    BreedingSerializer,
    BreedSerializer,
    ChangeSerializer,
    GeneratedImageDetailSerializer,
    GeneratedImageSerializer,
    StudioModelDetailSerializer,
    StudioModelSerializer,
)
from artmarket.api.idempotency import once
from artmarket.api.keyset import Keyset
from artmarket.api.problems import Problem
from artmarket.api.router import Router
from artmarket.api.serializers import address
from artmarket.api.viewsets import IDEMPOTENCY_KEY, READ, UpdateMixin, VisibleReadViewSet, refuse_unknown
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.text import CodedError

CODES = {"not_found": 404, "copy": 409, "not_compared": 409, "projection": 409}


class StudioModelViewSet(VisibleReadViewSet):
    """Generators that you may breed with."""

    queryset = StudioModel.objects.defer("grid")
    serializer_class = StudioModelDetailSerializer
    list_serializer_class = StudioModelSerializer
    filterset_class = StudioModelFilter
    orders = {"newest": Keyset("-id"), "oldest": Keyset("id")}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.action == "list":
            return rows
        return rows.select_related("version").prefetch_related("directions")


class GeneratedImageViewSet(UpdateMixin, VisibleReadViewSet):
    """Pictures of your organisation's models, your own, and what was published. Breeding takes a worker about a second: 202."""

    queryset = GeneratedImage.objects.defer("picture", "style")
    serializer_class = GeneratedImageDetailSerializer
    list_serializer_class = GeneratedImageSerializer
    write_serializer_class = ChangeSerializer
    filterset_class = GeneratedImageFilter
    orders = {"newest": Keyset("-id"), "oldest": Keyset("id")}
    required_scopes = {
        **READ,
        "png": "read",
        "create": "analyse",
        "partial_update": "write",
        "publish": "write",
        "unpublish": "write",
    }

    seen_images: frozenset[int] = frozenset()
    is_own = False

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        seen = GeneratedImage.objects.visible_to(self.request.user).values("pk")
        return rows.prefetch_related(Prefetch("parenthoods", Parenthood.objects.filter(parent__in=seen)))

    def answer(self, record: Any, *, code: int = 200) -> Response:
        keys = [each["image"] for each in record.nearest if each.get("image")]
        seen = ArtworkImage.objects.visible_to(self.request.user).filter(pk__in=keys)
        self.seen_images = frozenset(seen.values_list("pk", flat=True))
        self.is_own = GeneratedImage.objects.editable_by(self.request.user).filter(pk=record.pk).exists()
        return super().answer(record, code=code)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "seen_images": self.seen_images, "is_own": self.is_own}

    def get_write_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.write_serializer_class

    def read_body(self, request: Request, *, partial: bool = False) -> dict[str, Any]:
        return self.read(ChangeSerializer, request)

    def read(self, serializer_class: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        serializer = serializer_class(data=request.data, context=self.get_serializer_context())
        refuse_unknown(serializer, request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def update_record(self, record: GeneratedImage, data: dict[str, Any]) -> GeneratedImage:
        if "is_favourite" in data:
            services.set_favourite(actor=self.actor, picture=record, is_favourite=data["is_favourite"])
        if "note" in data:
            services.write_note(actor=self.actor, picture=record, note=data["note"])
        return record

    @extend_schema(request=BreedSerializer, parameters=[IDEMPOTENCY_KEY], responses={202: BreedingSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Have pictures made; they then stand in the list under ``?generation=``."""
        return once(request, lambda: self.bred(self.read(BreedSerializer, request)))

    def bred(self, data: dict[str, Any]) -> Response:
        model, parents = data.pop("model"), [each.pk for each in data.pop("parents", [])]
        try:
            ask = asking.checked(data.pop("how"), parents=parents, **data)
            brood = breeding.breed(actor=self.actor, model=model, ask=ask)
        except CodedError as refused:
            raise problem(refused) from refused
        where = f"{reverse('api:generated-image-list')}?generation={brood.pk}"
        links = {"job": address("api:job-detail", brood.job_id), "result": where}
        body = {"state": "waiting", "generation": brood.pk, "job": brood.job_id, "links": links}
        headers = {"Location": self.request.build_absolute_uri(where), "Retry-After": "1"}
        return Response(body, status=202, headers=headers)

    @extend_schema(responses={(200, "image/png"): OpenApiResponse(OpenApiTypes.BINARY, "The PNG.")}, filters=False)
    @action(detail=True, pagination_class=None)
    def png(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The picture. It says of itself that it was generated, by which model and recipe."""
        found = self.find(GeneratedImage.objects.visible_to(self.actor).only("id", "picture"))
        return HttpResponse(bytes(found.picture), content_type="image/png")

    @extend_schema(request=None, responses=GeneratedImageDetailSerializer, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def publish(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show it to everyone signed in; 409 for a copy, and for what was not compared with the training works."""
        return self.changed(services.publish)

    @extend_schema(request=None, responses=GeneratedImageDetailSerializer, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def unpublish(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show it to its own people alone again."""
        return self.changed(services.unpublish)

    def changed(self, change: Any) -> Response:
        try:
            change(actor=self.actor, picture=self.find(self.get_queryset()))
        except CodedError as refused:
            raise problem(refused) from refused
        return self.answer(self.find(self.get_queryset()))


def problem(refused: CodedError) -> Problem:
    return Problem(CODES.get(refused.code, 422), refused.code, detail=str(refused))


def register(router: Router) -> None:
    router.register("studio-models", StudioModelViewSet, basename="studio-model")
    router.register("generated-images", GeneratedImageViewSet, basename="generated-image")
    router.register("quiz-scores", QuizScoreViewSet, basename="quiz-score")
