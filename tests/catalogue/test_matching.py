"""Credits are matched by key, life dates and ids; the doubtful is left to people."""

from __future__ import annotations

import pytest

from artmarket.catalogue import services
from artmarket.catalogue.matching import ArtistMatcher
from artmarket.core.names import parse_artist

pytestmark = pytest.mark.django_db


def make(name: str, **fields):
    return services.create_artist(actor=None, name=name, visibility=fields.pop("visibility", "public"), **fields)


def match(text: str, **who):
    credit = parse_artist(text)
    assert credit is not None
    return ArtistMatcher(**who).match(credit)


def test_spellings_of_one_name_match() -> None:
    artist = make("Almada Negreiros", birth_text="1893", death_text="1970")
    for text in (
        "ALMADA NEGREIROS - 1893-1970",
        "Negreiros, Almada",
        "almada negreiros (b. 1893)",
        "after Almada Negreiros",
    ):
        assert match(text).artist == artist
    assert match("ALMADA NEGREIROS - 1893-1970").score == 1.0
    assert match("Almada Negreiros").score < 1


def test_other_names_match() -> None:
    artist = make("Giovanni Antonio Canal", other_names=["Canaletto"])
    assert match("Canaletto").artist == artist


def test_life_dates_that_disagree_keep_people_apart() -> None:
    elder = make("Pieter Brueghel", birth_text="1525")
    younger = make("Pieter Brueghel", birth_text="1564")
    assert match("Pieter Brueghel (1564-1638)").artist == younger
    doubtful = match("Pieter Brueghel")
    assert doubtful.artist is None
    assert {candidate.artist for candidate in doubtful.candidates} == {elder, younger}
    assert match("Pieter Brueghel (1900-1950)").artist is None


def test_nearly_the_same_name_is_only_a_candidate() -> None:
    artist = make("Malangatana Ngwenya", birth_text="1936")
    found = match("MALANGATANA NGWENIA - 1936-2011")
    assert found.artist is None
    assert [candidate.artist for candidate in found.candidates] == [artist]
    assert 0.7 < found.score < 1
    assert match("MALANGATANA NGWENIA - 1836-1911").candidates == []


def test_the_unknown_has_no_candidates() -> None:
    make("Jan Steen")
    found = match("Paula Rego")
    assert (found.artist, found.score, found.candidates) == (None, 0.0, [])


def test_only_visible_artists_are_matched(world) -> None:
    artist = make("Jan Steen", organisation=world.organisation, visibility="private")
    assert match("Jan Steen", user=world.member).artist == artist
    assert match("Jan Steen", organisation=world.organisation).artist == artist
    assert match("Jan Steen", user=world.outsider).artist is None
    assert match("Jan Steen").artist is None


def test_ids_decide_and_follow_merges(world) -> None:
    kept, merged = make("Jan Steen"), make("Johannes Steen")
    services.set_external_ids(actor=None, record=merged, ids=[("ulan", "", "500115493")])
    services.merge_artists(actor=None, kept=kept, merged=merged)
    credit = parse_artist("Anybody Else")
    assert credit is not None
    assert ArtistMatcher().match(credit, external_ids=[("ulan", "", "500115493")]).artist == kept
    assert match("Johannes Steen").artist == kept


def test_a_catalogue_is_matched_with_two_queries(django_assert_num_queries) -> None:
    for number in range(20):
        make(f"Painter {'abcdefghijklmnopqrstuvwxyz'[number] * 6}")
    credits = [credit for number in range(50) if (credit := parse_artist(f"Somebody Number {number}"))]
    with django_assert_num_queries(1):
        matcher = ArtistMatcher()
        for credit in credits:
            matcher.match(credit)
