"""Pages of artworks and artists: what they show, to whom, and at what price in queries."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import rendition_path
from tests.factories import ArtistFactory, ArtworkFactory

pytestmark = pytest.mark.django_db
LIST, ARTISTS = "/artworks/", "/artists/"


def picture_of(work, sha="a" * 64):
    return ArtworkImage.objects.create(
        artwork=work,
        sha256=sha,
        mime_type="image/png",
        width_px=8,
        height_px=6,
        size_bytes=99,
        is_primary=True,
        file="x",
    )


@pytest.fixture
def stored(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def keep(image, size="card"):
        default_storage.save(rendition_path(image.sha256, size), ContentFile(b"webp"))

    return keep


@pytest.fixture
def client(as_user, world):
    return as_user(world.member)


@pytest.mark.parametrize("view", ["", "?view=table"])
def test_a_list_shows_the_works(client, view):
    work = ArtworkFactory(title="Harbour at dusk")
    page = client.get(LIST + view).content.decode()
    assert "Harbour at dusk" in page
    assert work.artist.name in page


def test_a_strangers_private_work_is_shown_nowhere(client, world):
    work = ArtworkFactory(title="Secret", visibility="private", organisation=world.other_organisation)
    assert "Secret" not in client.get(LIST).content.decode()
    assert client.get(work.get_absolute_url()).status_code == 404


def test_a_private_artists_name_is_not_told_by_a_public_work(client, world):
    artist = ArtistFactory(name="Hidden Hand", visibility="private", organisation=world.other_organisation)
    work = ArtworkFactory(artist=artist)
    for url in (LIST, work.get_absolute_url(), f"{LIST}?text=hidden", f"{LIST}?artist={artist.pk}"):
        assert "Hidden Hand" not in client.get(url).content.decode()
    assert work.title not in client.get(f"{LIST}?text=hidden").content.decode()


@pytest.mark.parametrize("words", ["harb dusk", "Müller", "muller", "DUSK oil"])
def test_words_find_titles_media_and_artists(client, words):
    artist = ArtistFactory(name="Jörg Müller", name_key="jorg muller")
    ArtworkFactory(title="Harbour at dusk", artist=artist)
    ArtworkFactory(title="Still life")
    page = client.get(LIST, {"text": words}).content.decode()
    assert "Harbour at dusk" in page
    assert "Still life" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"medium": "oil"}, True), ({"medium": "ink"}, False), ({"year_min": 1911, "year_max": 1911}, True),
        ({"year_min": 1912}, False), ({"size": "medium"}, True), ({"size": "small"}, False),
        ({"picture": "yes"}, False), ({"picture": "no"}, True), ({"style": "fauvism"}, False), ({"text": "!!"}, False),
    ],
)  # fmt: skip
def test_filters_narrow_the_list(client, asked, found):
    ArtworkFactory(title="The one")
    assert ("The one" in client.get(LIST, asked).content.decode()) is found


def test_a_filter_that_makes_no_sense_says_so_and_breaks_nothing(client):
    answer = client.get(LIST, {"year_min": "soon", "order": "sideways", "cursor": "forged", "artist": "9" * 40})
    assert answer.status_code == 200
    assert "Enter a number" in answer.content.decode()


def test_pages_follow_one_another_without_loss(client):
    titles = {ArtworkFactory(title=f"Sheet {n:03}").title for n in range(80)}
    seen, url = [], LIST
    while url:
        answer = client.get(url)
        seen += [work.title for work in answer.context["page"].rows]
        following = answer.context["page"].next_query
        url = f"{LIST}?{following}" if following else ""
    assert len(seen) == len(titles)
    assert set(seen) == titles


def test_a_list_costs_the_same_queries_for_one_work_and_for_many(client, django_assert_max_num_queries):
    for _n in range(20):
        picture_of(ArtworkFactory())
    with django_assert_max_num_queries(8) as taken:
        client.get(LIST)
    assert not any("count(" in query["sql"].lower() for query in taken.captured_queries)


def test_invented_works_mark_the_page(client):
    work = ArtworkFactory(is_invented=True)
    for url in (LIST, work.get_absolute_url()):
        assert "Invented demo data" in client.get(url).content.decode()
    assert "invented-banner" not in client.get(ARTISTS + "?text=nobody").content.decode()


def test_a_work_shows_its_facts_and_asks_for_its_panels(client):
    work = ArtworkFactory(attribution="circle_of", provenance="Private collection, Porto", style="Tonalism")
    page = client.get(work.get_absolute_url()).content.decode()
    for words in (
        "circle of",
        "Private collection, Porto",
        "Tonalism",
        "60 × 80",
        reverse("sales:artwork-panel", args=[work.pk]),
    ):
        assert words in page


def test_an_artist_shows_works_and_merged_ones_lead_on(client):
    artist = ArtistFactory(name="Kept Artist")
    ArtworkFactory(artist=artist, title="Mine")
    merged = ArtistFactory(name="Merged Artist", merged_into=artist)
    assert "Mine" in client.get(artist.get_absolute_url()).content.decode()
    assert client.get(merged.get_absolute_url()).url == artist.get_absolute_url()
    page = client.get(ARTISTS).content.decode()
    assert "Kept Artist" in page
    assert "Merged Artist" not in page


def test_the_artist_list_costs_few_queries(client, django_assert_max_num_queries):
    for _n in range(10):
        picture_of(ArtworkFactory())
    with django_assert_max_num_queries(8):
        client.get(ARTISTS)


def test_a_picture_is_served_once_and_kept(client, stored):
    image = picture_of(ArtworkFactory())
    stored(image)
    url = reverse("catalogue:picture", args=[image.pk, "card"])
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_picture_of_a_strangers_work_is_not_served(client, world, stored, as_user):
    image = picture_of(ArtworkFactory(visibility="private", organisation=world.other_organisation))
    stored(image)
    url = reverse("catalogue:picture", args=[image.pk, "card"])
    assert client.get(url).status_code == 404
    assert as_user(None).get(url).status_code == 302
    assert as_user(world.outsider).get(url).status_code == 200


def test_unknown_sizes_and_lost_originals_are_told_apart(client, stored):
    image = picture_of(ArtworkFactory())
    assert client.get(reverse("catalogue:picture", args=[image.pk, "original"])).status_code == 404
    assert client.get(reverse("catalogue:picture", args=[image.pk, "card"])).status_code == 410
