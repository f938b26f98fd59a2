"""Pages of dossiers: the list, making one, one with its PDF, withdrawing it, and checking a printed hash."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.dossier import queries, services
from analysis.dossier.filters import DossierFilter
from analysis.dossier.forms import DossierForm, WithdrawForm
from analysis.dossier.models import Dossier
from analysis.dossier.pdf import render as render_pdf
from analysis.dossier.showing import context_of
from analysis.valuation.models import Valuation
from artmarket.api.keyset import Keyset
from artmarket.catalogue.paging import Order, page_of

PAGE_ROWS = 50
ORDERS = {"newest": Order(_("latest made"), Keyset("-id")), "oldest": Order(_("first made"), Keyset("id"))}
FOREVER = "private, max-age=31536000, immutable"


@require_GET
def dossier_list(request: HttpRequest) -> HttpResponse:
    rows = queries.dossier_rows(request.user)
    chosen = DossierFilter(request.GET, queryset=rows, request=request)
    page = page_of(request, chosen.qs, ORDERS, limit=PAGE_ROWS)
    context = {
        "filter": chosen,
        "page": page,
        "orders": ORDERS,
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
    }
    return render(request, "dossier/dossier_list.html", context)


@require_http_methods(["GET", "POST"])
def dossier_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a dossier of one estimate."""
    user: Any = request.user
    estimates = Valuation.objects.visible_to(user).select_related("artwork__artist", "lot__sale__house")
    valuation = get_object_or_404(estimates, pk=pk)
    form = DossierForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(made(request, valuation, form.cleaned_data))
        except services.DossierRefused as refused:
            form.add_error("premium_percent" if refused.code == "premium_unknown" else None, str(refused))
    context = {"form": form, "valuation": valuation, "may_make": form.fields["organisation"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "dossier/dossier_new.html", context, status=422 if form.errors else 200)


def made(request: HttpRequest, valuation: Valuation, data: dict[str, Any]) -> Dossier:
    user: Any = request.user
    return services.make_dossier(
        actor=user,
        valuation=valuation,
        organisation=data["organisation"],
        purpose=data["purpose"],
        terms=services.read_terms(valuation, data),
        check_at=request.build_absolute_uri(reverse("dossier:dossier-check")),
    )


@require_GET
def dossier_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, visible_or_404(request, pk), WithdrawForm())


def show(request: HttpRequest, dossier: Dossier, form: WithdrawForm, status: int = 200) -> HttpResponse:
    user: Any = request.user
    may_withdraw = dossier.withdrawn_at is None and queries.may_withdraw(user, dossier)
    context = context_of(dossier) | {"form": form, "may_withdraw": may_withdraw}
    context["shows_invented"] = dossier.facts["work"]["is_invented"]
    return render(request, "dossier/dossier_detail.html", context, status=status)


@require_GET
def dossier_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF, made anew from the frozen content."""
    return pdf_answer(visible_or_404(request, pk))


def pdf_answer(dossier: Dossier) -> HttpResponse:
    picture = bytes(dossier.picture) if dossier.picture is not None else b""
    answer = HttpResponse(render_pdf(dossier.content, picture), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="dossier-{dossier.reference}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_GET
def dossier_picture(request: HttpRequest, pk: int) -> HttpResponse:
    dossier = visible_or_404(request, pk)
    if dossier.picture is None:
        raise Http404
    answer = HttpResponse(bytes(dossier.picture), content_type="image/jpeg")
    answer["Cache-Control"] = FOREVER
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def dossier_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    dossier, form = visible_or_404(request, pk), WithdrawForm(request.POST)
    if not form.is_valid():
        return show(request, dossier, form, status=422)
    try:
        services.withdraw(actor=user, dossier=dossier, reason=form.cleaned_data["reason"])
    except services.DossierRefused as refused:
        messages.error(request, str(refused))
    return redirect(dossier)


@require_GET
def dossier_check(request: HttpRequest) -> HttpResponse:
    """Whether a printed hash is that of a dossier that the asker may see, and whether it is still whole."""
    printed = request.GET.get("hash", "")
    found = queries.check(request.user, printed) if printed else None
    return render(request, "dossier/dossier_check.html", {"printed": printed, "found": found})


def visible_or_404(request: HttpRequest, pk: int) -> Dossier:
    try:
        return queries.find_dossier(request.user, pk)
    except Dossier.DoesNotExist as error:
        raise Http404 from error
