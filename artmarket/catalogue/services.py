"""What changes artists, works and pictures. The actor comes first; None is the platform itself (commands, demo)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from artmarket.accounts.models import Organisation, User
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.image_services import (
    AddedImage,
    AddedImages,
    RefusedPicture,
    add_image,
    add_images,
    make_primary,
    remove_image,
    start_picture_work,
    update_image,
)
from artmarket.catalogue.merging import merge_artists, undo_merge
from artmarket.catalogue.models import Artist, Artwork, ExternalId
from artmarket.catalogue.permissions import check_may_edit, check_may_own, is_platform
from artmarket.catalogue.understanding import understand_artist, understand_artwork

__all__ = [
    "AddedImage",
    "AddedImages",
    "RefusedPicture",
    "add_image",
    "add_images",
    "create_artist",
    "create_artwork",
    "make_primary",
    "merge_artists",
    "remove_image",
    "save_artist",
    "save_artwork",
    "set_external_ids",
    "set_visibility",
    "start_picture_work",
    "undo_merge",
    "update_artist",
    "update_artwork",
    "update_image",
]


class ArtistFields(TypedDict, total=False):
    """What may be said of an artist. Dates given beside a text win over what the text says."""

    name: str
    sort_name: str
    other_names: list[str]
    birth_text: str
    birth_earliest: dt.date | None
    birth_latest: dt.date | None
    death_text: str
    death_earliest: dt.date | None
    death_latest: dt.date | None
    nationality: str
    movement: str
    biography: str
    is_invented: bool
    organisation: Organisation | None
    visibility: str


class ArtworkFields(TypedDict, total=False):
    """What may be said of a work. Values given beside a text win over what the text says; sizes in centimetres."""

    title: str
    artist: Artist | None
    attribution: str
    attribution_text: str
    date_text: str
    date_earliest: dt.date | None
    date_latest: dt.date | None
    date_circa: bool
    dimensions_text: str
    height_cm: Decimal | None
    width_cm: Decimal | None
    depth_cm: Decimal | None
    medium_text: str
    medium: str
    support: str
    signature: str
    edition: str
    style: str
    genre: str
    subjects: list[str]
    provenance: str
    exhibitions: str
    literature: str
    notes: str
    inventory_number: str
    is_invented: bool
    organisation: Organisation | None
    visibility: str


def create_artist(*, actor: User | None, **fields: Unpack[ArtistFields]) -> Artist:
    """Add an artist. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    return save_artist(actor=actor, artist=Artist(**fields), changed=list(fields))


def update_artist(*, actor: User | None, artist: Artist, **fields: Unpack[ArtistFields]) -> Artist:
    """Change what is given. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    check_may_edit(actor, artist)
    return save_artist(actor=actor, artist=with_fields(artist, fields), changed=list(fields))


def create_artwork(*, actor: User | None, **fields: Unpack[ArtworkFields]) -> Artwork:
    """Add a work. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    return save_artwork(actor=actor, artwork=Artwork(**fields), changed=list(fields))


def update_artwork(*, actor: User | None, artwork: Artwork, **fields: Unpack[ArtworkFields]) -> Artwork:
    """Change what is given. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    check_may_edit(actor, artwork)
    return save_artwork(actor=actor, artwork=with_fields(artwork, fields), changed=list(fields))


def with_fields(record: Any, fields: Any) -> Any:
    for name, value in fields.items():
        setattr(record, name, value)
    return record


@transaction.atomic
def save_artist(*, actor: User | None, artist: Artist, changed: Iterable[str]) -> Artist:
    """Save an artist whose fields named in ``changed`` were set, by a form for instance."""
    check_may_own(actor, artist.organisation_id)
    understand_artist(artist, list(changed))
    artist.full_clean()
    artist.save()
    return artist


@transaction.atomic
def save_artwork(*, actor: User | None, artwork: Artwork, changed: Iterable[str]) -> Artwork:
    """Save a work whose fields named in ``changed`` were set, by a form for instance."""
    check_may_own(actor, artwork.organisation_id)
    check_artist_visible(actor, artwork)
    understand_artwork(artwork, list(changed))
    artwork.full_clean()
    artwork.save()
    return artwork


def check_artist_visible(actor: User | None, artwork: Artwork) -> None:
    """A work names no artist that its maker may not see, so that nobody learns by trying."""
    if artwork.artist_id is None or is_platform(actor):
        return
    visible: Any = Artist.objects.filter(pk=artwork.artist_id)
    if not visible.visible_to(actor).exists():
        raise ValidationError({"artist": ValidationError(_("There is no such artist."), code="does_not_exist")})


@transaction.atomic
def set_external_ids(
    *, actor: User | None, record: Artist | Artwork, ids: Iterable[tuple[str, str, str]]
) -> list[ExternalId]:
    """Let the record have exactly these ids, each (scheme, namespace, value). Raises ``ValidationError``."""
    check_may_edit(actor, record)
    subject = {"artist": record} if isinstance(record, Artist) else {"artwork": record}
    wanted = list(dict.fromkeys(ids))
    known = {(item.scheme, item.namespace, item.value): item for item in record.external_ids.all()}
    record.external_ids.filter(pk__in=[item.pk for key, item in known.items() if key not in wanted]).delete()
    for scheme, namespace, value in wanted:
        if (scheme, namespace, value) not in known:
            added = ExternalId(scheme=scheme, namespace=namespace, value=value.strip(), **subject)
            added.full_clean()
            added.save()
    return list(record.external_ids.all())


@transaction.atomic
def set_visibility(*, actor: User | None, records: QuerySet[Any], visibility: str) -> tuple[int, int]:
    """Publish or withdraw records that the actor may edit; returns how many changed and how many were left.

    A record without an owner organisation cannot be withdrawn: nobody could see it.
    """
    editable = records if is_platform(actor) else records.editable_by(actor)  # type: ignore[attr-defined]
    asked = records.count()
    if visibility == Visibility.PRIVATE:
        editable = editable.filter(organisation__isnull=False)
    changed = editable.update(visibility=visibility, updated_at=timezone.now())
    return changed, asked - changed
