"""Endpoints of jobs: read them and their log, cancel them, run them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.jobs import queries, services
from analysis.jobs.filters import JobFilter
from analysis.jobs.models import Job
from artmarket.accounts.ownership import Visibility
from artmarket.api.keyset import Keyset
from artmarket.api.pagination import bad_parameter
from artmarket.api.problems import Problem
from artmarket.api.router import UUID_KEY, Router
from artmarket.api.serializers import LinksField, ReadSerializer
from artmarket.api.viewsets import READ, VisibleReadViewSet

AFTER = OpenApiParameter("after", int, description="Only lines with a higher id: the last one that you have.")
MOST_LINES = 1000
LARGEST_ID = 2**63 - 1


class JobSerializer(ReadSerializer):
    """A piece of long work. ``done`` of ``total`` units of the present ``phase``; ``total`` may be unknown."""

    id = serializers.UUIDField()
    links = LinksField(self="api:job-detail", log="api:job-log", page="jobs:job-detail")
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(Job.State.choices)
    phase = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    seconds_left = serializers.FloatField(allow_null=True)
    metrics = serializers.DictField(child=serializers.FloatField())
    attempt = serializers.IntegerField()
    cancel_requested = serializers.BooleanField()
    error = serializers.CharField()
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    visibility = serializers.ChoiceField(Visibility.choices)
    created_at = serializers.DateTimeField()
    queued_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    heartbeat_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class JobDetailSerializer(JobSerializer):
    """A job with what was asked and what came of it."""

    parameters = serializers.JSONField()
    series = serializers.JSONField(help_text="Each figure's course: `{name: [[done, value], …]}`.")
    result = serializers.JSONField(allow_null=True)


class LogLineSerializer(ReadSerializer):
    """One line that a job said."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    attempt = serializers.IntegerField()
    level = serializers.CharField()
    message = serializers.CharField()


class LogSerializer(serializers.Serializer[Any]):
    """A job's lines, oldest first, up to 1,000; ask on with ``after``."""

    results = LogLineSerializer(many=True)


class JobViewSet(VisibleReadViewSet):
    """Jobs of your organisation and those that you asked for."""

    queryset = Job.objects.defer("checkpoint")
    serializer_class = JobDetailSerializer
    list_serializer_class = JobSerializer
    filterset_class = JobFilter
    lookup_value_regex = UUID_KEY
    orders = {"newest": Keyset("-created_at", "-id"), "oldest": Keyset("created_at", "id")}
    required_scopes = {**READ, "log": "read", "cancel": "analyse", "retry": "analyse", "resume": "analyse"}

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.defer("checkpoint", "series", "result", "parameters") if self.action == "list" else rows

    @extend_schema(parameters=[AFTER], responses=LogSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def log(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        job = self.find(self.get_queryset().only("pk"))
        lines = queries.log_lines_after(job, read_after(request), most=MOST_LINES)
        return Response({"results": LogLineSerializer(lines, many=True).data})

    @extend_schema(request=None, responses=JobDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """End a waiting job, or ask a running one to stop at its next step; 409 where it has ended."""
        return self.act(services.cancel)

    @extend_schema(request=None, responses=JobDetailSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Run a failed, cancelled or lost job again from the start; 409 in other states."""
        return self.act(services.retry)

    @extend_schema(request=None, responses=JobDetailSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Run a failed, cancelled or lost job on from its checkpoint; 409 in other states."""
        return self.act(services.resume)

    def act(self, service: Callable[..., Job]) -> Response:
        job = self.find(self.get_queryset())
        if not queries.may_change(self.request.user, job):
            raise Problem(403, "not_editable", detail=_("You may see this job, but not change it."))
        try:
            service(actor=self.request.user, job=job)
        except services.JobError as error:
            raise Problem(409, f"job_{error.code}", detail=str(error)) from error
        return self.answer(self.find(self.get_queryset()))


def read_after(request: Request) -> int:
    text = request.query_params.get("after", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID):
        raise bad_parameter("after", "out_of_range", _("A whole number."))
    return int(text)


def register(router: Router) -> None:
    router.register("jobs", JobViewSet, basename="job")
