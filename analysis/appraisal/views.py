"""Pages of appraisals: a work's panel and page, works by a measure, and works beside each other."""

from __future__ import annotations

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from analysis.appraisal import comparing, exports, places, queries, services, showing
from analysis.appraisal.filters import AppraisalFilter
from analysis.appraisal.models import SORTED, Appraisal
from analysis.appraisal.words import MEASURES, ORDERS, REASONS, WARNINGS
from analysis.jobs.models import Job
from artmarket.accounts.models import User
from artmarket.api.keyset import Keyset
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.paging import Order, page_of

PAGE_CARDS = 36
LIST_ORDERS = {
    f"{name}{end}": Order(ORDERS[name][number], Keyset(f"{sign}{name}", f"{sign}id"))
    for name in SORTED
    for number, (end, sign) in enumerate((("", "-"), ("-low", "")))
}


@require_GET
def artwork_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """On a work's page: palette, overlays, the telling measures and the text, as a fragment."""
    return render(request, "appraisal/_panel.html", context_of(request, pk, showing.HEADLINES))


@require_GET
def artwork(request: HttpRequest, pk: int) -> HttpResponse:
    """All that was measured of a work, with each measure's source."""
    context = context_of(request, pk, None)
    shown = [name for name in request.GET.getlist("overlay") if name in {layer.name for layer in context["layers"]}]
    return render(request, "appraisal/artwork.html", context | {"switched_on": shown, "is_page": True})


def context_of(request: HttpRequest, pk: int, names: Any) -> dict[str, Any]:
    """What panel and page show: an appraisal, the wait for one, or why there is none."""
    user: Any = request.user
    work = get_object_or_404(queries.works_with_pictures(user), pk=pk)
    image = work.shown_images[0] if work.shown_images else None
    appraisal = queries.appraisal_of(image) if image else None
    context: dict[str, Any] = {"work": work, "image": image, "appraisal": appraisal, "layers": [], "switched_on": []}
    if image is None or appraisal is None:
        return context | {"job": waiting_job(image.pk) if image else None}
    if appraisal.state == Appraisal.State.REFUSED:
        return context | {"reason": REASONS.get(appraisal.reason, appraisal.reason)}
    return context | measured_context(user, work, appraisal, image.width_px / image.height_px, names)


def measured_context(user: User, work: Artwork, appraisal: Appraisal, aspect: float, names: Any) -> dict[str, Any]:
    """Palette, overlays, text and strips of a measured picture."""
    found = showing.as_found(appraisal)
    placed = places.places_of(user, appraisal, work)
    return {
        "swatches": showing.swatches(appraisal),
        "layers": showing.layers(found, aspect),
        "box_height": round(1000 / aspect, 1),
        "spoken": showing.spoken(found, placed),
        "groups": showing.rows(appraisal, placed, names),
        "is_placed": bool(placed),
        "warnings": [WARNINGS.get(each, each) for each in appraisal.warnings],
    }


def waiting_job(image_id: int) -> Job | None:
    """The unfinished work that will appraise this picture alone, if somebody asked for it."""
    return Job.objects.filter(dedupe_key=services.asking_key(image_id), state__in=Job.UNFINISHED).only("pk").first()


@require_POST
def appraise(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a work's picture looked at now."""
    user: Any = request.user
    work = get_object_or_404(queries.works_with_pictures(user), pk=pk)
    if work.shown_images:
        services.request_appraisal(actor=user, image=work.shown_images[0])
    if getattr(request, "htmx", False):
        return render(request, "appraisal/_panel.html", context_of(request, pk, showing.HEADLINES))
    return redirect("appraisal:artwork", pk=pk)


@require_GET
def work_list(request: HttpRequest) -> HttpResponse:
    """The collection by a measure: the warmest first, the darkest first …"""
    user: Any = request.user
    chosen = AppraisalFilter(request.GET, queryset=queries.appraised_works(user), request=request)
    page = page_of(request, chosen.qs, LIST_ORDERS, limit=PAGE_CARDS)
    measure = page.order.removesuffix("-low")
    is_filtered = any(request.GET.get(name) for name in chosen.filters)
    context = {
        "filter": chosen,
        "page": page,
        "orders": LIST_ORDERS,
        "cards": [(row.image.artwork, getattr(row, measure), showing.swatches(row)) for row in page.rows],
        "measure": MEASURES[measure],
        "is_filtered": is_filtered,
        "shows_invented": any(row.image.artwork.is_invented for row in page.rows),
    }
    return render(request, "appraisal/work_list.html", context)


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two to four works beside each other, at an address that can be shared."""
    user: Any = request.user
    asked = [int(key) for key in request.GET.getlist("work") if key.isascii() and key.isdigit() and len(key) < 19]
    context = comparing.compared(user, asked) | {"others": comparing.others(user, asked, request.GET.get("text", ""))}
    return render(request, "appraisal/compare.html", context | {"text": request.GET.get("text", "")})


class Echo:
    """Gives back what the CSV writer writes."""

    def write(self, line: str) -> str:
        return line


@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as CSV, with every measure."""
    user: Any = request.user
    rows = AppraisalFilter(request.GET, queryset=queries.appraised_works(user), request=request).qs
    writer = csv.writer(Echo())
    lines = exports.lines(rows.order_by("id").iterator(chunk_size=1_000))
    response = StreamingHttpResponse((writer.writerow(line) for line in lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="appraisals-{timezone.localdate().isoformat()}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
