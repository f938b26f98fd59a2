"""Pages of suggestions: the panel on a work's page and in data entry, and the list of all that wait for an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analysis.classification import queries, services
from analysis.classification.fields import written
from analysis.classification.models import Suggestion
from analysis.jobs.models import Job
from artmarket.catalogue.models import Artwork

PAGE_WORKS = 24


@require_GET
def artwork_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What the picture suggests for the work's empty fields; nothing for those who may not change it."""
    return panel(request, get_object_or_404(Artwork.objects.visible_to(request.user), pk=pk))


def panel(request: HttpRequest, work: Artwork, refused: str = "", status: int = 200) -> HttpResponse:
    user: Any = request.user
    if not Artwork.objects.editable_by(user).filter(pk=work.pk).exists():
        return HttpResponse("")
    found = queries.panel_of(user, work)
    if not (found.offered or found.decided or found.has_gaps or refused):
        return HttpResponse("")
    waiting = Job.objects.filter(dedupe_key=f"classification.read:{work.pk}", state__in=Job.UNFINISHED).exists()
    context = {"panel": found, "waiting": waiting, "refused": refused}
    return render(request, "classification/_panel.html", context, status=status)


@require_GET
def suggestion_list(request: HttpRequest) -> HttpResponse:
    """Works for which something is suggested, a page at a time; staff may start a training here."""
    user: Any = request.user
    page = Paginator(queries.open_works(user).order_by("-pk"), PAGE_WORKS).get_page(request.GET.get("page"))
    rows = [(work, queries.looks_like(work.open_suggestions)) for work in page]
    job = Job.objects.filter(dedupe_key="classification.train", state__in=Job.UNFINISHED).first()
    context = {"page": page, "rows": rows, "version": queries.active(), "job": job}
    return render(request, "classification/suggestion_list.html", context)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, services.accept)


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, services.refuse)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, services.take_back)


def act(request: HttpRequest, pk: int, service: Callable[..., Suggestion]) -> HttpResponse:
    """Answer a suggestion; the panel anew for htmx, else back to where it was asked."""
    user: Any = request.user
    suggestion = get_object_or_404(Suggestion.objects.visible_to(user).select_related("artwork"), pk=pk)
    refused = ""
    try:
        service(actor=user, suggestion=suggestion)
    except ValidationError as error:
        refused = " ".join(error.messages)
    if getattr(request, "htmx", False):
        work = Artwork.objects.get(pk=suggestion.artwork_id)
        answer = panel(request, work, refused)
        answer["HX-Trigger"] = json.dumps({"suggestionAnswered": {"written": written(work, suggestion.field)}})
        return answer
    if refused:
        messages.error(request, refused)
    return redirect(suggestion.artwork)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a worker look at a work's picture now."""
    user: Any = request.user
    work = get_object_or_404(Artwork.objects.editable_by(user), pk=pk)
    services.start_reading(actor=user, work=work)
    return panel(request, work) if getattr(request, "htmx", False) else redirect(work)


@require_POST
def train(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    services.start_training(actor=user)
    messages.success(request, _("The classifier is being trained."))
    return redirect("classification:suggestion-list")
