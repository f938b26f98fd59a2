"""Parts of catalogue pages that sales know: loaded by their addresses, so that the catalogue need not know of sales."""

from __future__ import annotations

from collections import Counter

from django.db.models import Avg, Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from artmarket.catalogue.models import Artist, Artwork
from artmarket.sales.charts import offers_of_work, prices_over_time
from artmarket.sales.listing import LOT_COLUMNS, MARKET_POINTS, lots_by_artist, lots_of_artwork
from artmarket.sales.models import Outcome

FEWEST_FOR_CHART = 2
LATEST = 8


@require_safe
def artwork_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Every offer of one work, as a chart and a table."""
    work = get_object_or_404(Artwork.objects.visible_to(request.user).only("id"), pk=pk)
    lots = lots_of_artwork(request.user, work)
    currencies = Counter(lot.currency for lot in lots)
    chart = None
    if len(lots) >= FEWEST_FOR_CHART:
        chart = offers_of_work(lots, currency=currencies.most_common(1)[0][0])
    return render(request, "sales/_artwork_panel.html", {"lots": lots, "chart": chart})


@require_safe
def artist_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """An artist's market: figures in SQL, the latest prices as points."""
    artist = get_object_or_404(Artist.objects.visible_to(request.user).only("id", "name"), pk=pk)
    lots = lots_by_artist(request.user, artist.pk)
    sold = Q(outcome=Outcome.SOLD)
    figures = lots.aggregate(
        offered=Count("pk", filter=~Q(outcome=Outcome.UNKNOWN)),
        lots=Count("pk"),
        sold=Count("pk", filter=sold),
        dearest=Max("price_usd"),
        mean=Avg("price_usd"),
        latest=Max("sale_date"),
    )
    priced = lots.filter(price_usd__isnull=False).order_by("-sale_date", "-id")
    points = list(priced.only("id", "sale_date", "price_usd", "price_basis")[:MARKET_POINTS])
    latest = lots.select_related("sale__house").only(*LOT_COLUMNS).order_by("-sale_date", "-id")[:LATEST]
    context = {
        "artist": artist,
        "figures": figures,
        "sold_share": 100 * figures["sold"] / figures["offered"] if figures["offered"] else None,
        "median": median([point.price_usd for point in points]),
        "chart": prices_over_time(points, title=_("Prices over time")) if points else None,
        "lots": list(latest),
    }
    return render(request, "sales/_artist_panel.html", context)


def median(values: list) -> object:
    """The middle value; None for none."""
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
