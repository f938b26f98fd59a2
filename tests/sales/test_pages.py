"""Pages of houses, sales and lots, and the panels that they lend to the catalogue."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db
LOTS, SALES, HOUSES = "/lots/", "/sales/", "/houses/"


@pytest.fixture
def client(as_user, world):
    return as_user(world.member)


def test_every_page_shows_its_records(client):
    house = AuctionHouseFactory(name="Hammer & Sons", city="Porto")
    sale = SaleFactory(house=house, title="Spring sale")
    lot = LotFactory(sale=sale, artwork=ArtworkFactory(title="The tide"))
    for url in (LOTS, sale.get_absolute_url(), sale.get_absolute_url() + "?view=grid", lot.get_absolute_url()):
        page = client.get(url).content.decode()
        assert "The tide" in page, url
        assert "1,200" in page, url
    assert "Spring sale" in client.get(SALES).content.decode()
    assert "Porto" in client.get(HOUSES).content.decode()
    assert "Spring sale" in client.get(house.get_absolute_url()).content.decode()


def test_a_strangers_private_sale_is_shown_nowhere(client, world):
    sale = SaleFactory(title="Behind doors", visibility="private", organisation=world.other_organisation)
    work = ArtworkFactory()
    lot = LotFactory(sale=sale, number="777", artwork=work)
    for url in (sale.get_absolute_url(), lot.get_absolute_url()):
        assert client.get(url).status_code == 404
    for url in (LOTS, SALES, reverse("sales:artwork-panel", args=[work.pk]), sale.house.get_absolute_url()):
        page = client.get(url).content.decode()
        assert "777" not in page
        assert "Behind doors" not in page


def test_a_private_work_in_a_public_lot_is_not_told(client, world):
    work = ArtworkFactory(title="Whispered", visibility="private", organisation=world.other_organisation)
    lot = LotFactory(artwork=work)
    for url in (LOTS, f"{LOTS}?text=whispered", lot.get_absolute_url(), lot.sale.get_absolute_url()):
        assert "Whispered" not in client.get(url).content.decode()
    assert client.get(reverse("sales:artwork-panel", args=[work.pk])).status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"outcome": "sold"}, True), ({"outcome": "bought_in"}, False), ({"year_min": 2019, "year_max": 2019}, True),
        ({"year_min": 2020}, False), ({"price_min": 900, "price_max": 1100}, True), ({"price_min": 1200}, False),
        ({"against": "within"}, True), ({"against": "above"}, False), ({"text": "tide"}, True),
        ({"text": "ebb"}, False),
        ({"text": "anna painter"}, True),
    ],
)  # fmt: skip
def test_filters_narrow_the_lots(client, asked, found):
    LotFactory(price_usd=Decimal(1000), artwork=ArtworkFactory(title="The tide"))
    assert ("The tide" in client.get(LOTS, asked).content.decode()) is found


def test_prices_with_premium_are_not_held_against_estimates(client):
    LotFactory(price=Decimal(1300), price_basis="with_premium", artwork=ArtworkFactory(title="Buyer paid"))
    assert "Buyer paid" not in client.get(LOTS, {"against": "above"}).content.decode()


def test_lots_of_a_sale_come_in_the_order_of_their_numbers_over_pages(client):
    sale = SaleFactory()
    for number in range(1, 61):
        LotFactory(sale=sale, number=str(number), number_sort=number, artwork=False)
    first = client.get(sale.get_absolute_url()).context["page"]
    second = client.get(f"{sale.get_absolute_url()}?{first.next_query}").context["page"]
    assert [lot.number_sort for lot in first.rows + second.rows] == list(range(1, 61))
    assert second.next_query == ""


def test_the_dearest_lots_come_first_and_unpriced_ones_last(client):
    for price in (None, 5, 70, 3):
        LotFactory(price_usd=price)
    shown = client.get(LOTS, {"order": "dearest"}).context["page"].rows
    assert [lot.price_usd for lot in shown] == [70, 5, 3, None]


def test_neighbours_lead_through_the_sale(client):
    sale = SaleFactory()
    before, lot, after = (LotFactory(sale=sale, number=str(n), number_sort=n) for n in (4, 5, 6))
    shown = client.get(lot.get_absolute_url()).context["neighbours"]
    assert (shown["before"], shown["after"]) == (before, after)


@pytest.mark.parametrize(("url", "most"), [(LOTS, 9), (SALES, 6), (HOUSES, 6)])
def test_lists_cost_few_queries(client, url, most, django_assert_max_num_queries):
    for _n in range(12):
        LotFactory()
    with django_assert_max_num_queries(most):
        assert client.get(url).status_code == 200


def test_a_works_history_draws_its_offers(client):
    work = ArtworkFactory()
    for year in (2001, 2015):
        LotFactory(sale=SaleFactory(date=dt.date(year, 3, 1)), artwork=work)
    panel = client.get(reverse("sales:artwork-panel", args=[work.pk]))
    assert "2001-03-01" in panel.content.decode()
    assert panel.context["chart"]["series"][-1]["points"] == [["2001-03-01", 1000.0], ["2015-03-01", 1000.0]]


def test_a_works_prices_are_drawn_by_basis_and_other_currencies_are_counted(client):
    work = ArtworkFactory()
    for year, basis, currency in ((2001, "hammer", "EUR"), (2002, "with_premium", "EUR"), (2003, "hammer", "GBP")):
        sale = SaleFactory(date=dt.date(year, 3, 1), currency=currency)
        LotFactory(sale=sale, artwork=work, price_basis=basis)
    chart = client.get(reverse("sales:artwork-panel", args=[work.pk])).context["chart"]
    lines = {line["name"]: [day for day, _amount in line["points"]] for line in chart["series"]}
    assert lines["price: hammer price"] == ["2001-03-01"]
    assert lines["price: with buyer's premium"] == ["2002-03-01"]
    assert chart["title"] == "Estimates and prices in EUR (1 in other currencies left out)"


def test_an_artists_market_keeps_qualifiers_apart(client):
    work = ArtworkFactory()
    LotFactory(artwork=work, price_usd=Decimal(1000))
    LotFactory(artwork=ArtworkFactory(artist=work.artist, attribution="after"), price_usd=Decimal(9))
    panel = client.get(reverse("sales:artist-panel", args=[work.artist_id]))
    found = {group.attribution: group.dearest for group in panel.context["groups"]}
    assert found == {"by": 1000, "after": 9}
    assert "sold ÷ (sold + bought in)" in panel.content.decode()


def test_an_artists_market_draws_a_line_for_each_basis(client):
    work = ArtworkFactory()
    for year, basis, price in [(2001, "hammer", 10), (2001, "with_premium", 12), (2002, "hammer", 30)]:
        sale = SaleFactory(date=dt.date(year, 3, 1))
        LotFactory(sale=sale, artwork=work, price_basis=basis, price_usd=Decimal(price))
    (chart,) = client.get(reverse("sales:artist-panel", args=[work.artist_id])).context["charts"]
    assert {line["name"]: line["points"] for line in chart["series"]} == {
        "hammer price": [[2001, 10.0], [2002, 30.0]],
        "with buyer's premium": [[2001, 12.0]],
    }


def test_an_artists_market_shows_no_strangers_lots(client, world):
    work = ArtworkFactory()
    LotFactory(artwork=work, sale=SaleFactory(visibility="private", organisation=world.other_organisation))
    panel = client.get(reverse("sales:artist-panel", args=[work.artist_id]))
    assert (panel.context["groups"], panel.context["charts"], panel.context["lots"]) == ([], [], [])


def test_an_artists_market_costs_few_queries(client, django_assert_max_num_queries):
    work = ArtworkFactory()
    for _n in range(12):
        LotFactory(artwork=work)
    with django_assert_max_num_queries(9):
        client.get(reverse("sales:artist-panel", args=[work.artist_id]))


def test_invented_houses_mark_their_pages(client):
    lot = LotFactory(sale=SaleFactory(house=AuctionHouseFactory(market="invented")))
    for url in (
        LOTS,
        SALES,
        HOUSES,
        lot.get_absolute_url(),
        lot.sale.get_absolute_url(),
        lot.sale.house.get_absolute_url(),
    ):
        assert "invented-banner" in client.get(url).content.decode(), url
