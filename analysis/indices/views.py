"""Pages of indices: the list, one index with its vintages, its file, a new one, an artist's panel."""

from __future__ import annotations

import csv
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis.indices import queries, services, showing
from analysis.indices.filters import IndexFilter
from analysis.indices.forms import IndexForm, ShownForm
from analysis.indices.models import IndexDefinition, IndexVintage, Method
from analysis.jobs.models import Job
from artmarket.catalogue.models import Artist

PAGE_ROWS = 50
MOST_VINTAGES = 50


def find(request: HttpRequest, pk: int) -> IndexDefinition:
    return get_object_or_404(queries.indices_for(request.user), pk=pk)


@require_GET
def index_list(request: HttpRequest) -> HttpResponse:
    filtered = IndexFilter(request.GET, queries.indices_for(request.user))
    ordered = queries.with_latest(filtered.qs).order_by(
        "market", "currency", F("artist__sort_name").asc(nulls_first=True), "movement", "pk"
    )
    page = Paginator(ordered, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(each, *drawn(each)) for each in page],
        "filter": filtered,
        "is_filtered": any(request.GET.get(name) for name in filtered.filters),
    }
    return render(request, "indices/index_list.html", context)


def drawn(definition: IndexDefinition) -> tuple[IndexVintage | None, showing.Sparkline | None]:
    """The vintage to show of an index in a list, and its small line."""
    vintage = queries.headline(definition.latest)  # type: ignore[attr-defined]
    return vintage, showing.sparkline(vintage) if vintage else None


@require_GET
def index_detail(request: HttpRequest, pk: int) -> HttpResponse:
    definition = find(request, pk)
    latest, vintage = asked_vintage(request, definition)
    context: dict[str, Any] = {
        "definition": definition,
        "shows_invented": definition.is_invented,
        "latest": latest,
        "vintage": vintage,
        "job": job_of(request, definition),
        "has_real": definition.vintages.filter(is_real=True).exists(),
    }
    if vintage is not None:
        context |= evidence_of(definition, vintage, latest)
    return render(request, "indices/index_detail.html", context)


def asked_vintage(
    request: HttpRequest, definition: IndexDefinition
) -> tuple[dict[str, IndexVintage], IndexVintage | None]:
    """Each method's latest vintage, and the one that is asked for; 404 for one that is not of this index."""
    form = ShownForm(request.GET)
    if not form.is_valid():
        raise Http404
    asked = form.cleaned_data
    if asked["vintage"]:
        vintage = get_object_or_404(definition.vintages.select_related("definition__artist"), pk=asked["vintage"])
        return queries.latest_by_method(definition, is_real=vintage.is_real), vintage
    latest = queries.latest_by_method(definition, is_real=asked["real"])
    chosen = latest.get(asked["method"]) if asked["method"] else queries.headline(latest.values())
    return latest, chosen or next(iter(latest.values()), None)


def evidence_of(definition: IndexDefinition, vintage: IndexVintage, latest: dict[str, IndexVintage]) -> dict[str, Any]:
    same = queries.vintages_of(definition, method=vintage.method, is_real=vintage.is_real)
    before = same.filter(pk__lt=vintage.pk).exclude(points=[]).first()
    moved = queries.revisions(vintage, before) if before and vintage.points else []
    context = {
        "vintages": same[:MOST_VINTAGES],
        "before": before,
        "revisions": moved,
        "largest": queries.largest_change(moved),
        "percent": round(100 * vintage.settings.get("level", 0.9)),
        "reserve_percent": round(100 * vintage.settings.get("reserve_share", 0.8)),
        "gaps": len(vintage.points) - len(vintage.shown),
        "methods": [(method, latest.get(method)) for method in Method],
    }
    if vintage.points:
        context |= {"levels": showing.level_chart(vintage), "counts": showing.counts_chart(vintage)}
        others = [each for each in latest.values() if each.points]
        context |= {"beside": showing.methods_chart(definition, others) if len(others) > 1 else None}
    return context


def job_of(request: HttpRequest, definition: IndexDefinition) -> Job | None:
    """The computation that goes on, for those who may see it."""
    jobs = Job.objects.visible_to(request.user).filter(dedupe_key=services.dedupe_key(definition))
    return jobs.filter(state__in=Job.UNFINISHED).only("pk", "state").first()


@require_GET
def index_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The shown vintage as CSV."""
    _latest, vintage = asked_vintage(request, find(request, pk))
    if vintage is None:
        raise Http404
    name = f"index-{pk}-{vintage.method}{'-real' if vintage.is_real else ''}-{vintage.created_at:%Y-%m-%d}.csv"
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    csv.writer(answer).writerows(queries.as_rows(vintage))
    return answer


@require_POST
def index_compute(request: HttpRequest, pk: int) -> HttpResponse:
    job_id = services.request_computation(actor=request.user, definition=find(request, pk))  # type: ignore[arg-type]
    return redirect("jobs:job-detail", pk=job_id)


@require_http_methods(["GET", "POST"])
def index_new(request: HttpRequest) -> HttpResponse:
    """Define an index and have it computed; an ``artist`` may be named by the address."""
    artist = request.POST.get("artist") or request.GET.get("artist") or ""
    about = Artist.objects.visible_to(request.user).filter(pk=artist).first() if artist.isdecimal() else None
    form = IndexForm(request.POST or None, user=request.user, initial={"artist": about, "fewest": 5 if about else 10})  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        try:
            definition = services.define(actor=request.user, **form.definition())  # type: ignore[arg-type]
            services.request_computation(actor=request.user, definition=definition)  # type: ignore[arg-type]
            return redirect(definition)
        except ValidationError as error:
            form.add_error(None, error.messages)  # type: ignore[arg-type]
        except PermissionDenied as error:
            form.add_error("visibility", str(error))
    code = 422 if request.method == "POST" else 200
    return render(request, "indices/index_new.html", {"form": form, "artist": about}, status=code)


@require_GET
def artist_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """An artist's indices, as a fragment."""
    artist = get_object_or_404(Artist.objects.visible_to(request.user).only("pk", "name"), pk=pk)
    found = queries.of_artist(request.user, artist)  # type: ignore[arg-type]
    rows = [
        (each, vintage, showing.level_chart(vintage) if vintage else None)
        for each in found
        for vintage in [drawn(each)[0]]
    ]
    return render(request, "indices/_artist_panel.html", {"artist": artist, "rows": rows})
