"""Pictures are kept once, shown in sizes, flagged when they are duplicates, and told to those who wait for them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from PIL import Image

from artmarket.catalogue import renditions, services
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.pictures import PictureRefused
from tests.factories import ArtworkFactory
from tests.pictures import encoded, painting, picture_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(monkeypatch) -> list[dict[str, object]]:
    """Long work that was asked for, instead of being started."""
    calls: list[dict[str, object]] = []
    monkeypatch.setattr(
        "artmarket.core.longwork.start", lambda kind, **arguments: calls.append({"kind": kind, **arguments})
    )
    return calls


def jpeg(seed: int = 1, **options) -> io.BytesIO:
    return io.BytesIO(encoded(painting(seed=seed), **options))


def test_a_picture_is_kept_with_its_sizes(media: Path) -> None:
    work = ArtworkFactory()
    added = services.add_image(
        actor=None, artwork=work, source=io.BytesIO(encoded(painting(1600, 1200))), credit="ours"
    )
    image = ArtworkImage.objects.get(artwork=work)
    assert added.created
    assert (image.is_primary, image.credit, image.width_px, image.height_px) == (True, "ours", 1600, 1200)
    assert (media / image.file.name).is_file()
    for size, edge in (("thumb", 160), ("card", 384), ("large", 1024), ("full", 1600)):
        with default_storage.open(renditions.rendition_path(image.sha256, size)) as file, Image.open(file) as shown:
            assert (shown.format, max(shown.size)) == ("WEBP", edge)


def test_served_sizes_carry_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    data = encoded(painting(300, 300), exif=exif, comment=b"Secret")
    image = services.add_image(actor=None, artwork=ArtworkFactory(), source=io.BytesIO(data)).image
    for size in renditions.SIZES:
        shown = renditions.rendition_bytes(image, size)
        assert b"Secret" not in shown
        assert b"EXIF" not in shown


def test_the_same_file_twice_changes_nothing(started) -> None:
    work = ArtworkFactory()
    first = services.add_image(actor=None, artwork=work, source=jpeg())
    again = services.add_image(actor=None, artwork=work, source=jpeg())
    assert (again.created, again.image) == (False, first.image)
    assert work.images.count() == 1


def test_the_same_file_on_another_work_is_told() -> None:
    first = services.add_image(actor=None, artwork=ArtworkFactory(), source=jpeg())
    second = services.add_image(actor=None, artwork=ArtworkFactory(), source=jpeg())
    assert second.created
    assert second.same_file == [first.image]
    assert second.near_duplicates == []


def test_near_duplicates_are_told_nearest_first() -> None:
    first = services.add_image(actor=None, artwork=ArtworkFactory(), source=jpeg())
    services.add_image(actor=None, artwork=ArtworkFactory(), source=jpeg(seed=9))
    near = services.add_image(actor=None, artwork=ArtworkFactory(), source=jpeg(quality=40)).near_duplicates
    assert near == [first.image]
    assert 0 <= near[0].distance <= 6


def test_duplicates_among_strangers_stay_hidden(world) -> None:
    hidden = ArtworkFactory(organisation=world.other_organisation, visibility="private")
    services.add_image(actor=None, artwork=hidden, source=jpeg())
    ours = ArtworkFactory(organisation=world.organisation, visibility="private")
    added = services.add_image(actor=world.editor, artwork=ours, source=jpeg())
    assert (added.same_file, added.near_duplicates) == ([], [])


@pytest.mark.parametrize("person", ["outsider", "member"])
def test_only_editors_add_pictures(world, person: str) -> None:
    work = ArtworkFactory(organisation=world.organisation)
    with pytest.raises(PermissionDenied):
        services.add_image(actor=getattr(world, person), artwork=work, source=jpeg())
    with pytest.raises(PermissionDenied):
        services.add_images(actor=getattr(world, person), items=[(work, Path("none.jpg"))])
    assert not ArtworkImage.objects.exists()


def test_a_refused_picture_leaves_nothing(media: Path) -> None:
    with pytest.raises(PictureRefused):
        services.add_image(actor=None, artwork=ArtworkFactory(), source=io.BytesIO(b"<svg></svg>"))
    assert not ArtworkImage.objects.exists()
    assert not media.exists()


def test_primary_moves_and_is_handed_on() -> None:
    work = ArtworkFactory()
    first, second = (services.add_image(actor=None, artwork=work, source=jpeg(seed)).image for seed in (1, 2))
    assert not second.is_primary
    services.make_primary(actor=None, image=second)
    assert list(work.images.filter(is_primary=True)) == [second]
    services.remove_image(actor=None, image=second)
    assert list(work.images.filter(is_primary=True)) == [first]
    third = services.add_image(actor=None, artwork=work, source=jpeg(3), make_primary=True).image
    assert list(work.images.filter(is_primary=True)) == [third]


def test_missing_sizes_are_made_again() -> None:
    image = services.add_image(actor=None, artwork=ArtworkFactory(), source=jpeg()).image
    path = renditions.rendition_path(image.sha256, "card")
    before = renditions.rendition_bytes(image, "card")
    default_storage.delete(path)
    assert renditions.rendition_bytes(image, "card") == before
    with pytest.raises(KeyError):
        renditions.rendition_path(image.sha256, "huge")


def test_many_pictures_at_once(tmp_path: Path) -> None:
    works = [ArtworkFactory() for _ in range(5)]
    items = [(work, picture_file(tmp_path / f"{work.pk}.jpg", seed=work.pk)) for work in works]
    items += [(works[0], picture_file(tmp_path / "more.png", seed=99, kind="PNG")), items[1]]
    (tmp_path / "bad.jpg").write_bytes(b"nothing")
    heard: list[int] = []
    result = services.add_images(actor=None, items=[*items, (works[0], tmp_path / "bad.jpg")], on_progress=heard.append)
    assert (len(result.images), result.known, heard) == (6, 1, [8])
    assert [(one.artwork_id, one.path.name, one.code) for one in result.refused] == [
        (works[0].pk, "bad.jpg", "not_a_picture")
    ]
    assert ArtworkImage.objects.filter(is_primary=True).count() == 5
    again = services.add_images(actor=None, items=items)
    assert (again.images, again.known) == ([], 7)


def test_waiting_work_starts_once_a_transaction(
    started, world, tmp_path: Path, django_capture_on_commit_callbacks, settings
) -> None:
    settings.AFTER_PICTURES_ADDED = ["similarity.embed"]
    work = ArtworkFactory(organisation=world.organisation)
    with django_capture_on_commit_callbacks(execute=True):
        services.add_image(actor=world.editor, artwork=work, source=jpeg(1))
        services.add_image(actor=world.editor, artwork=work, source=jpeg(2))
        services.add_images(actor=world.editor, items=[(work, picture_file(tmp_path / "a.jpg", seed=5))])
        assert started == []
    assert started == [
        {"kind": "similarity.embed", "actor": world.editor, "parameters": {}, "dedupe_key": "similarity.embed"}
    ]


def test_what_is_said_of_a_picture_may_change(world) -> None:
    work = ArtworkFactory(organisation=world.organisation)
    image = services.add_image(actor=world.editor, artwork=work, source=jpeg()).image
    services.update_image(actor=world.editor, image=image, rights="licensed", credit="Estate", caption="Front")
    image.refresh_from_db()
    assert (image.rights, image.credit, image.caption) == ("licensed", "Estate", "Front")
    with pytest.raises(PermissionDenied):
        services.update_image(actor=world.outsider, image=image, rights="owned")
