"""Pages of models: which there are, and the card of each."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from analysis.jobs.models import Job
from analysis.registry import queries
from analysis.registry.cards import read_card
from analysis.registry.models import ModelVersion

PAGE_ROWS = 50


@require_GET
def model_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.versions(request.user), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "registry/model_list.html", {"page": page})


@require_GET
def model_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The model's card; the job that made it is linked for those who may see it."""
    version: ModelVersion = get_object_or_404(ModelVersion.objects.visible_to(request.user), pk=pk)
    job = Job.objects.visible_to(request.user).only("pk", "title", "kind").filter(pk=version.job_id).first()
    card = read_card(version.card, version.figures, queries.label_names(request.user, version.card))
    context = {"version": version, "job": job, "card": card, "siblings": queries.siblings(request.user, version)}
    return render(request, "registry/model_detail.html", context)
