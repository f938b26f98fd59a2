"""Reads of restyled pictures, each narrowed to what ``user`` may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from analysis.similarity.models import Selection
from analysis.styletransfer import services
from analysis.styletransfer.models import StyledImage, StyleUse
from analysis.styletransfer.sources import StylingRefused
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Actor
from artmarket.accounts.queries import organisation_ids
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.catalogue.queries import as_cards
from artmarket.catalogue.search import text_query

BULKY = ("mask", "preview", "inputs")
MOST_HITS = 12


def gallery(user: Actor) -> QuerySet[Any]:
    """The pictures that the user sees, with their styles: a few queries for any number of them."""
    return (
        StyledImage.objects.visible_to(user).defer(*BULKY).select_related("job", "made_by").prefetch_related("styles")
    )


def in_full(user: Actor) -> QuerySet[Any]:
    """One picture with all that its page shows; works in it only where the user sees them."""
    seen = ArtworkImage.objects.visible_to(user).select_related("artwork")
    styles = StyleUse.objects.prefetch_related(Prefetch("image", seen.defer("artwork__search", "artwork__area_cm2")))
    return (
        StyledImage.objects.visible_to(user)
        .defer(*BULKY)
        .select_related("job", "made_by", "organisation", "model_version", "content_picture", "style_selection")
        .prefetch_related(
            Prefetch("styles", styles),
            Prefetch("content_image", seen.defer("artwork__search", "artwork__area_cm2")),
            Prefetch("style_artist", Artist.objects.visible_to(user).only("id", "name")),
        )
    )


def shared(token: str) -> StyledImage | None:
    """The picture of an address that was given to those signed in; none where its sources no longer allow the address."""
    rows = StyledImage.objects.filter(share_token=token).defer(*BULKY).prefetch_related("styles")
    found: StyledImage | None = rows.select_related("made_by", "model_version").first()
    if found is not None:
        try:
            services.check_may_be_shared(found)
        except StylingRefused:
            return None
    return found


def seen_styles(user: Actor, styled: StyledImage) -> Sequence[StyleUse]:
    """The styles whose works the user may see; the others are not named."""
    seen = ArtworkImage.objects.visible_to(user).select_related("artwork")
    rows = styled.styles.filter(image__in=seen.values("pk"))
    return list(rows.prefetch_related(Prefetch("image", seen.defer("artwork__search", "artwork__area_cm2"))))


def organisations_of(user: User) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in=organisation_ids(user)).order_by("name")


def selections_of(user: User) -> Sequence[Selection]:
    return list(Selection.objects.visible_to(user).order_by("-created_at")[:50])


def some_works(user: User) -> Sequence[Artwork]:
    """A few works with a picture that everybody may use, to begin with; of one artist one."""
    free = ArtworkImage.objects.visible_to(user).filter(is_primary=True, rights__in=["public_domain", "owned"])
    newest = free.order_by("-pk").values_list("artwork_id", "artwork__artist_id")[: 20 * MOST_HITS]
    by_artist = {artist or -work: work for work, artist in newest}
    works = Artwork.objects.visible_to(user).filter(pk__in=list(by_artist.values())[:MOST_HITS])
    return list(as_cards(works, user).order_by("pk"))


def works_like(user: User, text: str) -> Sequence[Artwork]:
    """A few works with a picture whose own words or whose artist's name fit."""
    query = text_query(text)
    if query is None:
        return []
    artists = Artist.objects.visible_to(user).filter(search=query).values("pk")
    own = Artwork.objects.filter(search=query).values("pk")
    theirs = Artwork.objects.filter(artist__in=artists).values("pk")
    works = Artwork.objects.visible_to(user).filter(pk__in=own.union(theirs), images__is_primary=True)
    return list(as_cards(works, user).order_by("-pk")[:MOST_HITS])


def artists_like(user: User, text: str) -> Sequence[Artist]:
    """A few artists whose name fits."""
    query = text_query(text)
    if query is None:
        return []
    found = Artist.objects.current().visible_to(user).filter(search=query)
    return list(found.only("id", "name").order_by("sort_name", "pk")[:6])
