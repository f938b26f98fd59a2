"""Pages of trainings: asking for one with what can be known before, watching it, stopping early, going on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.generation import asking_training, prechecks, workplace
from analysis.generation.forms import LengthForm, TrainForm
from analysis.generation.gathering import SourceRefused
from analysis.generation.models import StudioModel, TrainingRun
from analysis.generation.services import StudioRefused
from artmarket.catalogue.models import Artist

KEEP = "private, max-age=86400"
MOST_ARTISTS = 300


@require_http_methods(["GET", "POST"])
def train(request: HttpRequest) -> HttpResponse:
    """Ask for a training; it leads to its job's page."""
    user: Any = request.user
    form = TrainForm(request.POST or None, user=user, initial=proposed(request))
    if request.method == "POST" and form.is_valid():
        try:
            run = asking_training.start_training(actor=user, **form.asked)
            return redirect("jobs:job-detail", pk=run.job_id)
        except (StudioRefused, SourceRefused, ValidationError) as refused:
            form.add_error(None, " ".join(getattr(refused, "messages", [str(refused)])))
    artists = Artist.objects.current().visible_to(user).order_by("sort_name", "pk").values_list("name", flat=True)
    context = {"form": form, "known_artists": list(artists[:MOST_ARTISTS])}
    return render(request, "generation/train.html", context, status=422 if form.errors else 200)


def proposed(request: HttpRequest) -> dict[str, Any]:
    """What the page's address asks for: other rooms lead here with works in hand."""
    names = ("kind", "selection", "query", "artist", "name")
    return {name: request.GET[name] for name in names if request.GET.get(name)}


@require_GET
def train_check(request: HttpRequest) -> HttpResponse:
    """What the chosen works and the machine allow, as a fragment, while the form is filled in."""
    user: Any = request.user
    data = request.GET.copy()
    if not request.GET.get("name", "").strip():
        data["name"] = "–"
    form = TrainForm(data, user=user)
    context: dict[str, Any] = {}
    if form.is_valid():
        asked = form.asked
        try:
            context["check"] = prechecks.check(
                user,
                asked["source"],
                asked["organisation_id"],
                side_px=asked["side_px"],
                minutes=asked["minutes"],
                steps=asked["steps"],
                architecture=asked["architecture"],
            )
        except SourceRefused as refused:
            context["refused"] = str(refused)
    return render(request, "generation/_check.html", context)


def seen_run(request: HttpRequest, job_id: UUID) -> TrainingRun:
    rows = TrainingRun.objects.visible_to(request.user).select_related("job").defer("grid")
    found: TrainingRun = get_object_or_404(rows, job_id=job_id)
    return found


@require_GET
def run_panel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """On the job's page: what the training paints by now, and the ways to end it or go on."""
    run = seen_run(request, job_id)
    context = {
        "run": run,
        "job": run.job,
        "is_own": TrainingRun.objects.editable_by(request.user).filter(pk=run.pk).exists(),
        "model": StudioModel.objects.visible_to(request.user).filter(run=run).defer("grid").first(),
        "checkpoints": workplace.checkpoints(run) if run.job is not None and not run.job.is_unfinished else [],
        "length_form": LengthForm(auto_id="go-on-%s"),
    }
    return render(request, "generation/_run.html", context)


@require_GET
def run_grid(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The samples of fixed noise as they were last painted."""
    run = get_object_or_404(TrainingRun.objects.visible_to(request.user).only("grid"), pk=pk)
    return webp(run.grid)


def webp(data: Any) -> HttpResponse:
    if data is None:
        return HttpResponse(status=404)
    headers = {"Cache-Control": KEEP, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(data), content_type="image/webp", headers=headers)


@require_POST
def stop_early(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Keep the model as it is at the next step."""
    user: Any = request.user
    run = seen_run(request, job_id)
    try:
        asking_training.stop_early(actor=user, run=run)
    except StudioRefused as refused:
        messages.error(request, str(refused))
    return redirect("jobs:job-detail", pk=job_id)


@require_POST
def go_on(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Train on from a checkpoint; leads to the new job."""
    user: Any = request.user
    run = seen_run(request, job_id)
    form = LengthForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(each) for errors in form.errors.values() for each in errors))
        return redirect("jobs:job-detail", pk=job_id)
    try:
        more = asking_training.go_on(actor=user, run=run, checkpoint=request.POST.get("checkpoint", ""), **form.lasting)
    except (StudioRefused, SourceRefused) as refused:
        messages.error(request, str(refused))
        return redirect("jobs:job-detail", pk=job_id)
    return redirect("jobs:job-detail", pk=more.job_id)
