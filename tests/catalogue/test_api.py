"""Artists, works and pictures by the API: what goes in comes out, and what may not be seen stays unseen."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from tests.api.conftest import callers, fresh_counters  # noqa: F401
from tests.factories import ArtistFactory, ArtworkFactory
from tests.pictures import encoded, painting, png_bomb

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.AFTER_PICTURES_ADDED = []


def upload(api, artwork, data, **more):
    file = SimpleUploadedFile("picture.jpg", data, "image/jpeg")
    return api.upload("/api/v1/images/", {"artwork": artwork.pk, "file": file, **more})


@pytest.fixture
def work(world):
    return ArtworkFactory(organisation=world.organisation, visibility="private")


def test_an_artist_goes_in_and_comes_out(callers):  # noqa: F811
    body = {
        "name": "Artur Cruzeiro Seixas",
        "other_names": ["Cruzeiro Seixas"],
        "birth": {"text": "1920"},
        "death": {"text": "2020", "earliest": "2020-11-08", "latest": "2020-11-08"},
        "external_ids": [{"scheme": "wikidata", "value": "Q1"}, {"scheme": "source", "namespace": "x", "value": "7"}],
    }
    answer = callers.full_key.post("/api/v1/artists/", body).json()
    assert answer["sort_name"]
    assert answer["birth"] == {"text": "1920", "earliest": "1920-01-01", "latest": "1920-12-31", "circa": False}
    assert answer["death"]["earliest"] == "2020-11-08"
    assert [item["value"] for item in answer["external_ids"]] == ["Q1", "7"]
    assert (answer["organisation"], answer["visibility"]) == (callers.world.organisation.pk, "private")
    changed = callers.full_key.patch(answer["links"]["self"], {"external_ids": [], "birth": {"text": "about 1921"}})
    assert changed.json()["external_ids"] == []
    assert changed.json()["birth"]["text"] == "about 1921"
    assert changed.json()["death"] == answer["death"]


def test_a_work_goes_in_and_comes_out(callers):  # noqa: F811
    artist = ArtistFactory()
    body = {
        "title": "Harbour",
        "artist": artist.pk,
        "attribution": "follower_of",
        "date": {"text": "c. 1911"},
        "dimensions": {"text": "60 x 80 cm"},
        "medium": {"text": "oil on canvas"},
        "subjects": ["sea", "boats"],
        "inventory_number": "A-1",
    }
    answer = callers.full_key.post("/api/v1/artworks/", body).json()
    assert answer["artist"]["id"] == artist.pk
    assert answer["date"]["circa"] is True
    assert answer["dimensions"] == {
        "text": "60 x 80 cm",
        "height_cm": "60.00",
        "width_cm": "80.00",
        "depth_cm": None,
    }
    assert answer["medium"] == {"text": "oil on canvas", "family": "oil", "support": "canvas"}
    again = callers.full_key.post("/api/v1/artworks/", {"title": "Other", "inventory_number": "A-1"})
    assert again.status_code == 409
    assert again.json()["errors"][0]["code"] == "catalogue_artwork_inventory_once"
    assert Artwork.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"artist": 999999}, "/artist", "does_not_exist"),
        ({"artist": "x"}, "/artist", "incorrect_type"),
        ({"date": {"earliest": "1911-13-01"}}, "/date/earliest", "invalid"),
        ({"date": {"begin": "1911"}}, "/date/begin", "unknown_field"),
        ({"date": "1911"}, "/date", "invalid"),
        ({"dimensions": {"height_cm": "-1"}}, "", "catalogue_artwork_size_positive"),
        ({"dimensions": {"height_cm": "1e99"}}, "/dimensions/height_cm", "max_digits"),
        ({"date": {"earliest": "1912-01-01", "latest": "1911-01-01"}}, "", "catalogue_artwork_date_ordered"),
        ({"medium": {"family": "cheese"}}, "/medium/family", "invalid_choice"),
        ({"attribution": "maybe"}, "/attribution", "invalid_choice"),
        ({"title": "x" * 501}, "/title", "max_length"),
        ({"title": "a\x00b"}, "/title", "null_characters_not_allowed"),
        ({"visibility": None}, "/visibility", "null"),
    ],
)
def test_refusals_point_at_the_value(callers, body, pointer, code):  # noqa: F811
    answer = callers.full_key.post("/api/v1/artworks/", body)
    assert answer.status_code == 422, answer.content
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)
    assert not Artwork.objects.exists()


def test_an_artist_that_you_may_not_see_is_neither_shown_nor_named(callers, world):  # noqa: F811
    hidden = ArtistFactory(name="Secret", organisation=world.organisation, visibility="private")
    work = ArtworkFactory(artist=hidden)
    for path in ("/api/v1/artworks/", f"/api/v1/artworks/{work.pk}/"):
        assert b"Secret" not in callers.outsider.get(path).content
        assert b"Secret" in callers.member.get(path).content
    named = callers.outsider.post("/api/v1/artworks/", {"title": "t", "artist": hidden.pk})
    unknown = callers.outsider.post("/api/v1/artworks/", {"title": "t", "artist": 999999})
    assert named.status_code == unknown.status_code == 422
    assert [e["code"] for e in named.json()["errors"]] == ["does_not_exist"]


def test_a_merged_artist_names_the_one_kept(callers):  # noqa: F811
    kept = ArtistFactory()
    merged = ArtistFactory(merged_into=kept)
    assert callers.full_key.get(f"/api/v1/artists/{merged.pk}/").json()["merged_into"] == kept.pk


def test_a_picture_goes_in_once(callers, work):  # noqa: F811
    data = encoded(painting())
    first = upload(callers.full_key, work, data, credit="The estate", rights="owned")
    assert first.status_code == 201, first.content
    image = first.json()["image"]
    assert (image["width_px"], image["height_px"], image["is_primary"], image["rights"]) == (120, 90, True, "owned")
    assert image["renditions"]["thumb"] == f"/pictures/{image['id']}/thumb.webp"
    again = upload(callers.full_key, work, data)
    assert (again.status_code, again.json()["created"]) == (200, False)
    assert again.json()["image"]["id"] == image["id"]
    shown = callers.member.get(f"/api/v1/artworks/{work.pk}/").json()["images"]
    assert [one["sha256"] for one in shown] == [image["sha256"]]


def test_near_duplicates_are_told_only_where_they_may_be_seen(callers, work, world):  # noqa: F811
    upload(callers.full_key, work, encoded(painting(), quality=95))
    mine = ArtworkFactory(organisation=world.organisation, visibility="private")
    theirs = ArtworkFactory(organisation=world.other_organisation, visibility="private")
    almost = encoded(painting(), quality=80)
    assert len(upload(callers.full_key, mine, almost).json()["near_duplicates"]) == 1
    assert upload(callers.other_house_key, theirs, almost).json()["near_duplicates"] == []


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", encoded(painting())[:400]]
)
def test_bad_files_are_refused(callers, work, data):  # noqa: F811
    answer = upload(callers.full_key, work, data)
    assert (answer.status_code, answer.json()["code"]) == (422, "picture_refused")
    (error,) = answer.json()["errors"]
    assert (error["pointer"], bool(error["code"]), bool(error["detail"])) == ("/file", True, True)
    assert not ArtworkImage.objects.exists()


def test_a_bomb_is_refused(callers, work):  # noqa: F811
    assert upload(callers.full_key, work, png_bomb(60000, 60000)).status_code == 422


def test_a_picture_needs_its_file_and_a_work_that_one_may_edit(callers, work):  # noqa: F811
    missing = callers.full_key.upload("/api/v1/images/", {"artwork": work.pk})
    assert missing.json()["errors"][0]["pointer"] == "/file"
    assert upload(callers.member_key, work, encoded(painting())).status_code == 403
    assert upload(callers.other_house_key, work, encoded(painting())).status_code == 422
    public = ArtworkFactory()
    assert upload(callers.full_key, public, encoded(painting())).status_code == 403
    assert callers.full_key.post("/api/v1/images/", {"artwork": work.pk}).status_code == 415
    assert not ArtworkImage.objects.exists()


def test_another_picture_becomes_the_first(callers, work):  # noqa: F811
    upload(callers.full_key, work, encoded(painting(seed=1)))
    second = upload(callers.full_key, work, encoded(painting(seed=2))).json()["image"]
    answer = callers.full_key.patch(second["links"]["self"], {"make_primary": True, "caption": "Verso"})
    assert (answer.json()["is_primary"], answer.json()["caption"]) == (True, "Verso")
    assert ArtworkImage.objects.filter(artwork=work, is_primary=True).count() == 1


def test_nobody_changes_common_records_by_a_key(callers):  # noqa: F811
    artist = ArtistFactory()
    answer = callers.full_key.patch(f"/api/v1/artists/{artist.pk}/", {"name": "Mine"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_editable")
    assert Artist.objects.get().name == artist.name
