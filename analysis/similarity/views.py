"""Pages of look-alikes: the panel and page of a work, and the search by a picture of one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from analysis.similarity import queries, services
from analysis.similarity.filters import FilterForm, Filters
from analysis.similarity.models import PictureSearch
from analysis.similarity.senses import DEFAULTS
from artmarket.catalogue.models import Artwork, ArtworkImage
from artmarket.core.pictures import PictureRefused

PANEL_WORKS = 12
PAGE_WORKS = 24
MOST_WORKS = 48


@require_GET
def artwork_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The twelve nearest works, as a fragment."""
    work = get_object_or_404(Artwork.objects.visible_to(request.user).only("pk"), pk=pk)
    found = queries.search(request.user, artwork=work.pk, limit=PANEL_WORKS, weights=DEFAULTS, explained=True)
    return render(request, "similarity/_panel.html", {"work": work, "found": found})


@require_GET
def artwork(request: HttpRequest, pk: int) -> HttpResponse:
    """The nearest works with filters and a threshold."""
    works = Artwork.objects.visible_to(request.user).defer("search", "area_cm2")
    work = get_object_or_404(works, pk=pk)
    image = ArtworkImage.objects.filter(artwork=work).order_by("-is_primary", "pk").first()
    context = results(request, artwork=pk) | {"work": work, "image": image}
    template = "similarity/_results.html" if getattr(request, "htmx", False) else "similarity/artwork.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def search_by_picture(request: HttpRequest) -> HttpResponse:
    """Ask for a picture; an accepted one leads to its results."""
    context: dict[str, Any] = {"space": queries.active_space()}
    if request.method == "POST":
        upload = request.FILES.get("picture")
        try:
            if upload is None:
                raise PictureRefused("empty", _("Choose a picture first."))
            asked = services.search_by_picture(actor=request.user, source=upload, name=upload.name or "")  # type: ignore[arg-type]
            return redirect("similarity:picture-search", pk=asked.pk)
        except PictureRefused as error:
            context["refused"] = str(error)
    return render(request, "similarity/search.html", context, status=422 if "refused" in context else 200)


@require_GET
def picture_search(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The results of a picture, or the wait for them."""
    asked = find_search(request, pk)
    return render(request, "similarity/picture_search.html", picture_context(request, asked))


@require_GET
def picture_results(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part that is asked for again until a worker has looked at the picture."""
    return render(request, "similarity/_picture_results.html", picture_context(request, find_search(request, pk)))


@require_GET
def searched_picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    asked = get_object_or_404(PictureSearch.objects.visible_to(request.user).only("picture"), pk=pk)
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(asked.picture), content_type="image/webp", headers=headers)


def find_search(request: HttpRequest, pk: UUID) -> PictureSearch:
    """The user's search, without its picture; 404 for anybody else's."""
    searches = PictureSearch.objects.visible_to(request.user).defer("picture")
    return get_object_or_404(searches.select_related("job", "asked_by"), pk=pk)


def picture_context(request: HttpRequest, asked: PictureSearch) -> dict[str, Any]:
    """What a search's page shows: results, a wait, or why there will be none."""
    state = services.state_of(search=asked)
    context: dict[str, Any] = {"asked": asked, "state": state, "is_unlike": services.is_unlike(search=asked)}
    return context | results(request, picture_search=asked.pk) if state == services.READY else context


def results(request: HttpRequest, **asked: Any) -> dict[str, Any]:
    """Hits by the query's weights and filters; an invalid query shows its errors and is left out."""
    form, spaces = FilterForm(request.GET, user=request.user), queries.active_spaces()
    is_valid = form.is_valid()
    weights = form.weights(DEFAULTS) if is_valid else DEFAULTS
    limit = MOST_WORKS if request.GET.get("more") else PAGE_WORKS
    found = queries.search(
        request.user,
        **asked,
        filters=form.filters() if is_valid else Filters(),
        threshold=form.cleaned_data.get("threshold") if is_valid else None,
        weights=weights,
        spaces=spaces,
        limit=limit,
        explained=True,
    )
    return {
        "form": form,
        "found": found,
        "sliders": form.sliders(list(spaces), weights) if len(spaces) > 1 else [],
        "can_have_more": limit < MOST_WORKS and len(found.hits) == limit,
        "is_filtered": any(request.GET.get(field.name) for field in form.narrowing()),
        "is_weighed": form.has_weights,
    }
