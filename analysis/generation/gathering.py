"""Which works a model learns from: a selection, a filter of the catalogue or an artist; only what its maker may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from analysis.similarity.models import Selection
from artmarket.accounts.ownership import Actor, Visibility
from artmarket.catalogue.filters import ArtworkFilter
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.core.attribution import Attribution
from artmarket.core.text import CodedError

KINDS = ("selection", "filter", "artist")
MOST_PICTURES = 20_000


class SourceRefused(CodedError):
    """No training set can be made of this. Codes: unknown_source, not_found, bad_filter, too_many."""


def works_of(user: Actor, source: Mapping[str, Any]) -> QuerySet[Artwork]:
    """The works of a training set that the user sees. Raises ``SourceRefused``."""
    kind, seen = source.get("kind"), Artwork.objects.visible_to(user)
    if kind == "selection":
        chosen = selection_of(user, source)
        return seen.filter(pk__in=chosen.artworks.values("pk"))
    if kind == "artist":
        return seen.filter(artist=artist_of(user, source), attribution=Attribution.BY)
    if kind == "filter":
        return filtered(user, seen, str(source.get("query", "")))
    raise SourceRefused("unknown_source", _("Choose a selection, an artist, or a filter of the catalogue."))


def selection_of(user: Actor, source: Mapping[str, Any]) -> Selection:
    try:
        return Selection.objects.visible_to(user).get(pk=UUID(str(source.get("id"))))
    except (Selection.DoesNotExist, ValueError) as error:
        raise SourceRefused("not_found", _("There is no such selection.")) from error


def artist_of(user: Actor, source: Mapping[str, Any]) -> Artist:
    try:
        found: Artist = Artist.objects.visible_to(user).get(pk=int(source.get("id", 0)))
    except (Artist.DoesNotExist, ValueError, TypeError, OverflowError) as error:
        raise SourceRefused("not_found", _("There is no such artist.")) from error
    return found


def filtered(user: Actor, seen: QuerySet[Artwork], query: str) -> QuerySet[Artwork]:
    """Works that the catalogue's list shows under the same address; parts that belong to the page alone are left out."""
    chosen = ArtworkFilter(QueryDict(query.lstrip("?")[:2000]), queryset=seen, request=SimpleNamespace(user=user))
    if not chosen.is_valid():
        said = " ".join(str(each) for errors in chosen.errors.values() for each in errors)
        raise SourceRefused("bad_filter", _("The catalogue cannot be filtered so: %(why)s") % {"why": said})
    found: QuerySet[Artwork] = chosen.qs
    return found


def images_of(user: Actor, source: Mapping[str, Any], organisation_id: int | None) -> QuerySet[ArtworkImage]:
    """Primary pictures to learn from: of public works, and of private ones of the organisation that will own the model."""
    public = Q(artwork__visibility=Visibility.PUBLIC)
    own = Q(artwork__organisation_id=organisation_id) if organisation_id is not None else Q(pk__in=[])
    rows = ArtworkImage.objects.filter(is_primary=True, artwork__in=works_of(user, source).values("pk"))
    found: QuerySet[ArtworkImage] = rows.filter(public | own).order_by("pk")
    return found


def all_images_of(user: Actor, source: Mapping[str, Any], organisation_id: int | None) -> list[ArtworkImage]:
    """The pictures themselves. Raises ``SourceRefused``, ``too_many`` where works came since the training was asked for."""
    rows = list(images_of(user, source, organisation_id)[: MOST_PICTURES + 1])
    if len(rows) > MOST_PICTURES:
        raise SourceRefused("too_many", too_many())
    return rows


def too_many() -> str:
    return _("These are too many pictures: at most %(most)d.") % {"most": MOST_PICTURES}


@dataclass(frozen=True)
class Gathered:
    """What a training set holds before a training begins. ``by_rights``: pictures by their rights, in words."""

    pictures: int
    works: int
    private_elsewhere: int
    by_rights: Mapping[str, int] = field(default_factory=dict)
    unknown_rights: int = 0

    @property
    def is_too_many(self) -> bool:
        return self.pictures > MOST_PICTURES

    @property
    def without_picture(self) -> int:
        return max(0, self.works - self.pictures - self.private_elsewhere)


def gather(user: Actor, source: Mapping[str, Any], organisation_id: int | None) -> Gathered:
    """Count a training set. Raises ``SourceRefused``."""
    works = works_of(user, source)
    rows = images_of(user, source, organisation_id).order_by().values_list("rights")
    rights = Counter(dict(rows.annotate(pictures=Count("pk"))))
    others = works.exclude(visibility=Visibility.PUBLIC).filter(images__is_primary=True)
    if organisation_id is not None:
        others = others.exclude(organisation_id=organisation_id)
    labels = dict(ArtworkImage.Rights.choices)
    return Gathered(
        pictures=rights.total(),
        works=works.count(),
        private_elsewhere=others.count(),
        by_rights={str(labels[name]): count for name, count in rights.most_common()},
        unknown_rights=rights[ArtworkImage.Rights.UNKNOWN],
    )


def described(user: Actor, source: Mapping[str, Any]) -> str:
    """The training set in words, as far as the reader may know it."""
    try:
        if source.get("kind") == "selection":
            return _("the selection “%(name)s”") % {"name": selection_of(user, source).name}
        if source.get("kind") == "artist":
            return _("the works of %(name)s") % {"name": artist_of(user, source).name}
    except SourceRefused:
        return _("works that somebody chose")
    query = str(source.get("query", ""))
    return _("the works under the filter “%(query)s”") % {"query": query} if query else _("all works")


def needed_source(kind: str, *, selection: str = "", artist: str = "", query: str = "") -> dict[str, Any]:
    """The JSON of a training set as forms and the API give it. Raises ``ValidationError``."""
    if kind == "selection" and selection:
        return {"kind": kind, "id": str(selection)}
    if kind == "artist" and artist:
        return {"kind": kind, "id": int(artist)}
    if kind == "filter":
        return {"kind": kind, "query": query.lstrip("?")}
    raise ValidationError(_("Choose the works to learn from."), code="required")
