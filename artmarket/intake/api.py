"""Endpoint of imports: send a catalogue, read what was found, write it, undo it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from artmarket.api.keyset import Keyset
from artmarket.api.pagination import bad_parameter
from artmarket.api.parsers import OrjsonParser
from artmarket.api.problems import Problem
from artmarket.api.router import Router
from artmarket.api.viewsets import READ, VisibleReadViewSet, refuse_unknown
from artmarket.intake import queries, services
from artmarket.intake.models import ImportRow, ImportSession
from artmarket.intake.readers import ReadError
from artmarket.intake.serializers import (
    CommitSerializer,
    ImportDetailSerializer,
    ImportRowsSerializer,
    ImportSerializer,
    ImportStartSerializer,
)
from artmarket.intake.spec import Spec, SpecError, shipped_maps, spec_from_json
from artmarket.sales.models import AuctionHouse

CONFLICTS = {"wrong_state", "bad_rows"}
STATE = OpenApiParameter("state", str, enum=ImportRow.State.values, description="Only rows in this state.")
AFTER = OpenApiParameter("after", int, description="Only rows with a higher number: the last one that you have.")
LARGEST_ROW = 2**31 - 1


class ImportViewSet(VisibleReadViewSet):
    """Catalogues on their way in, of the organisations that you may write for.

    Send a file: it is checked at once, in the background. Read ``issues``, then ``commit``; ``undo`` takes all back.
    """

    queryset = ImportSession.objects.all()
    serializer_class = ImportDetailSerializer
    list_serializer_class = ImportSerializer
    parser_classes = [OrjsonParser, MultiPartParser]
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    orders = {"newest": Keyset("-created_at", "-id")}
    required_scopes = {**READ, "create": "import", "rows": "read", "commit": "import", "undo": "import"}

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return ImportSession.objects.none()
        return queries.sessions_for(self.request.user)  # type: ignore[arg-type]

    @extend_schema(
        request={"multipart/form-data": ImportStartSerializer},
        responses={201: ImportDetailSerializer},
    )
    def create(self, request: Request) -> Response:
        refuse_unknown(ImportStartSerializer(), request.data)
        body = ImportStartSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        session = refused_as_problem(lambda: self.start(body.validated_data))
        answer = self.answer(self.get_queryset().get(pk=session.pk), code=201)
        answer["Location"] = request.build_absolute_uri(f"{session.pk}/")
        return answer

    def start(self, data: dict[str, Any]) -> ImportSession:
        user: Any = self.request.user
        session = services.start_session(
            actor=user,
            file=data["file"].file,
            file_name=data["file"].name,
            house=chosen(AuctionHouse.objects.visible_to(user), "house", data["house"]),
            organisation=chosen(queries.organisations_for(user), "organisation", data["organisation"]),
            visibility=data["visibility"],
            policy=data["policy"],
            pictures=data["pictures"].file if "pictures" in data else None,
            spec=spec_of(data.get("column_map", "")),
        )
        services.request_validation(actor=user, session=session)
        return session

    @extend_schema(parameters=[STATE, AFTER], responses={200: ImportRowsSerializer}, filters=False)
    @action(detail=True, pagination_class=None)
    def rows(self, request: Request, pk: str) -> Response:
        """The rows of the file, 50 at a time."""
        session = self.find(self.get_queryset())
        state, after = request.query_params.get("state", ""), request.query_params.get("after", "-1")
        if state and state not in ImportRow.State.values:
            raise bad_parameter("state", "unknown_state", _("There is no such state."))
        if not after.removeprefix("-").isdecimal() or not after.isascii() or abs(int(after)) > LARGEST_ROW:
            raise bad_parameter("after", "not_a_number", _("A whole number."))
        rows = queries.rows_page(session, state=state, after=int(after))
        page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
        body = {"results": page, "next_after": page[-1].number if more else None}
        return Response(ImportRowsSerializer(body).data)

    @extend_schema(request=CommitSerializer, responses={200: ImportDetailSerializer})
    @action(detail=True, methods=["post"])
    def commit(self, request: Request, pk: str) -> Response:
        """Write the rows that are ready. With ``reject_all``, one refused row refuses all (409)."""
        session = self.find(self.get_queryset())
        refuse_unknown(CommitSerializer(), request.data)
        body = CommitSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        policy = body.validated_data.get("policy", session.policy)
        user: Any = request.user
        refused_as_problem(lambda: services.request_commit(actor=user, session=session, policy=policy))
        return self.answer(self.find(self.get_queryset()))

    @extend_schema(request=None, responses={200: ImportDetailSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take back all that this import wrote; what others changed or use since is kept and named."""
        session = self.find(self.get_queryset())
        user: Any = request.user
        refused_as_problem(lambda: services.request_undo(actor=user, session=session))
        return self.answer(self.find(self.get_queryset()))


def chosen(rows: QuerySet[Any], name: str, pk: int) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise serializers.ValidationError({name: _("There is none that you may use with this number.")})
    return found


def spec_of(text: str) -> Spec | None:
    """A shipped map by name, or a map as JSON."""
    if not text:
        return None
    if text in shipped_maps():
        return shipped_maps()[text]
    try:
        return spec_from_json(json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise SpecError(_("This is neither the name of a map nor a map as JSON.")) from error


def refused_as_problem(step: Callable[[], Any]) -> Any:
    """Take the step; a refusal becomes problem details."""
    try:
        return step()
    except services.IntakeError as error:
        status = 403 if error.code == "not_allowed" else 409 if error.code in CONFLICTS else 422
        raise Problem(status, error.code, detail=str(error)) from error
    except ReadError as error:
        raise Problem(422, f"file_{error.code}", detail=str(error)) from error
    except SpecError as error:
        raise Problem(422, "column_map", detail=str(error)) from error


def register(router: Router) -> None:
    router.register("imports", ImportViewSet, basename="import")
