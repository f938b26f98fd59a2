"""Where each kind of person usually goes first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Membership
from artmarket.web.navigation import address

Role = Membership.Role
EVERYONE = frozenset(Role.values)
EDITORS = frozenset(Membership.EDITING_ROLES)


@dataclass(frozen=True)
class Shortcut:
    title: str | Promise
    words: str | Promise
    url_name: str
    roles: frozenset[str]


SHORTCUTS = (
    Shortcut(
        _("Import a catalogue"),
        _("A file of lots and a folder of pictures; nothing is written before you have seen the errors."),
        "intake:import-new",
        EDITORS,
    ),
    Shortcut(
        _("Search by picture"),
        _("Works that look like a photograph, nearest first."),
        "similarity:search",
        EVERYONE,
    ),
    Shortcut(
        _("Compare prices"),
        _("Lots by artist, year, price and outcome."),
        "sales:lot-list",
        frozenset({Role.OWNER, Role.DEALER, Role.AUCTION_HOUSE}),
    ),
    Shortcut(
        _("Inventory"),
        _("Your works, what they cost, and what they are worth today."),
        "inventory:item-list",
        frozenset({Role.OWNER, Role.DEALER}),
    ),
    Shortcut(
        _("Walk through the works"),
        _("As pictures on a wall, or as a table."),
        "catalogue:artwork-list",
        frozenset({Role.CURATOR, Role.DATA_ENTRY, Role.DEALER}),
    ),
    Shortcut(
        _("Works by measure"),
        _("See the darkest, the warmest, the busiest works; measures of colour, light, composition and brush-work."),
        "appraisal:work-list",
        frozenset({Role.CURATOR}),
    ),
    Shortcut(
        _("Rate works"),
        _("Seven keys a work: composition, colour, technique and more, judged by you."),
        "appraisal:rate-next",
        frozenset({Role.CURATOR}),
    ),
    Shortcut(_("My jobs"), _("What runs, what waits, and what came of it."), "jobs:job-list", EVERYONE),
    Shortcut(
        _("Keys for programs"),
        _("Send lots and ask for estimates through the API."),
        "accounts:key-list",
        frozenset({Role.OWNER, Role.AUCTION_HOUSE}),
    ),
)


def shortcuts_for(roles: Collection[str], *, is_platform_staff: bool) -> list[dict[str, object]]:
    """The shortcuts of these roles; platform staff get all, people without a role those for everyone."""
    shown: list[dict[str, object]] = []
    for shortcut in SHORTCUTS:
        wanted = is_platform_staff or shortcut.roles == EVERYONE or shortcut.roles & set(roles)
        url = address(shortcut.url_name)
        if wanted and url:
            shown.append({"title": shortcut.title, "words": shortcut.words, "url": url})
    return shown
