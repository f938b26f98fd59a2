"""Reads of inventories: whose, which rows, and what a page or file needs of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from analysis.inventory.models import InventoryItem, kept_organisation_ids
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.queries import organisation_ids
from artmarket.catalogue.models import Artwork
from artmarket.catalogue.queries import as_cards, visible_artists


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Those whose inventory the user may see."""
    return Organisation.objects.filter(pk__in=organisation_ids(user))


def kept_organisations_of(user: User) -> QuerySet[Organisation]:
    """Those whose inventory the user may change."""
    return Organisation.objects.filter(pk__in=kept_organisation_ids(user))


def may_keep(user: User, organisation_id: int) -> bool:
    return organisation_id in kept_organisation_ids(user)


def with_works(items: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Items with their works as cards, where the user still may see those. Three more queries."""
    return items.prefetch_related(Prefetch("artwork", as_cards(Artwork.objects.visible_to(user), user)))


def shown_work(item: InventoryItem) -> Artwork | None:
    """The work that ``with_works`` found; None where the user may not see it any more."""
    found: Artwork | None = item._state.fields_cache.get("artwork")
    return found


def item_rows(user: User, organisation: Organisation) -> QuerySet[InventoryItem]:
    """The organisation's items with their works."""
    return with_works(InventoryItem.objects.visible_to(user).filter(organisation=organisation), user)


def items_for_totals(user: User, organisation: Organisation) -> list[InventoryItem]:
    """All items, with as much of their works as charts by artist and medium need. Three queries for any number."""
    works = Artwork.objects.visible_to(user).only("id", "medium", "artist_id")
    artists = Prefetch("artist", visible_artists(user))
    items = InventoryItem.objects.visible_to(user).filter(organisation=organisation).defer("notes", "location")
    return list(items.prefetch_related(Prefetch("artwork", works.prefetch_related(artists))))


def item_of_work(user: User, work: Artwork) -> QuerySet[InventoryItem]:
    """The user's organisations' items of one work, the latest first."""
    return InventoryItem.objects.visible_to(user).filter(artwork=work).select_related("organisation").order_by("-id")
