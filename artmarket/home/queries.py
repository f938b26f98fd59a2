"""What the front page shows."""

from __future__ import annotations

from typing import Any

from artmarket.accounts.models import User
from artmarket.accounts.queries import roles_by_organisation
from artmarket.catalogue.queries import artwork_cards
from artmarket.sales.listing import sale_rows

WORKS = 12
SALES = 6


def recent_works(user: User) -> list[Any]:
    """The latest works on record that have a picture; without one, any."""
    cards = list(artwork_cards(user).filter(images__is_primary=True).order_by("-id")[:WORKS])
    return cards or list(artwork_cards(user).order_by("-id")[:WORKS])


def recent_sales(user: User) -> list[Any]:
    return list(sale_rows(user).order_by("-date", "-id")[:SALES])


def roles_of(user: User) -> set[str]:
    """The roles that a person has anywhere."""
    return set(roles_by_organisation(user).values())
