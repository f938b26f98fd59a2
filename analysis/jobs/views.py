"""Pages of jobs: the list, one job and its live parts, and the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analysis.jobs import queries, services
from analysis.jobs.filters import JobFilter
from analysis.jobs.models import Job, JobLogLine
from artmarket.api.keyset import BadCursor, Keyset

PAGE_ROWS = 50
NEWEST = Keyset("-created_at", "-id")
ACTIONS = {"cancel": services.cancel, "retry": services.retry, "resume": services.resume}


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """The visible jobs, newest first; ``_rows`` alone when htmx asks."""
    chosen = JobFilter(request.GET, queryset=queries.visible_jobs(request.user), request=request)
    try:
        jobs, cursor = NEWEST.page(chosen.qs, limit=PAGE_ROWS, cursor=request.GET.get("cursor", ""))
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filter": chosen,
        "jobs": jobs,
        "next_query": next_query(request, cursor),
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
        "is_live": any(job.is_unfinished for job in jobs),
    }
    template = "jobs/_rows.html" if getattr(request, "htmx", False) else "jobs/job_list.html"
    return render(request, template, context)


def next_query(request: HttpRequest, cursor: str) -> str:
    """The query of the next page; "" on the last."""
    if not cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return query.urlencode()


@require_GET
def job_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = visible_or_404(request, pk)
    more = {"charts": queries.charts(job)} | log_context(job, queries.last_log_lines(job), last_id=0)
    return render(request, "jobs/job_detail.html", live_context(request, job) | more)


@require_GET
def job_panel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The live part, asked for every second until the job ends: then it comes without a trigger."""
    job = visible_or_404(request, pk)
    return render(request, "jobs/_job.html", live_context(request, job))


@require_GET
def job_log(request: HttpRequest, pk: UUID, last_id: int) -> HttpResponse:
    """The lines after ``last_id``; what asks for the next ones comes with them while the job lives."""
    job = visible_or_404(request, pk)
    context = log_context(job, queries.log_lines_after(job, last_id), last_id=last_id)
    return render(request, "jobs/_log_lines.html", context)


def log_context(job: Job, lines: Sequence[JobLogLine], *, last_id: int) -> dict[str, Any]:
    """Lines, and the id after which the next ones are asked for."""
    return {"job": job, "log_lines": lines, "last_id": lines[-1].pk if lines else last_id}


@require_GET
def job_charts(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = visible_or_404(request, pk)
    return render(request, "jobs/_charts.html", {"job": job, "charts": queries.charts(job)})


@require_POST
def job_action(request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
    """Cancel, retry or resume; says in a message what came of it."""
    job = visible_or_404(request, pk)
    if not queries.may_change(request.user, job):
        raise PermissionDenied(_("You may see this job, but not change it."))
    person: Any = request.user
    try:
        ACTIONS[action](actor=person, job=job)
    except services.JobError as error:
        messages.error(request, str(error))
    return redirect(job)


def visible_or_404(request: HttpRequest, pk: UUID) -> Job:
    try:
        return queries.find_job(request.user, pk)
    except Job.DoesNotExist as error:
        raise Http404 from error


def live_context(request: HttpRequest, job: Job) -> dict[str, Any]:
    return {
        "job": job,
        "may_change": queries.may_change(request.user, job),
        "links": local_links(job.result),
        "result": {name: value for name, value in (job.result or {}).items() if name != "links"},
    }


def local_links(result: Any) -> list[dict[str, str]]:
    """``result["links"]`` (``{"url", "label"}``) that lead to this site."""
    links = result.get("links", []) if isinstance(result, dict) else []
    return [link for link in links if str(link.get("url", "")).startswith("/") and not link["url"].startswith("//")]
