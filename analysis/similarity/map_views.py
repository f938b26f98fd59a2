"""The map of the collection, and the selections that one picks from it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from analysis.similarity import mapping, queries, selecting, services
from analysis.similarity.models import Selection
from artmarket.api.keyset import Keyset
from artmarket.catalogue.paging import Order, page_of
from artmarket.catalogue.queries import artwork_cards

PAGE_WORKS = 36
TABLE_ROWS = 200
ORDERS = {"newest": Order(gettext_lazy("latest added"), Keyset("-id"))}


def chosen(request: HttpRequest) -> tuple[str, str]:
    """The view and the colouring that the address asks for."""
    view, colouring = request.GET.get("sense", mapping.MIX), request.GET.get("colour", "artist")
    return (
        view if view in mapping.VIEWS else mapping.MIX,
        colouring if colouring in mapping.COLOURINGS else "artist",
    )


@require_GET
def collection_map(request: HttpRequest) -> HttpResponse:
    """The map: canvas, legend, table. Its points come by an address of their own."""
    view, colouring = chosen(request)
    chart, spaces = mapping.newest_map(view), queries.active_spaces()
    points = mapping.points_for(request.user, chart)[:TABLE_ROWS] if chart else []
    context = {
        "chart": chart,
        "view": view,
        "views": [(name, mapping.VIEWS[name]) for name in mapping.views_of(spaces)],
        "colouring": colouring,
        "colourings": mapping.COLOURINGS.items(),
        "points": points,
        "has_spaces": bool(spaces),
        "may_draw": request.user.is_staff,
    }
    return render(request, "similarity/map.html", context)


@require_GET
def map_points(request: HttpRequest) -> HttpResponse:
    """The points of a view's newest map that the person may see."""
    view, _colouring = chosen(request)
    chart = mapping.newest_map(view)
    points = mapping.points_for(request.user, chart) if chart else []
    return JsonResponse({"points": points}, headers={"Cache-Control": "private, no-cache"})


@require_GET
def map_card(request: HttpRequest, pk: int) -> HttpResponse:
    """A work's card, for the point under the pointer."""
    work = get_object_or_404(artwork_cards(request.user), pk=pk)
    return render(request, "similarity/_map_card.html", {"work": work})


@require_POST
def map_draw(request: HttpRequest) -> HttpResponse:
    """Have a worker compare and map the pictures again."""
    user: Any = request.user
    if not user.is_staff:
        raise PermissionDenied(_("Only staff may have the maps drawn."))
    return redirect("jobs:job-detail", pk=services.start_settling(actor=user))


@require_GET
def selection_list(request: HttpRequest) -> HttpResponse:
    selections = Selection.objects.visible_to(request.user).order_by("-created_at")
    return render(request, "similarity/selection_list.html", {"selections": selections[:200]})


@require_POST
def selection_new(request: HttpRequest) -> HttpResponse:
    """Keep the works of a lasso (``works``: ids with commas)."""
    user: Any = request.user
    numbers = [each for each in request.POST.get("works", "").split(",") if each]
    try:
        if not all(each.isascii() and each.isdigit() and len(each) < 19 for each in numbers):
            raise ValidationError(_("Works are named by whole numbers."), code="invalid")
        ids = [int(each) for each in numbers]
        selection = selecting.select(actor=user, artwork_ids=ids, name=request.POST.get("name", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("similarity:map")
    return redirect(selection)


@require_GET
def selection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its works that the person may see now."""
    kept = get_object_or_404(Selection.objects.visible_to(request.user), pk=pk)
    works = artwork_cards(request.user).filter(pk__in=kept.artworks.values("pk"))
    page = page_of(request, works, ORDERS, limit=PAGE_WORKS)
    return render(request, "similarity/selection.html", {"selection": kept, "page": page})


@require_POST
def selection_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it another name, or delete it."""
    kept = get_object_or_404(Selection.objects.visible_to(request.user), pk=pk)
    if request.POST.get("action") == "delete":
        kept.delete()
        messages.success(request, _("The selection was deleted; its works stay."))
        return redirect("similarity:selection-list")
    try:
        selecting.rename(selection=kept, name=request.POST.get("name", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(kept)
