"""The main navigation: rooms by the names of their addresses, so that nothing above this room is imported."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """A room in the navigation; ``rooms`` are the namespaces whose pages stand under it."""

    label: str | Promise
    url_name: str
    views: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """A place as one page shows it."""

    label: str | Promise
    url: str
    is_current: bool


PLACES = (
    Place(
        _("Artworks"),
        "catalogue:artwork-list",
        ("catalogue:artwork", "similarity:artwork", "appraisal:", "classification:"),
    ),
    Place(_("Artists"), "catalogue:artist-list", ("catalogue:artist",)),
    Place(_("Sales"), "sales:sale-list", ("sales:sale",)),
    Place(_("Lots"), "sales:lot-list", ("sales:lot",)),
    Place(_("Houses"), "sales:house-list", ("sales:house",)),
    Place(_("Inventory"), "inventory:item-list", ("inventory:", "dossier:")),
    Place(_("Indices"), "indices:index-list", ("indices:",)),
    Place(_("Track record"), "trackrecord:record", ("trackrecord:",)),
    Place(_("Attribution"), "attribution:opinion-list", ("attribution:",)),
    Place(
        _("Search by picture"),
        "similarity:search",
        ("similarity:search", "similarity:picture", "similarity:map", "similarity:selection", "similarity:duplicate"),
    ),
    Place(_("Studio"), "generation:home", ("generation:", "styletransfer:")),
    Place(_("Imports"), "intake:import-list", ("intake:",)),
    Place(_("Jobs"), "jobs:job-list", ("jobs:",)),
    Place(_("Models"), "registry:model-list", ("registry:",)),
)


def navigation(request: HttpRequest) -> list[Link]:
    """The links that this person may follow; nothing before signing in."""
    if not getattr(getattr(request, "user", None), "is_authenticated", False):
        return []
    here = request.resolver_match.view_name if request.resolver_match else ""
    links = []
    for place in PLACES:
        url = address(place.url_name)
        if url:
            links.append(Link(place.label, url, here.startswith(place.views)))
    return links


def address(url_name: str) -> str:
    """Where a name leads, or "" in a composition that leaves that room out."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
