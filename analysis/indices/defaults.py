"""Indices that are there without anybody asking: of each market, its larger movements and its most sold artists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from analysis.indices.models import IndexDefinition, Period
from analysis.indices.services import kept
from analysis.valuation.records import Scope, public_single_works
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import Artist
from artmarket.core.attribution import Attribution
from artmarket.sales.models import Outcome

FEWEST_OF_QUARTERS = 1000
FEWEST_OF_MOVEMENT = 200
FEWEST_OF_ARTIST = 60
MOST_ARTISTS = 40
ARTISTS_FEWEST = 5


def define_defaults(scopes: Sequence[Scope]) -> list[IndexDefinition]:
    """Public definitions of these scopes; those that there are already are found again."""
    return [each for scope in scopes for each in of_scope(scope)]


def of_scope(scope: Scope) -> list[IndexDefinition]:
    sold = public_single_works().filter(
        lot__sale__house__market=scope.market,
        lot__sale__house__currency=scope.currency,
        lot__outcome=Outcome.SOLD,
        lot__price__isnull=False,
    )
    common = {"market": scope.market, "currency": scope.currency}
    wanted: list[dict[str, Any]] = [{"period": Period.YEAR}]
    if sold.count() >= FEWEST_OF_QUARTERS:
        wanted.append({"period": Period.QUARTER})
    movements = sold.exclude(artwork__artist=None).exclude(artwork__artist__movement="")
    counted = movements.values_list("artwork__artist__movement").annotate(lots=Count("pk"))
    wanted += [
        {"movement": name}
        for name, lots in counted.order_by("-lots", "artwork__artist__movement")
        if lots >= FEWEST_OF_MOVEMENT
    ]
    own = sold.filter(artwork__attribution=Attribution.BY, artwork__artist__visibility=Visibility.PUBLIC)
    often = own.values_list("artwork__artist").annotate(lots=Count("pk")).filter(lots__gte=FEWEST_OF_ARTIST)
    most = [pk for pk, _lots in often.order_by("-lots", "artwork__artist")[:MOST_ARTISTS]]
    artists = Artist.objects.in_bulk(most)
    wanted += [{"artist": artists[pk], "fewest": ARTISTS_FEWEST} for pk in most]
    return [kept(IndexDefinition(visibility=Visibility.PUBLIC, **common, **subject)) for subject in wanted]
