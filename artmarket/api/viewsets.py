"""Base classes of every endpoint.

A room's view names its table, its orders, its serializers and, where it writes, two hooks that call its services::

    class ArtistViewSet(VisibleModelViewSet):
        queryset = Artist.objects.all()
        serializer_class = ArtistSerializer           # what is answered
        write_serializer_class = ArtistWriteSerializer  # what is read
        filterset_class = ArtistFilter
        orders = {"name": Keyset("sort_name", "id")}
        required_scopes = {**READ, **WRITE}

        def create_record(self, data):
            return services.create_artist(actor=self.request.user, **data)

        def update_record(self, record, data):
            return services.update_artist(actor=self.request.user, artist=record, **data)

An ``@action`` needs its own entry in ``required_scopes``, e.g. ``{**READ, "cancel": "analyse"}``; else it is refused.
Refuse with ``raise Problem(409, "job_ended", detail=_("…"))``; services' ``ValidationError``, ``PermissionDenied`` and
broken constraints become problems by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from artmarket.accounts.models import User
from artmarket.api import etags
from artmarket.api.filters import StrictFilterBackend
from artmarket.api.idempotency import once
from artmarket.api.keyset import Keyset
from artmarket.api.parsers import OrjsonParser
from artmarket.api.problems import Problem

READ: Mapping[str, str] = {"list": "read", "retrieve": "read"}
WRITE: Mapping[str, str] = {"create": "write", "partial_update": "write"}
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The `ETag` last read; 412 when the record changed since."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A name of your choice, up to 200 characters: sent again within a day, the request is not done again.",
)


class ApiViewSet(GenericViewSet[Any]):
    """What all endpoints share: strict JSON in and out, rate limit headers, no caching by others."""

    parser_classes = [OrjsonParser]
    filter_backends = [StrictFilterBackend]
    metadata_class = None
    required_scopes: ClassVar[Mapping[str, str]] = {}

    @property
    def actor(self) -> User:
        """Who asks; permissions have let nobody else through."""
        return cast(User, self.request.user)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        allowance = getattr(request, "allowance", None)
        for name, value in (allowance.headers() if allowance else {}).items():
            answer[name] = value
        answer.setdefault("Cache-Control", "private, no-store")
        return answer


class VisibleReadViewSet(ApiViewSet):
    """List and one record of what is ``visible_to`` the asker; ``list_serializer_class`` may be leaner."""

    orders: ClassVar[Mapping[str, Keyset]] = {"id": Keyset("id")}
    list_serializer_class: type[serializers.BaseSerializer[Any]] | None = None
    required_scopes: ClassVar[Mapping[str, str]] = READ

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()  # type: ignore[no-any-return]
        seen: QuerySet[Any] = rows.visible_to(self.request.user)
        return self.with_related(seen)

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Hook: load what the serializer shows, related records through ``visible_to`` as well."""
        return rows

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        if self.action == "list" and self.list_serializer_class is not None:
            return self.list_serializer_class
        return super().get_serializer_class()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record = self.find(self.get_queryset())
        return self.answer(record)

    def find(self, rows: QuerySet[Any]) -> Any:
        """The addressed record among ``rows``; 404 for one that does not exist or may not be seen."""
        return rows.get(**{self.lookup_field: self.kwargs[self.lookup_url_kwarg or self.lookup_field]})

    def answer(self, record: Model, *, code: int = status.HTTP_200_OK) -> Response:
        """The record as JSON with its ETag."""
        serializer = self.get_serializer_class()(record, context=self.get_serializer_context())
        return Response(serializer.data, status=code, headers={"ETag": etags.of(record)})


class CreateMixin:
    """POST: reads ``write_serializer_class``, calls ``create_record``, answers 201 with the record as a GET would."""

    write_serializer_class: type[serializers.BaseSerializer[Any]]

    def create_record(self, data: dict[str, Any]) -> Model:
        """Hook: call the room's service."""
        raise NotImplementedError

    def get_write_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.write_serializer_class

    @extend_schema(parameters=[IDEMPOTENCY_KEY])
    def create(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        return once(request, lambda: self.created(self.read_body(request)))

    def created(self: Any, data: dict[str, Any]) -> Response:
        with transaction.atomic():
            record = self.create_record(data)
            answer: Response = self.answer(self.get_queryset().get(pk=record.pk), code=status.HTTP_201_CREATED)
        answer["Location"] = self.request.build_absolute_uri(f"{record.pk}/")
        return answer

    def read_body(self: Any, request: Request, *, partial: bool = False) -> dict[str, Any]:
        """The checked body. Raises the framework's ``ValidationError``; a field that nothing reads is refused too."""
        serializer = self.get_write_serializer_class()(
            data=request.data, partial=partial, context=self.get_serializer_context()
        )
        refuse_unknown(serializer, request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class UpdateMixin:
    """PATCH: locks the row, compares ``If-Match``, calls ``update_record``. Seen but not editable: 403."""

    def update_record(self, record: Any, data: dict[str, Any]) -> Model:
        """Hook: call the room's service."""
        raise NotImplementedError

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            record = self.lock_for_change()
            etags.require_match(request, record)
            record = self.update_record(record, self.read_body(request, partial=True))
            answer: Response = self.answer(self.get_queryset().get(pk=record.pk))
        return answer

    def lock_for_change(self: Any) -> Any:
        """The addressed record under a row lock; 404 unseen, 403 seen but not editable."""
        rows = self.queryset.all()
        self.find(rows.visible_to(self.request.user))
        editable = rows.editable_by(self.request.user).select_for_update(of=("self",))
        try:
            return self.find(editable)
        except rows.model.DoesNotExist:
            raise Problem(403, "not_editable", detail=_("You may see this record, but not change it.")) from None


class VisibleModelViewSet(CreateMixin, UpdateMixin, VisibleReadViewSet):
    """List, one, create and change. There is no delete: records end by merging or by undoing an import."""

    required_scopes: ClassVar[Mapping[str, str]] = {**READ, **WRITE}


def refuse_unknown(serializer: Any, data: Any) -> None:
    """A misspelt field is an error, not a silent loss."""
    if not isinstance(data, Mapping):
        return
    errors = dict(unknown_fields(serializer, data))
    if errors:
        raise serializers.ValidationError(errors)


def unknown_fields(serializer: Any, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        field = serializer.fields.get(name)
        if field is None:
            yield name, ErrorDetail(_("There is no such field to write."), "unknown_field")
        elif isinstance(field, serializers.Serializer) and isinstance(value, Mapping):
            inner = dict(unknown_fields(field, value))
            if inner:
                yield name, inner
