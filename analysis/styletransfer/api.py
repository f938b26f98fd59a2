"""``/restyled``: have pictures restyled, read, keep, share and delete them; ``/restyle-contents``: pictures to restyle."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.jobs.services import JobError
from analysis.styletransfer import forgetting, queries, services
from analysis.styletransfer.api_fields import ContentSerializer, KeepInput, StyledSerializer, WishInput, wish_of
from analysis.styletransfer.filters import StyledImageFilter
from analysis.styletransfer.models import ContentPicture, StyledImage
from analysis.styletransfer.picture_views import png_answer
from analysis.styletransfer.sources import StylingRefused
from analysis.styletransfer.uploading import take_picture
from artmarket.api.idempotency import once
from artmarket.api.keyset import Keyset
from artmarket.api.problems import Problem
from artmarket.api.router import UUID_KEY, Router
from artmarket.api.serializers import address
from artmarket.api.viewsets import (
    IDEMPOTENCY_KEY,
    READ,
    ApiViewSet,
    CreateMixin,
    UpdateMixin,
    VisibleReadViewSet,
    refuse_unknown,
)
from artmarket.core.pictures import PictureRefused

CODES = {"not_found": 404, "not_done": 409, "held_back": 403, "private_source": 403, "rights": 403}


class StyledImageViewSet(CreateMixin, UpdateMixin, VisibleReadViewSet):
    """Restyled pictures: your own, and those that colleagues kept. Asking takes a worker seconds or minutes: 202, then ask
    again until `state` is `done`."""

    queryset = StyledImage.objects.all()
    serializer_class = StyledSerializer
    write_serializer_class = KeepInput
    filterset_class = StyledImageFilter
    lookup_value_regex = UUID_KEY
    orders = {"newest": Keyset("-created_at", "-id")}
    required_scopes = {
        **READ,
        "png": "read",
        "create": "analyse",
        "partial_update": "analyse",
        "destroy": "analyse",
        "share": "analyse",
        "unshare": "analyse",
        "cancel": "analyse",
    }

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return queries.gallery(self.request.user)

    @extend_schema(request=WishInput, parameters=[IDEMPOTENCY_KEY], responses={202: StyledSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Have a picture restyled. What you asked in the very same way before is given again."""
        return once(request, lambda: self.asked(request))

    def asked(self, request: Request) -> Response:
        body = WishInput(data=request.data, context=self.get_serializer_context())
        refuse_unknown(body, request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        said.setdefault("organisation", self.own_organisation())
        try:
            styled = services.restyle(actor=self.actor, wish=wish_of(self.actor, said))
        except StylingRefused as refused:
            raise problem(refused) from refused
        answer = self.answer(self.get_queryset().get(pk=styled.pk), code=202)
        answer["Location"] = request.build_absolute_uri(address("api:styled-image-detail", styled.pk))
        answer["Retry-After"] = "2"
        return answer

    def own_organisation(self) -> Any:
        """The key's organisation, or the only one that the asker works for; none where there are several."""
        found = list(queries.organisations_of(self.actor)[:2])
        return found[0] if len(found) == 1 else None

    def update_record(self, record: StyledImage, data: dict[str, Any]) -> StyledImage:
        try:
            is_kept = data.get("is_kept", record.is_kept)
            return services.keep(styled=record, is_kept=is_kept, note=data.get("note"))
        except StylingRefused as refused:
            raise problem(refused) from refused

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Throw a picture away, with its files; a run under way is stopped."""
        forgetting.discard(actor=self.actor, styled=self.changeable())
        return Response(status=204)

    @extend_schema(request=None, responses=StyledSerializer, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def share(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give it an address for everyone signed in who is told it (`links.shared`)."""
        return self.done(services.share)

    @extend_schema(request=None, responses=StyledSerializer, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def unshare(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the address back."""
        return self.done(services.unshare)

    @extend_schema(request=None, responses=StyledSerializer, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Stop the run; 409 where it has ended."""
        try:
            services.cancel(actor=self.actor, styled=self.changeable())
        except JobError as refused:
            raise Problem(409, "job_ended", detail=str(refused)) from refused
        return self.answer(self.find(self.get_queryset()))

    @extend_schema(
        responses={(200, "image/png"): OpenApiResponse(OpenApiTypes.BINARY, "The PNG with its provenance.")},
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def png(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The finished picture; 409 while it is not, 403 where the rights on a source do not allow it to leave."""
        try:
            return png_answer(self.find(self.get_queryset()))
        except StylingRefused as refused:
            raise problem(refused) from refused

    def done(self, act: Any) -> Response:
        try:
            act(styled=self.changeable())
        except StylingRefused as refused:
            raise problem(refused) from refused
        return self.answer(self.find(self.get_queryset()))

    def changeable(self) -> StyledImage:
        """The addressed picture; 404 unseen, 403 seen but not the asker's to change."""
        rows = StyledImage.objects.select_related("job", "content_picture")
        found: StyledImage = self.find(rows.visible_to(self.actor))
        if not StyledImage.objects.editable_by(self.actor).filter(pk=found.pk).exists():
            raise Problem(403, "not_editable", detail=_("You may see this record, but not change it."))
        return found


class UploadInput(serializers.Serializer[Any]):
    """A picture to restyle."""

    picture = serializers.FileField()


class ContentViewSet(ApiViewSet):
    """Pictures of your own to restyle, seen by you alone; deleted after a week unless a picture made of them is kept."""

    queryset = ContentPicture.objects.none()
    parser_classes = [MultiPartParser]
    serializer_class = ContentSerializer
    filter_backends: list[Any] = []
    pagination_class = None
    required_scopes = {"create": "analyse"}

    @extend_schema(
        request={"multipart/form-data": UploadInput}, parameters=[IDEMPOTENCY_KEY], responses={201: ContentSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send a JPEG, PNG, WebP or TIFF; its `id` is the `content.picture` of what you then ask for."""
        return once(request, lambda: self.taken(request))

    def taken(self, request: Request) -> Response:
        upload = request.FILES.get("picture")
        try:
            if upload is None:
                raise PictureRefused("required", _("Choose a picture first."))
            kept = take_picture(actor=self.actor, source=upload, name=upload.name or "")
        except (PictureRefused, StylingRefused) as refused:
            error = {"pointer": "/picture", "code": refused.code, "detail": str(refused)}
            raise Problem(422, "picture_refused", detail=str(refused), errors=[error]) from refused
        return Response(ContentSerializer(kept).data, status=201)


def problem(refused: StylingRefused) -> Problem:
    return Problem(CODES.get(refused.code, 422), refused.code, detail=str(refused) or _("This cannot be done."))


def register(router: Router) -> None:
    router.register("restyled", StyledImageViewSet, basename="styled-image")
    router.register("restyle-contents", ContentViewSet, basename="restyle-content")
