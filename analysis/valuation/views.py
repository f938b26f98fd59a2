"""Panels of estimates on works' and lots' pages, and the page of one estimate."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from analysis.valuation import services
from analysis.valuation.forms import AskForm
from analysis.valuation.models import Valuation
from analysis.valuation.showing import context_of
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import Lot


@require_GET
def artwork_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The estimate of a work, made where it is not there yet."""
    work = get_object_or_404(Artwork.objects.visible_to(request.user).only("pk"), pk=pk)
    return panel(request, artwork=work)


@require_GET
def lot_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The estimate of a lot's work, from what was known before its sale."""
    lot = get_object_or_404(Lot.objects.visible_to(request.user).select_related("sale__house").defer("search"), pk=pk)
    return panel(request, lot=lot)


def panel(request: HttpRequest, **subject: Any) -> HttpResponse:
    form = AskForm(request.GET)
    context: dict[str, Any] = {"form": form, "address": request.path}
    if form.is_valid():
        try:
            found = services.estimate(actor=request.user, **subject, **form.cleaned_data)  # type: ignore[arg-type]
            context |= context_of(request.user, found)
        except services.EstimateRefused as refused:
            context["refused"] = str(refused)
    return render(request, "valuation/_panel.html", context)


@require_GET
def valuation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One stored estimate with all its evidence."""
    estimates = Valuation.objects.visible_to(request.user).select_related(
        "artwork__artist", "lot__sale__house", "model_version"
    )
    found = get_object_or_404(estimates, pk=pk)
    context = context_of(request.user, found) | {"shows_invented": found.artwork.is_invented}
    return render(request, "valuation/detail.html", context)
