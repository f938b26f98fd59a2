"""Lots by words and by artist: both ways of reading find what plain Python finds, for whoever asks."""

from __future__ import annotations

import random

import pytest

from artmarket.catalogue.models import Artist, Artwork
from artmarket.catalogue.search import text_query
from artmarket.sales import finding
from artmarket.sales.models import Lot, LotArtwork
from tests.factories import ArtistFactory, ArtworkFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db
WORDS = ["harbour", "dusk", "roses", "bather"]


@pytest.fixture(params=[0, 2, 10_000], ids=["many", "some", "few"])
def few(request, monkeypatch):
    """How many lots count as few: by 0 every list is walked, by 10,000 none."""
    monkeypatch.setattr(finding, "FEW", request.param)


@pytest.fixture
def market(world):
    """Forty lots of one work or two, some of the works, artists and sales private to one organisation."""
    pick = random.Random(5)
    owned = [{}, {}, {}, {"visibility": "private", "organisation": world.organisation}]
    artists = [ArtistFactory(name=f"{name.title()} Painter", **pick.choice(owned)) for name in [*WORDS, "x", "y"]]
    works = [
        ArtworkFactory(title=f"A {pick.choice(WORDS)}", artist=pick.choice([*artists, None]), **pick.choice(owned))
        for _ in range(25)
    ]
    sales = [SaleFactory(number=str(n), **pick.choice(owned)) for n in range(5)]
    for _ in range(40):
        lot = LotFactory(sale=pick.choice(sales), artwork=False, description=pick.choice([*WORDS, "", "", ""]))
        for work in pick.sample(works, pick.randrange(3)):
            LotArtwork.objects.create(lot=lot, artwork=work)
    return artists


def has_word(word: str, text: str) -> bool:
    return any(part.startswith(word) for part in text.lower().split())


def obvious_lots(user, fits_lot, fits_work):
    seen_works = set(Artwork.objects.visible_to(user).values_list("pk", flat=True))
    seen_artists = set(Artist.objects.visible_to(user).values_list("pk", flat=True))
    for lot in Lot.objects.visible_to(user).prefetch_related("artworks__artist"):
        works = [work for work in lot.artworks.all() if work.pk in seen_works]
        if fits_lot(lot) or any(fits_work(work, work.artist_id in seen_artists) for work in works):
            yield lot.pk


def keys(rows) -> list[int]:
    return sorted(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("who", ["member", "outsider", "staff"])
def test_words_find_lots_by_their_own_their_works_and_their_artists(world, market, few, who):
    user = getattr(world, who)
    for word in [*WORDS, "rose", "zeppelin"]:
        expected = obvious_lots(
            user,
            lambda lot, word=word: has_word(word, lot.description),
            lambda work, shown, word=word: has_word(word, work.title) or (shown and has_word(word, work.artist.name)),
        )
        found = finding.lots_with_words(Lot.objects.visible_to(user), user, text_query(word))
        assert keys(found) == sorted(expected), word


@pytest.mark.parametrize("who", ["member", "outsider", "staff"])
def test_an_artists_lots_come_once_each(world, market, few, who):
    user = getattr(world, who)
    for artist in market:
        expected = obvious_lots(
            user, lambda lot: False, lambda work, shown, pk=artist.pk: shown and work.artist_id == pk
        )
        found = finding.lots_of_artist(Lot.objects.visible_to(user), user, artist.pk)
        assert keys(found) == sorted(expected)


@pytest.mark.parametrize(("limit", "queries"), [(10_000, 5), (0, 3)])
def test_finding_costs_a_fixed_number_of_queries(
    world, market, limit, queries, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(finding, "FEW", limit)
    with django_assert_max_num_queries(queries):
        keys(finding.lots_with_words(Lot.objects.visible_to(world.member), world.member, text_query("harbour")))
