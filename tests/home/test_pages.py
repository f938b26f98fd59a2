"""The front door: for strangers, and for each kind of person."""

from __future__ import annotations

import pytest

from artmarket.home.shortcuts import shortcuts_for
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db


def titles(roles, *, is_platform_staff=False):
    return {str(shown["title"]) for shown in shortcuts_for(roles, is_platform_staff=is_platform_staff)}


def test_strangers_see_words_and_no_records(client):
    ArtworkFactory(title="The tide")
    SaleFactory(title="Spring sale")
    page = client.get("/").content.decode()
    assert "Know its market" in page
    assert "The tide" not in page
    assert "Spring sale" not in page


def test_strangers_cost_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/")


def test_only_reading_is_answered(client):
    assert client.post("/").status_code == 405


@pytest.mark.parametrize("who", ["outsider", "member", "editor", "owner", "staff"])
def test_public_records_are_shown_to_everybody(as_user, world, who):
    ArtworkFactory(title="The tide")
    SaleFactory(title="Spring sale")
    page = as_user(getattr(world, who)).get("/").content.decode()
    assert "The tide" in page
    assert "Spring sale" in page


@pytest.mark.parametrize(("who", "sees"), [("outsider", False), ("member", True), ("owner", True), ("staff", True)])
def test_private_records_are_shown_to_their_own_people(as_user, world, who, sees):
    ArtworkFactory(title="Whispered", visibility="private", organisation=world.organisation)
    SaleFactory(title="Behind doors", visibility="private", organisation=world.organisation)
    page = as_user(getattr(world, who)).get("/").content.decode()
    assert ("Whispered" in page, "Behind doors" in page) == (sees, sees)


def test_an_empty_catalogue_says_what_to_do(as_user, world):
    assert "The walls are still bare" in as_user(world.member).get("/").content.decode()


def test_roles_decide_the_shortcuts():
    assert "Import a catalogue" in titles({"data_entry"})
    assert "Import a catalogue" not in titles({"curator"})
    assert titles(set()) == {"Search by picture", "My jobs"}
    assert titles(set(), is_platform_staff=True) >= titles({"data_entry"}) | titles({"owner"}) | titles({"curator"})


def test_invented_records_mark_the_page(as_user, world):
    LotFactory(sale=SaleFactory(house=AuctionHouseFactory(market="invented")))
    assert "invented-banner" in as_user(world.member).get("/").content.decode()


def test_many_records_cost_no_more_queries(as_user, world, django_assert_max_num_queries):
    for _n in range(15):
        LotFactory()
    client = as_user(world.member)
    with django_assert_max_num_queries(9):
        client.get("/")
