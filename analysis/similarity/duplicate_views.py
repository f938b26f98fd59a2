"""Pages of possible duplicates: the queue, a work's panel, and the decisions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from analysis.similarity import deciding, duplicate_queries
from analysis.similarity.models import PossibleDuplicate
from artmarket.accounts.queries import editable_organisation_ids
from artmarket.api.keyset import Keyset
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.paging import Order, page_of

PAGE_PAIRS = 20
ORDERS = {"likeliest": Order(gettext_lazy("likeliest"), Keyset("-probability", "-id"))}
DONE = {
    "same": gettext_lazy("Noted: the two show one work."),
    "gather": gettext_lazy("The pictures are under one work now."),
    "dismiss": gettext_lazy("Noted: not the same work. The pair will not be shown again."),
}


@require_GET
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """The queue: pairs to decide, or those that were decided."""
    state = request.GET.get("state", "")
    states = PossibleDuplicate.State
    state = state if state in states.values else states.OPEN
    page = page_of(request, duplicate_queries.pairs(request.user, state), ORDERS, limit=PAGE_PAIRS)
    context = {"page": page, "state": state, "states": states.choices, "rows": told(request, page.rows)}
    return render(request, "similarity/duplicate_list.html", context)


def told(request: HttpRequest, pairs: list[PossibleDuplicate]) -> list[dict[str, Any]]:
    """Pairs with what the person may do about them; two statements however many."""
    user: Any = request.user
    everything = user.is_superuser
    own = set() if everything else set(editable_organisation_ids(user))
    rows = []
    for pair in pairs:
        mine = [everything or each.artwork.organisation_id in own for each in (pair.first, pair.second)]
        rows.append({"pair": pair, "may_decide": any(mine), "may_gather": all(mine)})
    return rows


@require_GET
def artwork_duplicates(request: HttpRequest, pk: int) -> HttpResponse:
    """A work's open and confirmed pairs, as a fragment; empty where there are none."""
    work = get_object_or_404(Artwork.objects.visible_to(request.user).only("pk"), pk=pk)
    pairs = duplicate_queries.pairs_of(request.user, work.pk)
    return render(request, "similarity/_duplicates.html", {"work": work, "rows": told(request, pairs)})


@require_POST
def duplicate_decide(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    pair = get_object_or_404(PossibleDuplicate.objects.visible_to(user), pk=pk)
    decision = request.POST.get("decision", "")
    try:
        deciding.decide(actor=user, pair=pair, decision=decision)
        messages.success(request, str(DONE[decision]))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return back(request)


@require_POST
def duplicate_undo(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    pair = get_object_or_404(PossibleDuplicate.objects.visible_to(user), pk=pk)
    try:
        deciding.undo(actor=user, pair=pair)
        messages.success(request, _("The pair is open again."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return back(request)


def back(request: HttpRequest) -> HttpResponse:
    """To the page that the form names, if it is one of this site's; else to the queue."""
    next_url = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(next_url, allowed_hosts={request.get_host()}):
        return redirect(next_url)
    return redirect("similarity:duplicate-list")
