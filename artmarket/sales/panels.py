"""Parts of catalogue pages that sales know: loaded by their addresses, so that the catalogue need not know of sales."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from artmarket.catalogue.models import Artist, Artwork
from artmarket.sales.charts import money_words, offers_of_work, yearly_medians
from artmarket.sales.forms import RealForm
from artmarket.sales.listing import latest_lots_by_artist, lots_of_artwork
from artmarket.sales.queries import artist_market


@require_safe
def artwork_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Every offer of one work, as a chart and a table."""
    work = get_object_or_404(Artwork.objects.visible_to(request.user).only("id"), pk=pk)
    lots = lots_of_artwork(request.user, work)
    return render(request, "sales/_artwork_panel.html", {"work": work, "lots": lots, "chart": offers_of_work(lots)})


@require_safe
def artist_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """An artist's market: figures by market and qualifier, median prices by year, and the latest lots."""
    artist = get_object_or_404(Artist.objects.visible_to(request.user).only("id", "name"), pk=pk)
    form = RealForm(request.GET)
    real = form.cleaned_data["real"] if form.is_valid() else None
    market = artist_market(request.user, artist.pk, real=real)
    context = {
        "artist": artist,
        "form": form,
        "money": money_words(real),
        "no_month": sum(group.no_month for group in market.groups),
        "groups": market.groups,
        "charts": yearly_medians(market.years, real=real),
        "lots": latest_lots_by_artist(request.user, artist.pk),
    }
    return render(request, "sales/_artist_panel.html", context)
