"""Pages of the studio: its front room, and a model with its grid, figures and directions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from analysis.generation import breeding, queries, services
from analysis.generation.gathering import described
from analysis.generation.models import Direction, StudioModel
from analysis.generation.services import StudioRefused
from analysis.generation.showing import SENSES, figure_charts, figure_rows
from analysis.generation.training_views import webp
from analysis.jobs.models import Job


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Models to breed with, trainings under way, what one kept, and what others published."""
    user: Any = request.user
    models = queries.models_for(user)
    context = {
        "models": models,
        "runs": queries.running(user),
        "favourites": queries.favourites(user),
        "published": queries.published(user),
        "films": queries.films(user),
        "shows_invented": any(model.is_invented for model in models),
    }
    return render(request, "generation/home.html", context)


def seen_model(request: HttpRequest, pk: int) -> StudioModel:
    rows = StudioModel.objects.visible_to(request.user).select_related("version", "made_by", "organisation", "run__job")
    found: StudioModel = get_object_or_404(rows.defer("grid", "run__grid"), pk=pk)
    return found


@require_GET
def model_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A model: what it paints, how well, on what it learned, and where it can be taken."""
    user: Any = request.user
    model = seen_model(request, pk)
    finding = Job.objects.visible_to(user).filter(dedupe_key=breeding.finding_key(model), state__in=Job.UNFINISHED)
    context = {
        "model": model,
        "source": described(user, model.run.source) if model.run else "",
        "charts": figure_charts(model.version.figures),
        "rows": figure_rows(model.version.figures),
        "by_sense": figure_rows(model.version.figures, SENSES),
        "directions": list(model.directions.defer("vector")),
        "finding": finding.first(),
        "is_own": StudioModel.objects.editable_by(user).filter(pk=model.pk).exists(),
        "works": queries.training_works(user, model),
        "pictures": queries.of_model(user, model),
        "shows_invented": model.is_invented,
    }
    return render(request, "generation/model_detail.html", context)


@require_GET
def model_grid(request: HttpRequest, pk: int) -> HttpResponse:
    """The model's samples as one picture."""
    model = get_object_or_404(StudioModel.objects.visible_to(request.user).only("grid"), pk=pk)
    return webp(model.grid)


@require_POST
def model_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a model, share it or take it back, have directions looked for."""
    user: Any = request.user
    model = seen_model(request, pk)
    action = request.POST.get("action")
    try:
        if action == "rename":
            services.rename_model(actor=user, model=model, name=request.POST.get("name", ""))
        elif action in {"share", "unshare"}:
            services.share_model(actor=user, model=model, is_shared=action == "share")
        elif action == "directions":
            breeding.find_directions(actor=user, model=model)
    except (StudioRefused, ValidationError) as refused:
        messages.error(request, " ".join(getattr(refused, "messages", [str(refused)])))
    return redirect(model)


@require_POST
def direction_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a direction a name of one's own."""
    user: Any = request.user
    seen = StudioModel.objects.visible_to(user)
    direction = get_object_or_404(Direction.objects.filter(model__in=seen).select_related("model"), pk=pk)
    try:
        services.rename_direction(actor=user, direction=direction, name=request.POST.get("name", ""))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(f"{direction.model.get_absolute_url()}#directions")
