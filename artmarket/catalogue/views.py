"""Pages of artworks and artists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from artmarket.api.keyset import Keyset
from artmarket.catalogue.filters import ArtistFilter, ArtworkFilter
from artmarket.catalogue.models import Artist, Artwork
from artmarket.catalogue.paging import Order, chosen_view, page_of
from artmarket.catalogue.queries import (
    artist_rows,
    artwork_cards,
    artwork_in_full,
    pictures_of_artists,
    public_styles,
    visible_artists,
    works_of_artists,
)

PAGE_CARDS = 36
PAGE_ROWS = 50
ARTIST_WORKS = 12
ARTWORK_ORDERS = {
    "newest": Order(_("latest added"), Keyset("-id")),
    "title": Order(_("title"), Keyset("title", "id")),
    "earliest": Order(_("earliest made"), Keyset("date_earliest", "id")),
    "latest": Order(_("latest made"), Keyset("-date_earliest", "-id")),
}
ARTIST_ORDERS = {
    "name": Order(_("name"), Keyset("sort_name", "id")),
    "newest": Order(_("latest added"), Keyset("-id")),
}


@require_safe
def artwork_list(request: HttpRequest) -> HttpResponse:
    """Works as pictures on a wall, or as a table."""
    view = chosen_view(request)
    rows = Artwork.objects.visible_to(request.user)
    chosen = ArtworkFilter(request.GET, queryset=artwork_cards(request.user), request=request)
    page = page_of(request, chosen.qs, ARTWORK_ORDERS, limit=PAGE_ROWS if view == "table" else PAGE_CARDS)
    context = {
        "filter": chosen,
        "page": page,
        "orders": ARTWORK_ORDERS,
        "view": view,
        "styles": public_styles(),
        "artist": chosen_artist(request),
        "is_filtered": any(value not in (None, "") for value in chosen.form.cleaned_data.values()),
        "is_bare": not page.rows and not rows.exists(),
        "shows_invented": any(work.is_invented for work in page.rows),
    }
    return render(request, "catalogue/artwork_list.html", context)


def chosen_artist(request: HttpRequest) -> Artist | None:
    """The artist that the list is narrowed to, where it is one the person may see."""
    pk = request.GET.get("artist", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return visible_artists(request.user).filter(pk=pk).first()


@require_safe
def artwork_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One work: its picture under the glass, what is known of it, and panels of what was found."""
    work = get_object_or_404(artwork_in_full(request.user), pk=pk)
    images = work.shown_images
    asked = request.GET.get("picture", "")
    image = next((one for one in images if str(one.pk) == asked), images[0] if images else None)
    context = {"work": work, "image": image, "images": images, "shows_invented": work.is_invented}
    return render(request, "catalogue/artwork_detail.html", context)


@require_safe
def artist_list(request: HttpRequest) -> HttpResponse:
    """Artists by name, each with a picture and the number of works."""
    chosen = ArtistFilter(request.GET, queryset=artist_rows(request.user), request=request)
    page = page_of(request, chosen.qs, ARTIST_ORDERS, limit=PAGE_CARDS)
    works = works_of_artists(request.user, page.rows)
    pictures = pictures_of_artists(request.user, page.rows)
    context = {
        "filter": chosen,
        "page": page,
        "orders": ARTIST_ORDERS,
        "cards": [(artist, pictures.get(artist.pk), works.get(artist.pk, 0)) for artist in page.rows],
        "is_filtered": any(value not in (None, "") for value in chosen.form.cleaned_data.values()),
        "shows_invented": any(artist.is_invented for artist in page.rows),
    }
    return render(request, "catalogue/artist_list.html", context)


@require_safe
def artist_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One artist: works, facts, and the market as a panel. A merged one leads to the artist who was kept."""
    rows = Artist.objects.visible_to(request.user).defer("search").prefetch_related("external_ids")
    artist = get_object_or_404(rows, pk=pk)
    if artist.merged_into_id:
        return redirect("catalogue:artist-detail", artist.merged_into_id)
    works = artwork_cards(request.user).filter(artist=artist).order_by("date_earliest", "id")
    shown = list(works[: ARTIST_WORKS + 1])
    context = {
        "artist": artist,
        "works": shown[:ARTIST_WORKS],
        "has_more": len(shown) > ARTIST_WORKS,
        "shows_invented": artist.is_invented,
    }
    return render(request, "catalogue/artist_detail.html", context)
