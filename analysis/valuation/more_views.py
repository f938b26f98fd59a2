"""Panels below an estimate: the chance of sale, other attributions, what would narrow the interval."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from analysis.valuation.models import Valuation
from analysis.valuation.more_forms import OpinionForm, ReserveForm
from analysis.valuation.narrowing import missing_facts
from analysis.valuation.refusing import EstimateRefused
from analysis.valuation.selling import chance_chart, chance_of_sale
from analysis.valuation.whatif import what_if


def estimate_of(request: HttpRequest, pk: int) -> Valuation:
    """The estimate, where the asker may see it; else 404."""
    rows = Valuation.objects.visible_to(request.user)
    related = rows.select_related("artwork__artist", "lot__sale__house", "model_version")
    found: Valuation = get_object_or_404(related, pk=pk)
    return found


@require_GET
def selling_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The chance of sale by reserve; ``?reserve=`` in the estimate's currency."""
    valuation, form = estimate_of(request, pk), ReserveForm(request.GET)
    context: dict[str, Any] = {"valuation": valuation, "form": form}
    if form.is_valid():
        try:
            found = chance_of_sale(valuation, form.cleaned_data["reserve"])
            key = f"selling_{found.regime}"
            figures = valuation.model_version.figures.get(key, {})
            context |= {"found": found, "chart": chance_chart(found), "figures": figures}
        except EstimateRefused as refused:
            context["refused"] = str(refused)
    return render(request, "valuation/_selling.html", context)


@require_GET
def what_if_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The price under each attribution; percent by qualifier in the query make a mixture."""
    valuation, form = estimate_of(request, pk), OpinionForm(request.GET)
    context: dict[str, Any] = {"valuation": valuation, "form": form}
    opinion = form.opinion if form.is_valid() else {}
    try:
        context["found"] = what_if(valuation, opinion)
    except EstimateRefused as refused:
        context["refused"] = str(refused)
        if refused.code in {"bad_opinion", "not_learned"}:
            context["found"] = what_if(valuation)
    return render(request, "valuation/_whatif.html", context)


@require_GET
def missing_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What is not known of the work, and by how much each fact would narrow the interval."""
    valuation = estimate_of(request, pk)
    context: dict[str, Any] = {"valuation": valuation}
    try:
        context["facts"] = missing_facts(valuation)
    except EstimateRefused as refused:
        context["refused"] = str(refused)
    return render(request, "valuation/_missing.html", context)
