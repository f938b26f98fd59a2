"""Panels of estimates on works' and lots' pages, the page of one estimate, and the choice of its comparables."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from analysis.valuation import services
from analysis.valuation.amending import amended
from analysis.valuation.forms import AskForm, ChoiceForm
from analysis.valuation.models import Valuation
from analysis.valuation.queries import sales_to_add
from analysis.valuation.showing import context_of, evidence_of
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import Lot

RELATED = ("artwork__artist", "lot__sale__house", "model_version", "base__model_version")


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


def visible_valuation(request: HttpRequest, pk: int) -> Valuation:
    found: Valuation = get_object_or_404(Valuation.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
    return found


@require_GET
def valuation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One stored estimate with all its evidence; with other comparables, where its address names them."""
    found = visible_valuation(request, pk)
    context = context_of(request.user, found) | {"shows_invented": found.artwork.is_invented}
    if request.GET:
        context |= choice_of(request, found)
    return render(request, "valuation/detail.html", context)


@require_GET
def comparables(request: HttpRequest, pk: int) -> HttpResponse:
    """The comparables as chosen in the address, and what they make of the estimate; nothing is stored."""
    found = visible_valuation(request, pk)
    context: dict[str, Any] = {"valuation": found, "evidence": evidence_of(request.user, found)}
    context |= choice_of(request, found)
    response = render(request, "valuation/_comparables.html", context)
    page = found.get_absolute_url()
    if urlsplit(request.headers.get("HX-Current-URL", "")).path == page:
        response["HX-Push-Url"] = f"{page}?{context['evidence'].query}".rstrip("?")
    return response


def choice_of(request: HttpRequest, base: Valuation) -> dict[str, Any]:
    """The evidence as chosen, or why that cannot be, and the sales that were looked for."""
    form = ChoiceForm(request.GET)
    if not form.is_valid():
        return {"refused": " ".join(str(error) for errors in form.errors.values() for error in errors)}
    wanted = form.cleaned_data
    context: dict[str, Any]
    try:
        chosen = amended(request.user, base, wanted["strike"], wanted["add"])  # type: ignore[arg-type]
        context = {"evidence": evidence_of(request.user, chosen)}
    except services.EstimateRefused as refused:
        context = {"refused": str(refused)}
    if wanted["find"]:
        return context | {"find": wanted["find"], "found": sales_to_add(request.user, base, wanted["find"])}
    return context


@require_POST
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the estimate with the chosen comparables as one of its own."""
    base, form = visible_valuation(request, pk), ChoiceForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(base)
    wanted = form.cleaned_data
    try:
        kept = services.amend(actor=request.user, valuation=base, struck=wanted["strike"], added=wanted["add"])  # type: ignore[arg-type]
    except services.EstimateRefused as refused:
        messages.error(request, str(refused))
        return redirect(base)
    return redirect(kept)
