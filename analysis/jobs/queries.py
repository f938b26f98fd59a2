"""Reads of jobs, for pages and API alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from analysis.jobs.models import Job, JobLogLine
from analysis.jobs.rendering import words
from artmarket.accounts.ownership import Actor
from artmarket.core import longwork

LOG_LINES = 200


def visible_jobs(user: Actor) -> QuerySet[Job]:
    """The jobs that ``user`` may see, newest first, without what only one job's page shows."""
    rows = Job.objects.visible_to(user).select_related("asked_by", "organisation")
    return rows.defer("checkpoint", "series", "result").order_by("-created_at", "-pk")


def find_job(user: Actor, job_id: UUID) -> Job:
    """One visible job; ``Job.DoesNotExist`` for any other."""
    job: Job = (
        Job.objects.visible_to(user).select_related("asked_by", "organisation").defer("checkpoint").get(pk=job_id)
    )
    return job


def may_change(user: Actor, job: Job) -> bool:
    return bool(Job.objects.editable_by(user).filter(pk=job.pk).exists())


def last_log_lines(job: Job, *, most: int = LOG_LINES) -> Sequence[JobLogLine]:
    """The job's last lines, oldest first."""
    return list(job.log_lines.order_by("-id")[:most])[::-1]


def log_lines_after(job: Job, last_id: int, *, most: int = LOG_LINES) -> Sequence[JobLogLine]:
    """The lines that followed ``last_id`` (0: all), oldest first."""
    return list(job.log_lines.filter(id__gt=last_id).order_by("id")[:most])


def charts(job: Job) -> list[dict[str, Any]]:
    """One chart a figure whose course has two points or more, as the page's charts read them."""
    return [
        {"title": words(name), "x": _("Done"), "x_type": "number", "series": [{"name": words(name), "points": points}]}
        for name, points in sorted(job.series.items())
        if len(points) > 1
    ]


def kind_choices() -> list[tuple[str, str]]:
    """Registered kinds and their titles, for filters."""
    return [(work.kind, str(work.title)) for work in longwork.known_kinds()]
