"""Lots by words and by artist, so that a page of fifty costs fifty rows and not all that fit.

A list is read in the order of an index up to its page's end. Where few lots fit, that walk would be long: then their
keys are read first, each kind by its own index. Where many fit, reading all keys would be long, and the walk is short.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db.models import BigIntegerField, BooleanField, F, Func, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import Exact

from artmarket.accounts.ownership import Actor, visible_q
from artmarket.catalogue.models import Artist, Artwork
from artmarket.sales.models import Lot, LotArtwork, Offer

FEW = 10_000


def lots_with_words(rows: QuerySet[Any], user: Actor, query: SearchQuery) -> QuerySet[Any]:
    """Lots whose own words fit, or those of a work that the user may see, or of its artist."""
    works = Artwork.objects.visible_to(user)
    artists = Artist.objects.visible_to(user).filter(search=query).values("pk")
    by_artists = works.filter(artist__in=artists).values("pk")
    keys = few(
        Lot.objects.filter(search=query).values_list("pk"),
        LotArtwork.objects.filter(artwork__in=works.filter(search=query).values("pk")).values_list("lot_id"),
        Offer.objects.filter(artist__in=artists, artwork__in=by_artists).values_list("lot_id"),
    )
    if keys is not None:
        return with_keys(rows, keys)
    named = Q(artist__search=query) & visible_q(user, "artist")
    return rows.filter(Q(search=query) | Q(offered_here(user, Q(artwork__search=query) | named)))


def lots_of_artist(rows: QuerySet[Any], user: Actor, artist_id: int) -> QuerySet[Any]:
    """Lots with a visible work of an artist whom the user may see."""
    artist = Artist.objects.visible_to(user).filter(pk=artist_id).values("pk")
    works = Artwork.objects.visible_to(user).filter(artist_id=artist_id).values("pk")
    keys = few(Offer.objects.filter(artist_id=artist_id, artist__in=artist, artwork__in=works).values_list("lot_id"))
    if keys is not None:
        return with_keys(rows, keys)
    span = Offer.objects.filter(artist_id=artist_id).aggregate(first=Min("sale_date"), last=Max("sale_date"))
    return rows.filter(offered_here(user, Q(artist_id=artist_id)), sale_date__range=(span["first"], span["last"]))


def few(*kinds: QuerySet[Any]) -> set[int] | None:
    """The keys of all kinds; None where one kind alone has many."""
    found: set[int] = set()
    for keys in kinds:
        read = [key for (key,) in keys.order_by()[: FEW + 1]]
        if len(read) > FEW:
            return None
        found.update(read)
    return found


def with_keys(rows: QuerySet[Any], keys: Iterable[int]) -> QuerySet[Any]:
    """Rows of these keys; sent as one array, for thousands of single values take long to write and to read."""
    array = Value(sorted(keys), output_field=ArrayField(BigIntegerField()))
    return rows.filter(
        Func(F("pk"), array, template="%(expressions)s)", arg_joiner=" = any(", output_field=BooleanField())
    )


def offered_here(user: Actor, fits: Q) -> Exact:
    """Whether the outer query's lot offers a work that the user may see and that fits."""
    # A value to compare, not EXISTS, which the planner would turn into a join that reads the offers of every lot first.
    here = Offer.objects.filter(lot=OuterRef("pk")).filter(visible_q(user, "artwork")).filter(fits)
    return Exact(Subquery(here.values(found=Value(1))[:1]), 1)
