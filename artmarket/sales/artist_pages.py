"""An artist's statistics as a page and as CSV."""

from __future__ import annotations

import csv
from dataclasses import fields
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from artmarket.catalogue.models import Artist
from artmarket.sales.artist_statistics import FEWEST, WINDOWS, Figures
from artmarket.sales.charts import medians_by_medium, money_words
from artmarket.sales.forms import Statistics, StatisticsForm
from artmarket.sales.models import Market, PriceBasis

USUAL_WINDOW = 36


@require_safe
def statistics_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One market and qualifier at a time: a row a medium, a tab a window."""
    artist = get_object_or_404(Artist.objects.visible_to(request.user), pk=pk)
    form = StatisticsForm(request.GET)
    found = form.all_statistics(request.user, artist.pk) if form.is_valid() else None
    context = {"artist": artist, "form": form, "windows": WINDOWS, "fewest": FEWEST, "found": found}
    if found is not None:
        context |= chosen(found, **{name: form.cleaned_data[name] for name in ("window", "market", "attribution")})
    return render(request, "sales/artist_statistics.html", context)


def chosen(found: Statistics, *, window: int | None, market: str, attribution: str) -> dict[str, Any]:
    """The group asked for or the largest, its rows in the window, and the groups and the chart to choose others by."""
    window = window or USUAL_WINDOW
    sizes: dict[tuple[str, str], Figures] = {}
    for figures in found.figures:
        if figures.medium is None:
            sizes[figures.market, figures.attribution] = figures
    groups = sorted(sizes.values(), key=lambda one: (-one.offered, one.market, one.attribution))
    if not groups:
        return {"groups": [], "rows": []}
    asked = {"market": market, "attribution": attribution}
    fits = [one for one in groups if all(getattr(one, name) == value for name, value in asked.items() if value)]
    group = (fits or groups)[0]
    mine = [one for one in found.figures if (one.market, one.attribution) == (group.market, group.attribution)]
    rows = [one for one in mine if one.months == window]
    return {
        "groups": groups,
        "group": group,
        "window": window,
        "rows": rows,
        "unpriced": next((one for one in rows if one.medium is None), None),
        "basis_label": str(PriceBasis(found.basis).label),
        "money": money_words(found.real),
        "chart": medians_by_medium(mine, basis=found.basis, real=found.real),
        "shows_invented": group.market == Market.INVENTED,
    }


@require_safe
def statistics_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Every figure of every market, qualifier, medium and window, with what was asked repeated in each line."""
    artist = get_object_or_404(Artist.objects.visible_to(request.user), pk=pk)
    form = StatisticsForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text(), content_type="text/plain; charset=utf-8")
    found = form.statistics(request.user, artist.pk)
    names = [one.name for one in fields(Figures)]
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="statistics-{artist.pk}.csv"'
    writer = csv.writer(answer)
    writer.writerow(["artist", "until", "basis", "currency", "money_of", "index", *names])
    money = (f"{found.real.month:%Y-%m}", found.real.index) if found.real else ("", "")
    asked = [artist.pk, found.until.isoformat(), found.basis, "USD", *money]
    for figures in found.figures:
        values = [getattr(figures, name) for name in names]
        writer.writerow([*asked, *("" if value is None else value for value in values)])
    return answer
