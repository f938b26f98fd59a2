"""Statistics: what is counted, and what is never pooled."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from artmarket.sales import fx
from artmarket.sales.models import FxRate, Lot, LotArtwork
from artmarket.sales.queries import artist_figures, artist_years
from tests.factories import ArtistFactory, ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def artist():
    FxRate.objects.create(base="EUR", quote="USD", date=dt.date(2019, 1, 1), rate=Decimal(2), source="test")
    return ArtistFactory()


def offer(artist, price, *, basis="hammer", attribution="by", market="auction", year=2019, outcome=None, **sale):
    house = AuctionHouseFactory(market=market)
    on = SaleFactory(house=house, date=dt.date(year, 5, 14), **sale)
    work = ArtworkFactory(artist=artist, attribution=attribution)
    outcome = outcome or ("sold" if price else "bought_in")
    lot = LotFactory(sale=on, price=price and Decimal(price), price_basis=basis, outcome=outcome, artwork=work)
    fx.refresh_usd(Lot.objects.all())
    return lot


def test_sell_through_is_sold_over_sold_and_bought_in(artist, world):
    for price, outcome in [("100", None), ("300", None), (None, None), (None, "withdrawn"), (None, "unknown")]:
        offer(artist, price, outcome=outcome)
    (found,) = artist_figures(world.member, artist.pk)
    assert (found.offered, found.sold, found.sell_through) == (3, 2, 2 / 3)
    assert found.medians == {"hammer": (Decimal("400.00"), 2)}
    assert found.dearest == Decimal("600.00")


def test_price_over_estimate_takes_hammer_prices_only(artist, world):
    offer(artist, "1500")
    offer(artist, "9999", basis="with_premium")
    (found,) = artist_figures(world.member, artist.pk)
    assert found.over_estimate == pytest.approx(1.5)


def test_qualifiers_markets_and_bases_are_never_pooled(artist, world):
    offer(artist, "100")
    offer(artist, "7", attribution="after")
    offer(artist, "900", market="dealer")
    offer(artist, "200", basis="with_premium")
    found = {(group.market, group.attribution): group.medians for group in artist_figures(world.member, artist.pk)}
    assert found == {
        ("auction", "by"): {"hammer": (Decimal("200.00"), 1), "with_premium": (Decimal("400.00"), 1)},
        ("auction", "after"): {"hammer": (Decimal("14.00"), 1)},
        ("dealer", "by"): {"hammer": (Decimal("1800.00"), 1)},
    }


def test_a_lot_of_two_works_counts_for_neither(artist, world):
    lot = offer(artist, "100")
    LotArtwork.objects.create(lot=lot, artwork=ArtworkFactory(artist=artist), position=2)
    assert artist_figures(world.member, artist.pk) == []


def test_another_houses_private_sale_does_not_show(artist, world):
    offer(artist, "100", visibility="private", organisation=world.organisation)
    assert artist_figures(world.outsider, artist.pk) == []
    assert artist_years(world.outsider, artist.pk) == []
    assert len(artist_figures(world.member, artist.pk)) == 1


def test_years_have_their_median_and_count(artist, world):
    for price, year in [("100", 2019), ("300", 2019), ("80", 2020)]:
        offer(artist, price, year=year)
    found = [(point.year, point.median, point.sales) for point in artist_years(world.member, artist.pk)]
    assert found[0] == (2019, Decimal("400.00"), 2)


def test_figures_cost_two_queries(artist, world, django_assert_num_queries):
    for price in ("1", "2", "3"):
        offer(artist, price)
    artist_figures(world.member, artist.pk)
    with django_assert_num_queries(2):
        artist_figures(world.member, artist.pk)
