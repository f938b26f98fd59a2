"""Data entry by the admin: pictures with their work, merges, publishing, and who may do what."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from artmarket.accounts.data_entry import allow_data_entry
from artmarket.catalogue.models import Artist, ArtistMerge, Artwork, ArtworkImage
from tests.factories import ArtistFactory, ArtworkFactory
from tests.pictures import encoded, painting

pytestmark = pytest.mark.django_db
EMPTY = {"images": (0, 0), "external_ids": (0, 0)}


@pytest.fixture
def entry(world, as_user):
    """A client of the editor, who may open the admin for data entry."""
    return as_user(allow_data_entry(actor=None, user=world.editor))


def management(**totals: tuple[int, int]) -> dict[str, str]:
    data = {}
    for prefix, (total, initial) in totals.items():
        data |= {f"{prefix}-TOTAL_FORMS": str(total), f"{prefix}-INITIAL_FORMS": str(initial)}
    return data


def work_form(organisation_id: int | str, **changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "title": "Harbour", "attribution": "by", "visibility": "private", "organisation": organisation_id,
        "date_text": "1901-1905", "dimensions_text": "10 x 20 cm", "medium_text": "oil on canvas",
    }  # fmt: skip
    return data | management(**EMPTY) | changes


def test_a_work_is_entered_with_its_picture(entry, world) -> None:
    artist = ArtistFactory()
    upload = SimpleUploadedFile("a.jpg", encoded(painting()), "image/jpeg")
    data = work_form(world.organisation.pk, artist=artist.pk) | management(images=(1, 0))
    data |= {"images-0-upload": upload, "images-0-rights": "owned", "images-0-credit": "ours"}
    answer = entry.post(reverse("admin:catalogue_artwork_add"), data)
    assert answer.status_code == 302, answer.context["errors"]
    work = Artwork.objects.get()
    assert (work.artist, work.height_cm, work.date_earliest.year, work.medium) == (artist, 10, 1901, "oil")
    image = ArtworkImage.objects.get()
    assert (image.artwork, image.rights, image.is_primary, image.width_px) == (work, "owned", True, 120)


def test_a_bad_picture_is_told_beside_its_field(entry, world) -> None:
    upload = SimpleUploadedFile("a.jpg", b"<svg></svg>", "image/jpeg")
    data = work_form(world.organisation.pk) | management(images=(1, 0))
    answer = entry.post(
        reverse("admin:catalogue_artwork_add"), data | {"images-0-upload": upload, "images-0-rights": "owned"}
    )
    assert answer.status_code == 200
    assert "SVG drawings are not taken" in answer.content.decode()
    assert not Artwork.objects.exists()


def test_pictures_are_described_and_removed(entry, world) -> None:
    from artmarket.catalogue import services

    work = ArtworkFactory(organisation=world.organisation)
    sources = [SimpleUploadedFile("a.jpg", encoded(painting(seed=seed))) for seed in (1, 2)]
    first, second = (services.add_image(actor=None, artwork=work, source=file).image for file in sources)
    data = work_form(world.organisation.pk, title="Changed") | management(images=(2, 2))
    data |= {
        "images-0-id": first.pk,
        "images-0-artwork": work.pk,
        "images-0-rights": "unknown",
        "images-0-DELETE": "on",
    }
    data |= {
        "images-1-id": second.pk,
        "images-1-artwork": work.pk,
        "images-1-rights": "licensed",
        "images-1-credit": "E",
    }
    answer = entry.post(reverse("admin:catalogue_artwork_change", args=[work.pk]), data)
    assert answer.status_code == 302, answer.context["errors"]
    assert [(image.pk, image.rights, image.is_primary) for image in work.images.all()] == [
        (second.pk, "licensed", True)
    ]


def test_rules_name_their_field(entry, world) -> None:
    answer = entry.post(
        reverse("admin:catalogue_artwork_add"), work_form(world.organisation.pk, height_cm="-1", organisation="")
    )
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Sizes must be greater than zero" in text or "needs an owner organisation" in text
    assert not Artwork.objects.exists()


def test_an_artist_is_entered(entry, world) -> None:
    data = {
        "name": "Henry Raeburn",
        "birth_text": "1756",
        "organisation": world.organisation.pk,
        "visibility": "private",
    }
    answer = entry.post(reverse("admin:catalogue_artist_add"), data | management(external_ids=(0, 0)))
    assert answer.status_code == 302, answer.context["errors"]
    artist = Artist.objects.get()
    assert (artist.sort_name, artist.birth_earliest.year) == ("Raeburn, Henry", 1756)


def test_artists_are_merged_by_an_action(entry, world) -> None:
    kept, merged = (ArtistFactory(organisation=world.organisation) for _ in range(2))
    ArtworkFactory(artist=merged)
    data = {"action": "merge", "_selected_action": [kept.pk, merged.pk]}
    asked = entry.post(reverse("admin:catalogue_artist_changelist"), data)
    assert asked.status_code == 200
    assert "The record that stays" in asked.content.decode()
    done = entry.post(reverse("admin:catalogue_artist_changelist"), data | {"apply": "1", "kept": kept.pk})
    assert done.status_code == 302
    assert ArtistMerge.objects.get().kept == kept
    assert kept.artworks.count() == 1
    undo = {"action": "undo", "_selected_action": [ArtistMerge.objects.get().pk]}
    entry.post(reverse("admin:catalogue_artistmerge_changelist"), undo)
    assert merged.artworks.count() == 1


def test_a_strangers_artist_is_not_merged(entry, world) -> None:
    ours, theirs = ArtistFactory(organisation=world.organisation), ArtistFactory(organisation=world.other_organisation)
    data = {"action": "merge", "_selected_action": [ours.pk, theirs.pk], "apply": "1", "kept": ours.pk}
    entry.post(reverse("admin:catalogue_artist_changelist"), data)
    assert not ArtistMerge.objects.exists()


def test_works_are_published(entry, world) -> None:
    ours = ArtworkFactory(organisation=world.organisation, visibility="private")
    theirs = ArtworkFactory(organisation=world.other_organisation, visibility="public")
    data = {"action": "publish", "_selected_action": [ours.pk, theirs.pk]}
    entry.post(reverse("admin:catalogue_artwork_changelist"), data)
    data = {"action": "withdraw", "_selected_action": [theirs.pk]}
    entry.post(reverse("admin:catalogue_artwork_changelist"), data)
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.visibility, theirs.visibility) == ("public", "public")


def make_image(work) -> ArtworkImage:
    return ArtworkImage.objects.create(
        artwork=work, sha256=f"{work.pk:064x}", mime_type="image/png", width_px=4, height_px=3, size_bytes=1
    )


def embed(entry, *works) -> str:
    chosen = {"action": "embed", "_selected_action": [work.pk for work in works]}
    return entry.post(reverse("admin:catalogue_artwork_changelist"), chosen, follow=True).content.decode()


def test_the_chosen_works_alone_are_embedded(entry, world, monkeypatch, settings) -> None:
    settings.AFTER_PICTURES_ADDED = ["similarity.embed"]
    calls, job_id = [], uuid4()
    monkeypatch.setattr("artmarket.core.longwork.start", lambda kind, **more: calls.append((kind, more)) or job_id)
    chosen, other = (ArtworkFactory(organisation=world.organisation) for _ in range(2))
    image, _not_chosen = make_image(chosen), make_image(other)
    page = embed(entry, chosen)
    assert [(kind, more["parameters"]) for kind, more in calls] == [("similarity.embed", {"image_ids": [image.pk]})]
    assert f'<a href="/jobs/{job_id}/">' in page
    assert "1 picture is looked at." in page


def test_works_without_pictures_are_not_embedded(entry, world, monkeypatch) -> None:
    monkeypatch.setattr("artmarket.core.longwork.start", None)
    assert "None of these works has a picture." in embed(entry, ArtworkFactory(organisation=world.organisation))


def test_the_merge_page_names_the_numbers_and_a_refusal_says_why(entry, world) -> None:
    artists = [ArtistFactory(organisation=world.organisation) for _ in range(2)]
    for number, artist in enumerate(artists):
        artist.external_ids.create(scheme="ulan", value=f"50000000{number}")
    data = {"action": "merge", "_selected_action": [artist.pk for artist in artists]}
    url = reverse("admin:catalogue_artist_changelist")
    assert "ULAN 500000001" in entry.post(url, data).content.decode()
    refused = entry.post(url, data | {"apply": "1", "kept": artists[0].pk}, follow=True)
    assert "ULAN tells them apart" in refused.content.decode()


def test_history_is_in_sight(entry, world) -> None:
    work = ArtworkFactory(organisation=world.organisation, title="First")
    entry.post(
        reverse("admin:catalogue_artwork_change", args=[work.pk]), work_form(world.organisation.pk, title="Second")
    )
    page = entry.get(reverse("admin:catalogue_artwork_history", args=[work.pk])).content.decode()
    assert "First" in page
    assert "Second" in page
    assert "editor" in page


@pytest.mark.parametrize(
    ("person", "status"), [("outsider", 302), ("member", 302), ("owner", 302), ("staff", 200), ("editor", 200)]
)
def test_who_opens_the_admin(world, as_user, person: str, status: int) -> None:
    allow_data_entry(actor=None, user=world.editor)
    assert as_user(getattr(world, person)).get(reverse("admin:catalogue_artwork_changelist")).status_code == status
    assert as_user(None).get(reverse("admin:catalogue_artwork_changelist")).status_code == 302


def test_a_strangers_private_work_does_not_exist(entry, world) -> None:
    work = ArtworkFactory(organisation=world.other_organisation, visibility="private", title="Hidden")
    address = reverse("admin:catalogue_artwork_change", args=[work.pk])
    assert entry.get(address).status_code == 302
    assert entry.get(reverse("admin:catalogue_artwork_history", args=[work.pk])).status_code in (302, 404)
    assert "Hidden" not in entry.get(reverse("admin:catalogue_artwork_changelist")).content.decode()


def test_a_strangers_public_work_is_seen_not_changed(entry, world) -> None:
    work = ArtworkFactory(organisation=world.other_organisation, visibility="public", title="Open")
    address = reverse("admin:catalogue_artwork_change", args=[work.pk])
    assert entry.get(address).status_code == 200
    assert entry.post(address, work_form(world.organisation.pk, title="Stolen")).status_code == 403
    assert entry.post(reverse("admin:catalogue_artwork_delete", args=[work.pk]), {"post": "yes"}).status_code == 403
    work.refresh_from_db()
    assert (work.title, work.organisation) == ("Open", world.other_organisation)


def test_records_are_not_given_to_strangers(entry, world) -> None:
    answer = entry.post(reverse("admin:catalogue_artwork_add"), work_form(world.other_organisation.pk))
    assert answer.status_code == 200
    assert not Artwork.objects.exists()


def test_every_list_costs_few_queries(world, as_user, django_assert_max_num_queries) -> None:
    client = as_user(world.staff)
    for _number in range(8):
        ArtworkFactory(organisation=world.organisation)
    for name in ("catalogue_artist", "catalogue_artwork", "catalogue_artworkimage", "catalogue_artistmerge"):
        with django_assert_max_num_queries(11):
            assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200


def test_autocomplete_finds_by_the_key(entry, world) -> None:
    from artmarket.catalogue import services

    services.create_artist(actor=None, name="João Vieira", visibility="public")
    asked = {"app_label": "catalogue", "model_name": "artwork", "field_name": "artist", "term": "joao vieira"}
    answer = entry.get(reverse("admin:autocomplete"), asked)
    assert [row["text"] for row in answer.json()["results"]] == ["João Vieira"]
