"""Reads of artists, works and pictures, each narrowed to what ``user`` may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery

from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage

CARD_COLUMNS = (
    "id",
    "title",
    "artist_id",
    "attribution",
    "attribution_text",
    "date_text",
    "date_earliest",
    "medium",
    "medium_text",
    "height_cm",
    "width_cm",
    "depth_cm",
    "style",
    "is_invented",
    "visibility",
)
IMAGE_COLUMNS = ("id", "artwork_id", "width_px", "height_px")
STYLES_SECONDS = 600
STYLES_SQL = """
    with recursive found as (
        (select style from catalogue_artwork where visibility = 'public' and style > '' order by style limit 1)
        union all
        select (select style from catalogue_artwork where visibility = 'public' and style > found.style
                order by style limit 1)
        from found where found.style is not null
    )
    select style from found where style is not null limit 100
"""


def visible_artists(user: Actor) -> QuerySet[Any]:
    return Artist.objects.visible_to(user).only("id", "name", "is_invented")


def primary_images() -> QuerySet[Any]:
    return ArtworkImage.objects.filter(is_primary=True).only(*IMAGE_COLUMNS)


def as_cards(artworks: QuerySet[Any], user: Actor) -> QuerySet[Any]:
    """Only what a card shows: three queries for any number of works. Pictures lie in ``shown_images``."""
    return artworks.only(*CARD_COLUMNS).prefetch_related(
        Prefetch("artist", visible_artists(user)), Prefetch("images", primary_images(), to_attr="shown_images")
    )


def artwork_cards(user: Actor) -> QuerySet[Any]:
    return as_cards(Artwork.objects.visible_to(user), user)


def artwork_in_full(user: Actor) -> QuerySet[Any]:
    """A work with all that its page shows, pictures in ``shown_images``, the primary one first."""
    return (
        Artwork.objects.visible_to(user)
        .defer("search", "area_cm2")
        .select_related("organisation")
        .prefetch_related(
            Prefetch("artist", Artist.objects.visible_to(user).defer("search", "biography")),
            Prefetch("images", ArtworkImage.objects.order_by("-is_primary", "id"), to_attr="shown_images"),
            "external_ids",
        )
    )


def artist_rows(user: Actor) -> QuerySet[Any]:
    return Artist.objects.current().visible_to(user).defer("search", "biography", "other_names")


def works_of_artists(user: Actor, artists: Iterable[Artist]) -> dict[int, int]:
    """How many works each of these few artists has, in one query."""
    works = Artwork.objects.visible_to(user).filter(artist__in=[artist.pk for artist in artists])
    return dict(works.order_by().values_list("artist_id").annotate(Count("pk")))


def pictures_of_artists(user: Actor, artists: Iterable[Artist]) -> dict[int, ArtworkImage]:
    """One picture for each of these few artists: their earliest work that has one."""
    own = (
        ArtworkImage.objects.visible_to(user)
        .filter(is_primary=True, artwork__artist=OuterRef("pk"), artwork__attribution="by")
        .order_by("artwork__date_earliest", "artwork_id")
        .values("pk")[:1]
    )
    shown = Artist.objects.filter(pk__in=[artist.pk for artist in artists])
    picked = dict(shown.annotate(image_id=Subquery(own)).values_list("image_id", "pk"))
    images = ArtworkImage.objects.filter(pk__in=[pk for pk in picked if pk]).only(*IMAGE_COLUMNS)
    return {picked[image.pk]: image for image in images}


def public_styles() -> list[str]:
    """Styles of public works, by steps along the index; kept for ten minutes."""

    def read() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(STYLES_SQL)
            return [style for (style,) in cursor.fetchall()]

    return list(cache.get_or_set("catalogue.styles", read, STYLES_SECONDS) or [])
