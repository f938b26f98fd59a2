"""What adds and changes pictures of works: decoded safely, kept once, shown in sizes, told to who waits for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.catalogue import duplicates, renditions
from artmarket.catalogue.models import Artwork, ArtworkImage, original_path
from artmarket.catalogue.permissions import check_may_edit, is_platform
from artmarket.core import longwork
from artmarket.core.pictures import Picture, PictureLimits, PictureRefused, decode_picture, default_limits

CHUNK = 200
DECODERS = 2  # Pillow lets go of the interpreter while it decodes, so threads share the cores

Item: TypeAlias = tuple[Artwork, Path]


@dataclass(frozen=True, slots=True)
class AddedImage:
    """A work's picture; ``created`` is False where the work had this very file already."""

    image: ArtworkImage
    created: bool
    near_duplicates: list[ArtworkImage]
    same_file: list[ArtworkImage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """A file that was not taken, and why."""

    artwork_id: int
    path: Path
    code: str
    message: str


@dataclass(slots=True)
class AddedImages:
    """What became of many pictures; ``known`` counts those that their works had already."""

    images: list[ArtworkImage] = field(default_factory=list)
    refused: list[RefusedPicture] = field(default_factory=list)
    known: int = 0


def add_image(
    *,
    actor: User | None,
    artwork: Artwork,
    source: BinaryIO | Path,
    rights: str = ArtworkImage.Rights.UNKNOWN,
    credit: str = "",
    caption: str = "",
    make_primary: bool | None = None,
) -> AddedImage:
    """Give a work a picture. The first one is primary unless ``make_primary`` says otherwise.

    Raises ``PictureRefused``, ``PermissionDenied``, or ``ValidationError`` by field.
    """
    check_may_edit(actor, artwork)
    picture = decode_picture(source)
    keep_files(picture)
    with transaction.atomic():
        Artwork.objects.select_for_update(of=("self",)).only("pk").get(pk=artwork.pk)
        image = ArtworkImage.objects.filter(artwork=artwork, sha256=picture.sha256).first()
        created = image is None
        if image is None:
            image = image_of(artwork.pk, picture, rights=rights, credit=credit, caption=caption)
            image.is_primary = settle_primary(artwork.pk, make_primary)
            image.full_clean(exclude=["file"])
            image.save()
            announce_pictures(actor)
    near = duplicates.near_duplicates(image, actor=actor)
    return AddedImage(image, created, near, duplicates.same_file(image, actor=actor))


def add_images(
    *,
    actor: User | None,
    items: Iterable[Item],
    rights: str = ArtworkImage.Rights.UNKNOWN,
    credit: str = "",
    on_progress: Callable[[int], None] | None = None,
) -> AddedImages:
    """Give many works a picture each, a few hundred in one transaction; the refused are told one by one.

    ``on_progress`` hears how many are done. Near-duplicates are looked up later, by the page of the work.
    """
    result, done = AddedImages(), 0
    limits, waiting = default_limits(), iter(items)
    with ThreadPoolExecutor(DECODERS) as pool:
        while chunk := list(islice(waiting, CHUNK)):
            check_all_editable(actor, chunk)
            decoded = pool.map(lambda item: decode_and_keep(item, limits), chunk)
            insert(actor, list(kept_of(decoded, result)), result, rights=rights, credit=credit)
            done += len(chunk)
            if on_progress is not None:
                on_progress(done)
    return result


def decode_and_keep(item: Item, limits: PictureLimits) -> ArtworkImage | RefusedPicture:
    """Runs beside others: touches files, never the database, and lets go of the pixels at once."""
    artwork, path = item
    try:
        picture = decode_picture(path, limits=limits)
    except PictureRefused as refused:
        return RefusedPicture(artwork.pk, path, refused.code, str(refused))
    keep_files(picture)
    return image_of(artwork.pk, picture)


def keep_files(picture: Picture) -> None:
    """Original and sizes under their content-addressed names; a file that ends unused harms nobody."""
    renditions.write_once(original_path(image_of(0, picture), ""), picture.data)
    if renditions.missing_sizes(picture.sha256):
        renditions.write_renditions(picture.sha256, renditions.encode_renditions(picture.image))


def kept_of(decoded: Iterable[ArtworkImage | RefusedPicture], result: AddedImages) -> Iterator[ArtworkImage]:
    for one in decoded:
        if isinstance(one, RefusedPicture):
            result.refused.append(one)
        else:
            yield one


@transaction.atomic
def insert(actor: User | None, rows: list[ArtworkImage], result: AddedImages, *, rights: str, credit: str) -> None:
    """Write the rows that are new; a work without a primary picture gets its first one."""
    works = {image.artwork_id for image in rows}
    locked = Artwork.objects.select_for_update(of=("self",)).filter(pk__in=works).order_by("pk")
    list(locked.values_list("pk", flat=True))
    had = list(ArtworkImage.objects.filter(artwork_id__in=works).values_list("artwork_id", "sha256", "is_primary"))
    known = {(artwork_id, sha) for artwork_id, sha, _primary in had}
    with_primary = {artwork_id for artwork_id, _sha, primary in had if primary}
    fresh = []
    for image in rows:
        if (image.artwork_id, image.sha256) in known:
            result.known += 1
            continue
        image.rights, image.credit, image.is_primary = rights, credit, image.artwork_id not in with_primary
        known.add((image.artwork_id, image.sha256))
        with_primary.add(image.artwork_id)
        fresh.append(image)
    result.images += ArtworkImage.objects.bulk_create(fresh)
    if fresh:
        announce_pictures(actor)


def image_of(artwork_id: int, picture: Picture, **fields: str) -> ArtworkImage:
    """An unsaved row for a decoded picture, its file already in place."""
    image = ArtworkImage(
        artwork_id=artwork_id,
        sha256=picture.sha256,
        phash=picture.phash,
        mime_type=picture.mime_type,
        width_px=picture.width_px,
        height_px=picture.height_px,
        size_bytes=picture.size_bytes,
        **fields,
    )
    image.file.name = original_path(image, "")
    return image


def settle_primary(artwork_id: int, wanted: bool | None) -> bool:
    """Whether a new picture is the primary one; the former one steps back for it."""
    primary = ArtworkImage.objects.filter(artwork_id=artwork_id, is_primary=True)
    if wanted:
        primary.update(is_primary=False)
        return True
    return False if wanted is False else not primary.exists()


def check_all_editable(actor: User | None, items: list[Item]) -> None:
    if is_platform(actor):
        return
    wanted = {artwork.pk for artwork, _path in items}
    editable: Any = Artwork.objects.filter(pk__in=wanted)
    if editable.editable_by(actor).count() != len(wanted):
        raise PermissionDenied(_("You may not add pictures to all of these works."))


def announce_pictures(actor: User | None) -> None:
    """Start the work that waits for pictures (settings.AFTER_PICTURES_ADDED), once for the transaction, on commit."""
    if any(getattr(waiting[1], "starts_picture_work", False) for waiting in connection.run_on_commit):
        return

    def start() -> None:
        start_picture_work(actor=actor)

    start.starts_picture_work = True  # type: ignore[attr-defined]
    transaction.on_commit(start, robust=True)


def start_picture_work(*, actor: User | None, image_ids: Iterable[int] | None = None) -> list[UUID]:
    """Start the work that pictures need now, for those given or for all; returns the jobs' ids.

    What waits already is not queued twice.
    """
    if image_ids is None:
        return [
            longwork.start(kind, actor=actor, parameters={}, dedupe_key=kind) for kind in settings.AFTER_PICTURES_ADDED
        ]
    chosen = sorted(set(image_ids))
    mark = sha256(repr(chosen).encode()).hexdigest()
    return [
        longwork.start(kind, actor=actor, parameters={"image_ids": chosen}, dedupe_key=f"{kind}:{mark}")
        for kind in settings.AFTER_PICTURES_ADDED
    ]


@transaction.atomic
def make_primary(*, actor: User | None, image: ArtworkImage) -> ArtworkImage:
    """Show this picture first."""
    check_may_edit(actor, image.artwork)
    Artwork.objects.select_for_update(of=("self",)).only("pk").get(pk=image.artwork_id)
    settle_primary(image.artwork_id, True)
    image.is_primary = True
    image.save(update_fields=["is_primary", "updated_at"])
    return image


@transaction.atomic
def update_image(
    *, actor: User | None, image: ArtworkImage, rights: str, credit: str = "", caption: str = ""
) -> ArtworkImage:
    """Change what is said of a picture. Raises ``PermissionDenied``, or ``ValidationError`` by field."""
    check_may_edit(actor, image.artwork)
    image.rights, image.credit, image.caption = rights, credit, caption
    image.full_clean(exclude=["file"])
    image.save(update_fields=["rights", "credit", "caption", "updated_at"])
    return image


@transaction.atomic
def remove_image(*, actor: User | None, image: ArtworkImage) -> None:
    """Take a picture off its work; the next oldest becomes primary. Files stay, for others may show the same one."""
    check_may_edit(actor, image.artwork)
    artwork_id, was_primary = image.artwork_id, image.is_primary
    image.delete()
    following = ArtworkImage.objects.filter(artwork_id=artwork_id).order_by("id").first() if was_primary else None
    if following is not None:
        following.is_primary = True
        following.save(update_fields=["is_primary", "updated_at"])
