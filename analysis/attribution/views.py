"""Pages of opinions: the list, one opinion with its evidence, and the panel on a work's page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from analysis.attribution import queries, services, showing
from analysis.attribution.attributors import active_model
from analysis.attribution.evidence import evidence_of
from analysis.attribution.filters import OpinionFilter
from analysis.attribution.forms import DecisionForm, VerifyForm
from analysis.attribution.models import AttributionOpinion, Verification
from analysis.attribution.naming import keys_of, named
from analysis.attribution.weighing import weights_of
from analysis.jobs.models import Job
from analysis.valuation.models import Valuation
from artmarket.api.keyset import Keyset
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.paging import Order, page_of
from artmarket.catalogue.queries import artwork_cards

PAGE_ROWS = 24
ORDERS = {
    "newest": Order(gettext_lazy("latest asked"), Keyset("-id")),
    "surest": Order(gettext_lazy("surest first"), Keyset("-leading_share", "-id")),
    "doubtful": Order(gettext_lazy("most doubtful first"), Keyset("leading_share", "id")),
}


@require_GET
def opinion_list(request: HttpRequest) -> HttpResponse:
    """Opinions on works by the model that answers now, with what the record says beside each."""
    user: Any = request.user
    rows = queries.opinion_rows(user)
    if not request.GET.get("model"):
        rows = rows.by_active_model()
    chosen = OpinionFilter(request.GET, queryset=rows, request=request)
    page = page_of(request, chosen.qs, ORDERS, limit=PAGE_ROWS)
    names = named(user, {str(each["artist"]) for row in page.rows for each in row.candidates})
    unfinished = {"kind": services.MANY, "asked_by": user, "state__in": Job.UNFINISHED}
    context = {
        "filter": chosen,
        "page": page,
        "rows": [(row, showing.bars(row, names, most=1)) for row in page.rows],
        "orders": ORDERS,
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
        "model": active_model(),
        "open_count": queries.open_works(user).count(),
        "job": Job.objects.filter(**unfinished).first(),
    }
    return render(request, "attribution/opinion_list.html", context)


@require_POST
def ask_open(request: HttpRequest) -> HttpResponse:
    """Have a worker look at all works whose hand is open."""
    user: Any = request.user
    try:
        services.ask_many(actor=user)
    except services.OpinionRefused as refused:
        messages.error(request, str(refused))
    return redirect("attribution:opinion-list")


def find_opinion(request: HttpRequest, pk: int) -> AttributionOpinion:
    """An opinion that the reader may see, with its evidence; 404 for others."""
    rows = queries.with_evidence(AttributionOpinion.objects.visible_to(request.user), request.user)
    found: AttributionOpinion = get_object_or_404(rows.select_related("asked_picture", "image"), pk=pk)
    return found


def shown_work(request: HttpRequest, opinion: AttributionOpinion) -> Artwork | None:
    if opinion.artwork_id is None:
        return None
    found: Artwork = artwork_cards(request.user).get(pk=opinion.artwork_id)
    return found


@require_GET
def opinion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One opinion with all its evidence, and what curators made of it."""
    opinion = find_opinion(request, pk)
    return render(request, "attribution/opinion_detail.html", opinion_context(request, opinion))


def opinion_context(request: HttpRequest, opinion: AttributionOpinion, **more: Any) -> dict[str, Any]:
    user: Any = request.user
    work = shown_work(request, opinion)
    known = opinion.model_version.parameters.get("artists", [])
    organisations = list(queries.deciding_organisations(user)) if work is not None else []
    return {
        "opinion": opinion,
        "work": work,
        "verify_form": VerifyForm(user=user, known=known),
        "may_decide": bool(organisations),
        "decision_form": DecisionForm(user=user, prefix="decision") if organisations else None,
        "decisions": queries.decisions_of(user, opinion) if work is not None else [],
        "shows_invented": bool(work and work.is_invented),
        **evidence_of(user, opinion, request.GET),
        **more,
    }


@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture with what is asked for drawn over it, as a fragment: parts, or what spoke for or against a name."""
    opinion = find_opinion(request, pk)
    response = render(request, "attribution/_evidence.html", evidence_of(request.user, opinion, request.GET))
    response["HX-Push-Url"] = f"{opinion.get_absolute_url()}?{request.GET.urlencode()}"
    return response


@require_GET
def heat(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    """What spoke for or against a name, as a picture to lay over the work's."""
    seen = AttributionOpinion.objects.visible_to(request.user)
    found = get_object_or_404(Verification.objects.filter(opinion__in=seen), pk=pk)
    if side not in showing.HEAT_COLOURS:
        raise Http404
    headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(showing.heat_png(found, side), content_type="image/png", headers=headers)


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a name to the test; the page shows it at once, or waits for the worker."""
    user: Any = request.user
    opinion = find_opinion(request, pk)
    form = VerifyForm(request.POST, user=user, known=opinion.model_version.parameters.get("artists", []))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(opinion)
    artist = form.cleaned_data["artist"]
    try:
        found = services.verify(actor=user, opinion=opinion, artist=artist)
    except services.OpinionRefused as refused:
        messages.error(request, str(refused))
        return redirect(opinion)
    wait = f"&wait={found.job_id}" if found.verification is None else ""
    return redirect(f"{opinion.get_absolute_url()}?test={artist.pk}{wait}#tests")


@require_GET
def artwork_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """On a work's page: the opinion in short, the wait for it, or the offer to ask."""
    work = get_object_or_404(Artwork.objects.visible_to(request.user).only("id", "artist_id", "attribution"), pk=pk)
    return render(request, "attribution/_panel.html", panel_context(request, work))


def panel_context(request: HttpRequest, work: Artwork, **more: Any) -> dict[str, Any]:
    user: Any = request.user
    opinion = queries.current_opinion(user, work)
    context: dict[str, Any] = {"work": work, "opinion": opinion, "model": active_model()}
    if opinion is not None:
        names = named(user, keys_of([opinion]))
        context |= {"bars": showing.bars(opinion, names, most=showing.PANEL_BARS)}
        context |= {"tests": [showing.tested(each) for each in opinion.verifications.all()[:2]]}
    else:
        context |= {"job": services.running_job(work), "image": queries.primary_image(work)}
    return context | more


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an opinion on a work; the panel then shows it, or the wait for it."""
    user: Any = request.user
    work = get_object_or_404(Artwork.objects.visible_to(user).only("id", "artist_id", "attribution"), pk=pk)
    more: dict[str, Any] = {}
    try:
        services.ask(actor=user, work=work)
    except services.OpinionRefused as refused:
        more["refused"] = str(refused)
    if getattr(request, "htmx", False):
        return render(request, "attribution/_panel.html", panel_context(request, work, **more))
    if more:
        messages.error(request, more["refused"])
    return redirect("attribution:work", pk=work.pk)


@require_GET
def weights_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Below a price under other attributions: the offer to weigh them by the machine's opinion."""
    rows = Valuation.objects.visible_to(request.user).select_related("artwork")
    valuation = get_object_or_404(rows, pk=pk)
    weights = weights_of(request.user, valuation.artwork)
    return render(request, "attribution/_weights.html", {"valuation": valuation, "weights": weights})
