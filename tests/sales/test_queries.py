"""Statistics: what is counted, and what is never pooled."""

from __future__ import annotations

import datetime as dt
import random
import statistics
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from artmarket.catalogue.models import Artwork
from artmarket.sales import fx
from artmarket.sales.models import FxRate, Lot, LotArtwork
from artmarket.sales.queries import ArtistMarket, artist_market
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
    (found,) = artist_market(world.member, artist.pk).groups
    assert (found.offered, found.sold, found.sell_through) == (3, 2, 2 / 3)
    assert found.medians == {"hammer": (Decimal("400.00"), 2)}
    assert found.dearest == Decimal("600.00")


def test_price_over_estimate_takes_hammer_prices_only(artist, world):
    offer(artist, "1500")
    offer(artist, "9999", basis="with_premium")
    (found,) = artist_market(world.member, artist.pk).groups
    assert found.over_estimate == pytest.approx(1.5)


def test_qualifiers_markets_and_bases_are_never_pooled(artist, world):
    offer(artist, "100")
    offer(artist, "7", attribution="after")
    offer(artist, "900", market="dealer")
    offer(artist, "200", basis="with_premium")
    found = {
        (group.market, group.attribution): group.medians for group in artist_market(world.member, artist.pk).groups
    }
    assert found == {
        ("auction", "by"): {"hammer": (Decimal("200.00"), 1), "with_premium": (Decimal("400.00"), 1)},
        ("auction", "after"): {"hammer": (Decimal("14.00"), 1)},
        ("dealer", "by"): {"hammer": (Decimal("1800.00"), 1)},
    }


def test_a_lot_of_two_works_counts_for_neither(artist, world):
    lot = offer(artist, "100")
    LotArtwork.objects.create(lot=lot, artwork=ArtworkFactory(artist=artist), position=2)
    assert artist_market(world.member, artist.pk).groups == []


def test_another_houses_private_sale_does_not_show(artist, world):
    offer(artist, "100", visibility="private", organisation=world.organisation)
    assert artist_market(world.outsider, artist.pk) == ArtistMarket([], [])
    assert len(artist_market(world.member, artist.pk).groups) == 1


def test_years_have_their_median_and_count(artist, world):
    for price, year in [("100", 2019), ("300", 2019), ("80", 2020)]:
        offer(artist, price, year=year)
    found = [(point.year, point.median, point.sales) for point in artist_market(world.member, artist.pk).years]
    assert found[0] == (2019, Decimal("400.00"), 2)


def test_an_artists_market_costs_one_query(artist, world, django_assert_num_queries):
    for price in ("1", "2", "3"):
        offer(artist, price)
    artist_market(world.member, artist.pk)  # the user's organisations are read once
    with django_assert_num_queries(1):
        artist_market(world.member, artist.pk)


def obvious_market(user, artist):
    """The same figures by plain Python, lot by lot: slow, and easy to believe."""
    groups, years = {}, {}
    for lot in Lot.objects.visible_to(user).select_related("sale__house").order_by("pk"):
        works = list(Artwork.objects.filter(lots=lot))
        if len(works) != 1 or works[0].artist_id != artist.pk:
            continue
        if not Artwork.objects.visible_to(user).filter(pk=works[0].pk).exists():
            continue
        key = (lot.sale.house.market, works[0].attribution)
        groups.setdefault(key, []).append(lot)
        if lot.price_usd is not None:
            years.setdefault((lot.sale_date.year, *key, lot.price_basis), []).append(lot.price_usd)
    return (
        {key: obvious_figures(lots) for key, lots in groups.items()},
        [(*key, cents_of_median(prices), len(prices)) for key, prices in sorted(years.items())],
    )


def obvious_figures(lots):
    by_basis = {}
    for lot in lots:
        if lot.price_usd is not None:
            by_basis.setdefault(lot.price_basis, []).append(lot.price_usd)
    sold = sum(lot.outcome == "sold" for lot in lots)
    offered = sold + sum(lot.outcome == "bought_in" for lot in lots)
    over = [
        float(lot.price * 2 / (lot.estimate_low + lot.estimate_high))
        for lot in lots
        if lot.price and lot.price_basis == "hammer" and lot.estimate_low and lot.estimate_high
    ]
    return (
        offered, sold, sold / offered if offered else None,
        {basis: (cents_of_median(prices), len(prices)) for basis, prices in by_basis.items()},
        max((lot.price_usd for lot in lots if lot.price_usd is not None), default=None),
        pytest.approx(statistics.median(over)) if over else None,
        min(lot.sale_date for lot in lots), max(lot.sale_date for lot in lots),
    )  # fmt: skip


def cents_of_median(prices):
    return statistics.median(prices).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


@pytest.mark.parametrize("seed", range(3))
def test_a_market_is_what_plain_python_makes_of_its_lots(artist, world, seed):
    pick = random.Random(seed)
    houses = [AuctionHouseFactory(market=market) for market in ("auction", "dealer")]
    owned = [{}, {"visibility": "private", "organisation": world.organisation}]
    sales = [
        SaleFactory(house=pick.choice(houses), date=dt.date(2019 + n % 3, 2, 3), number=str(n), **owned[n % 5 == 0])
        for n in range(12)
    ]
    for _ in range(60):
        work = ArtworkFactory(
            artist=pick.choice([artist, artist, None]),
            attribution=pick.choice(["by", "by", "after"]),
            **owned[pick.random() < 0.2],
        )
        price = Decimal(pick.randrange(100, 9000)) if pick.random() < 0.6 else None
        lot = LotFactory(
            sale=pick.choice(sales),
            artwork=work,
            price=price,
            outcome="sold" if price else pick.choice(["bought_in", "sold", "withdrawn"]),
            price_basis=pick.choice(["hammer", "with_premium"]),
            **pick.choice([{}, {"estimate_low": None}]),
        )
        if pick.random() < 0.15:
            LotArtwork.objects.create(lot=lot, artwork=ArtworkFactory(artist=artist), position=2)
    fx.refresh_usd(Lot.objects.all())
    for user in (world.member, world.outsider, world.staff):
        groups, years = obvious_market(user, artist)
        market = artist_market(user, artist.pk)
        found = {
            (one.market, one.attribution): (
                one.offered, one.sold, one.sell_through, one.medians, one.dearest, one.over_estimate, one.first_sale,
                one.last_sale,
            )
            for one in market.groups
        }  # fmt: skip
        assert found == groups
        assert [tuple(vars(point).values()) for point in market.years] == years
