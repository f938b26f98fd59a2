"""Statistics by medium and window: what is counted, and that SQL says what plain Python says lot by lot."""

from __future__ import annotations

import datetime as dt
import math
import random
import statistics
from decimal import Decimal

import pytest

from artmarket.catalogue.models import Artwork
from artmarket.sales import fx
from artmarket.sales.artist_statistics import FEWEST, WINDOWS, Figures, artist_statistics, usual_basis
from artmarket.sales.deflating import deflator, real_money
from artmarket.sales.models import FxRate, Lot, LotArtwork, PriceIndex
from artmarket.sales.premium import Band, NoSchedule, bands_on, hammer_from, set_schedule, with_premium
from tests.factories import ArtistFactory, ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db
UNTIL = dt.date(2024, 6, 15)
MONTH = dt.date(2024, 5, 1)


@pytest.fixture
def artist():
    FxRate.objects.bulk_create(
        FxRate(base="EUR", quote="USD", date=dt.date(year, 1, 1), rate=Decimal(2), source="test")
        for year in range(2010, 2025)
    )
    return ArtistFactory()


@pytest.fixture
def house():
    house = AuctionHouseFactory()
    bands = [Band(Decimal(0), Decimal("0.25")), Band(Decimal(1000), Decimal("0.2"))]
    set_schedule(house=house, currency="EUR", valid_from=dt.date(2000, 1, 1), bands=bands, source="test")
    return house


def sell(work, price, on=dt.date(2024, 3, 1), *, house=None, basis="hammer", outcome=None, **sale):
    held = SaleFactory(house=house or AuctionHouseFactory(), date=on, **sale)
    outcome = outcome or ("sold" if price else "bought_in")
    lot = LotFactory(sale=held, price=price and Decimal(price), price_basis=basis, outcome=outcome, artwork=work)
    fx.refresh_usd(Lot.objects.filter(pk=lot.pk))
    return lot


def work(artist, **facts):
    return ArtworkFactory(artist=artist, **facts)


def cell(user, artist, *, medium="oil", months=12, basis="hammer", attribution="by", **asked) -> Figures:
    found = artist_statistics(user, artist.pk, until=UNTIL, basis=basis, **asked)
    (one,) = [
        figures
        for figures in found
        if (figures.medium, figures.months, figures.attribution) == (medium, months, attribution)
    ]
    return one


def test_a_window_counts_lots_up_to_the_day_before(artist, world):
    for on in (dt.date(2024, 6, 15), dt.date(2024, 6, 14), dt.date(2023, 6, 15), dt.date(2023, 6, 14)):
        sell(work(artist), "100", on)
    counts = {figures.months: figures.sold for figures in artist_statistics(
        world.member, artist.pk, until=UNTIL, basis="hammer") if figures.medium == "oil"}  # fmt: skip
    assert counts == {12: 2, 36: 3, 60: 3}


def test_sell_through_leaves_withdrawn_and_unknown_lots_out_and_counts_them(artist, world):
    for price, outcome in [("100", None), ("300", None), (None, None), (None, "withdrawn"), (None, "unknown")]:
        sell(work(artist), price, outcome=outcome)
    found = cell(world.member, artist)
    assert (found.offered, found.sold, found.left_out, found.sell_through) == (3, 2, 2, pytest.approx(2 / 3))
    assert found.liquidity == 2


def test_figures_of_few_lots_are_suppressed_and_their_counts_are_not(artist, world):
    for price in ("100", "300"):
        sell(work(artist), price)
    found = cell(world.member, artist)
    assert (found.prices, found.areas, found.overs) == (2, 2, 2)
    assert (found.median, found.mean, found.per_area, found.over_estimate, found.sell_through) == (None,) * 5
    sell(work(artist), "200")
    found = cell(world.member, artist)
    assert (found.median, found.mean) == (400.0, 400.0)
    assert found.per_area == pytest.approx(400 / (60 * 80))
    assert found.over_estimate == pytest.approx(0.2)


def test_media_and_qualifiers_are_kept_apart_and_all_media_is_a_row_of_its_own(artist, world):
    for medium, attribution in [("oil", "by"), ("print", "by"), ("oil", "after")]:
        for price in ("100", "200", "300"):
            sell(work(artist, medium=medium, attribution=attribution), price)
    found = artist_statistics(world.member, artist.pk, until=UNTIL, basis="hammer", windows=[12])
    assert {(one.attribution, one.medium): one.sold for one in found} == {
        ("by", None): 6, ("by", "oil"): 3, ("by", "print"): 3, ("after", None): 3, ("after", "oil"): 3
    }  # fmt: skip


def test_premium_is_converted_by_the_houses_schedule_or_left_out_and_counted(artist, world, house):
    for price in ("1250", "2450", "625"):  # hammer 1,000, 2,000 and 500
        sell(work(artist), price, house=house, basis="with_premium")
    sell(work(artist), "999", basis="with_premium")
    sell(work(artist), "999", basis="unknown")
    found = cell(world.member, artist)
    assert (found.sold, found.prices, found.no_basis) == (5, 3, 2)
    assert found.median == 2000.0
    assert found.over_estimate == pytest.approx(1.0), "an estimate is held against the hammer price, never the premium"
    paid = cell(world.member, artist, basis="with_premium")
    assert (paid.prices, paid.median, paid.overs) == (4, pytest.approx((1998 + 2500) / 2), 3)


def test_hammer_prices_are_converted_to_premium_too(artist, world, house):
    for price in ("1000", "2000", "500"):
        sell(work(artist), price, house=house)
    assert cell(world.member, artist, basis="with_premium").median == 2500.0


def test_lots_of_several_works_count_for_none_of_them(artist, world):
    lot = sell(work(artist), "100")
    LotArtwork.objects.create(lot=lot, artwork=work(artist), position=2)
    assert artist_statistics(world.member, artist.pk, until=UNTIL, basis="hammer") == []


def test_momentum_is_the_median_over_that_of_the_window_before(artist, world):
    for on, prices in ((dt.date(2024, 3, 1), ("100", "200", "300")), (dt.date(2023, 3, 1), ("100", "160", "300"))):
        for price in prices:
            sell(work(artist), price, on)
    assert cell(world.member, artist).momentum == pytest.approx(0.25)
    assert cell(world.member, artist, months=36).momentum is None


def test_repeat_sales_compound_over_the_years_between(artist, world):
    for paid, price, years in (("100", "200", 2), ("100", "400", 4), ("100", "100", 3), ("100", "900", 0)):
        one = work(artist)
        sell(one, paid, dt.date(2024 - years, 1 + (years == 0), 1))
        sell(one, price, dt.date(2024, 3, 1))
    found = cell(world.member, artist)
    years = [(dt.date(2024, 3, 1) - dt.date(2024 - back, 1, 1)).days / 365.25 for back in (2, 4, 3)]
    assert (found.pairs, found.quick_pairs) == (3, 1)
    assert found.holding_years == pytest.approx(statistics.median(years))
    assert found.compound_return == pytest.approx(math.exp((math.log(2) + math.log(4)) / sum(years)) - 1)


def test_real_prices_are_in_one_months_money_and_unknown_months_are_counted(artist, world):
    for month, level in ((dt.date(2024, 2, 1), 100), (MONTH, 110)):
        PriceIndex.objects.create(name="US CPI-U", currency="USD", month=month, level=level, source="test")
    for price in ("100", "200", "300"):
        sell(work(artist), price, dt.date(2024, 2, 20))
    sell(work(artist), "500", dt.date(2024, 3, 20))
    found = cell(world.member, artist, real=real_money(MONTH, "USD"))
    assert (found.prices, found.no_month, found.median) == (3, 1, pytest.approx(440.0))


def test_another_organisations_private_sales_and_works_do_not_show(artist, world):
    for _ in range(FEWEST):
        sell(work(artist), "100", visibility="private", organisation=world.organisation)
        sell(work(artist, visibility="private", organisation=world.organisation), "100")
    assert artist_statistics(world.outsider, artist.pk, until=UNTIL, basis="hammer") == []
    assert cell(world.member, artist).sold == 2 * FEWEST


def test_the_usual_basis_is_that_of_most_visible_prices(artist, world):
    assert usual_basis(world.member, artist.pk) == "hammer"
    for _ in range(3):
        sell(work(artist), "100", basis="with_premium", visibility="private", organisation=world.organisation)
    sell(work(artist), "100")
    assert usual_basis(world.member, artist.pk) == "with_premium"
    assert usual_basis(world.outsider, artist.pk) == "hammer"


def test_all_figures_cost_one_query(artist, world, django_assert_num_queries):
    for price in ("1", "2", "3"):
        sell(work(artist), price)
    artist_statistics(world.member, artist.pk, until=UNTIL, basis="hammer")  # the user's organisations are read once
    with django_assert_num_queries(1):
        artist_statistics(world.member, artist.pk, until=UNTIL, basis="hammer")


def test_statistics_of_a_market_at_random_are_what_plain_python_makes_of_its_lots(artist, world, house):
    pick = random.Random(20)
    start = dt.date(2014, 1, 1)
    for n in range(130):
        month = (start + dt.timedelta(days=31 * n)).replace(day=1)
        if pick.random() < 0.95 and month <= UNTIL:
            level = Decimal(100 + n)
            PriceIndex.objects.create(name="US CPI-U", currency="USD", month=month, level=level, source="test")
    houses = [house, AuctionHouseFactory(), AuctionHouseFactory(market="dealer")]
    private = {"visibility": "private", "organisation": world.organisation}
    sales = [
        SaleFactory(house=pick.choice(houses), date=start + dt.timedelta(days=pick.randrange(4000)), number=str(n),
                    currency=pick.choice(["EUR", "EUR", "EUR", "FRL"]), **(private if n % 6 == 0 else {}))
        for n in range(40)
    ]  # fmt: skip
    works = [
        work(pick.choice([artist, artist, artist, None]), attribution=pick.choice(["by", "by", "after"]),
             medium=pick.choice(["oil", "print", ""]), height_cm=pick.choice([None, Decimal(50), Decimal(20)]),
             **(private if n % 9 == 0 else {}))
        for n in range(40)
    ]  # fmt: skip
    for sale in sales:
        for number, one in enumerate(pick.sample(works, 6), start=1):
            outcome = pick.choice(["sold", "sold", "sold", "bought_in", "withdrawn", "unknown"])
            price = Decimal(pick.randint(1, 300000)) / 100 if outcome == "sold" and pick.random() < 0.95 else None
            low = pick.choice([None, Decimal(200)])
            lot = LotFactory(sale=sale, number=str(number), number_sort=number, artwork=one, outcome=outcome, price=price,
                             price_basis=pick.choice(["hammer", "hammer", "with_premium", "unknown"]),
                             estimate_low=low, estimate_high=low and low * 2)  # fmt: skip
            if pick.random() < 0.1:
                LotArtwork.objects.create(lot=lot, artwork=pick.choice([w for w in works if w != one]), position=2)
    fx.refresh_usd(Lot.objects.all())
    for user in (world.member, world.outsider, world.staff):
        for basis in ("hammer", "with_premium"):
            for real in (None, real_money(max(deflator("USD").levels), "USD")):
                found = {
                    (one.market, one.attribution, one.medium, one.months): {
                        name: value for name, value in vars(one).items() if name not in KEYS
                    }
                    for one in artist_statistics(user, artist.pk, until=UNTIL, basis=basis, real=real)
                }
                wanted = naive(user, artist, basis, real)
                assert set(found) == set(wanted)
                for key, figures in wanted.items():
                    assert found[key] == {name: near(value) for name, value in figures.items()}, key
    assert any(figures["pairs"] >= FEWEST for figures in wanted.values()), "the market is large enough to test all"


KEYS = ("market", "attribution", "medium", "months")


def near(value):
    return pytest.approx(value, rel=1e-4) if isinstance(value, float) else value


def months_before(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, day.day)


def naive(user, artist, basis, real):
    """The same figures by plain Python, lot by lot: slow, and easy to believe."""
    rows = [row for lot in Lot.objects.visible_to(user).select_related("sale__house").order_by("sale_date", "pk")
            if lot.sale_date < UNTIL and (row := facts(user, artist, lot, basis, real))]  # fmt: skip
    found = {}
    for months in WINDOWS:
        since, before = months_before(UNTIL, months), months_before(UNTIL, 2 * months)
        for key in {(row["market"], row["attribution"], medium) for row in rows for medium in (row["medium"], None)}:
            mine = [
                row
                for row in rows
                if (row["market"], row["attribution"]) == key[:2] and key[2] in (None, row["medium"])
            ]
            now = [row for row in mine if row["date"] >= since]
            then = [row for row in mine if before <= row["date"] < since]
            if now:
                found[(*key, months)] = figures_of(mine, now, then, since, months)
    return found


def facts(user, artist, lot, basis, real):
    works = list(Artwork.objects.filter(lots=lot))
    if len(works) != 1 or works[0].artist_id != artist.pk:
        return None
    if not Artwork.objects.visible_to(user).filter(pk=works[0].pk).exists():
        return None
    try:
        bands = bands_on(house_id=lot.sale.house_id, currency=lot.currency, on=lot.sale_date)
    except NoSchedule:
        bands = None
    hammer = paid = None
    if lot.price and lot.price_basis == "hammer":
        hammer, paid = lot.price, with_premium(lot.price, bands) if bands else None
    elif lot.price and lot.price_basis == "with_premium":
        hammer, paid = hammer_from(lot.price, bands) if bands else None, lot.price
    asked = hammer if basis == "hammer" else paid
    usd = float(asked * 2) if asked and lot.price_usd is not None else None
    in_money = 1.0
    if real:
        level = deflator("USD").levels.get(lot.sale_date.replace(day=1))
        in_money = float(real.level / level) if level else None
    area = works[0].area_cm2
    return {
        "market": lot.sale.house.market, "attribution": works[0].attribution, "medium": works[0].medium,
        "work": works[0].pk, "date": lot.sale_date, "outcome": lot.outcome, "price": lot.price,
        "price_usd": lot.price_usd, "asked": asked, "in_money": in_money, "area": area and float(area),
        "usd": usd * in_money if usd and in_money else None,
        "over": float(hammer * 2 / (lot.estimate_low + lot.estimate_high)) if hammer and lot.estimate_low else None,
    }  # fmt: skip


def figures_of(mine, now, then, since, months):
    def median(values):
        return statistics.median(values) if len(values) >= FEWEST else None

    prices = [row["usd"] for row in now if row["usd"]]
    per_area = [row["usd"] / row["area"] for row in now if row["usd"] and row["area"]]
    over = [row["over"] for row in now if row["over"]]
    sold = sum(row["outcome"] == "sold" for row in now)
    offered = sold + sum(row["outcome"] == "bought_in" for row in now)
    before = median([row["usd"] for row in then if row["usd"]])
    pairs, quick, last = [], 0, {}
    for row in mine:
        if row["usd"]:
            earlier = last.get(row["work"])
            if earlier and row["date"] >= since:
                years = (row["date"] - earlier["date"]).days / 365.25
                quick += years < 1
                pairs += [(years, math.log(row["usd"] / earlier["usd"]))] if years >= 1 else []
            last[row["work"]] = row
    return {
        "offered": offered, "sold": sold, "left_out": len(now) - offered, "prices": len(prices), "areas": len(per_area),
        "overs": len(over), "pairs": len(pairs), "quick_pairs": quick,
        "no_price": sum(row["outcome"] == "sold" and row["price"] is None for row in now),
        "no_rate": sum(row["price"] is not None and row["price_usd"] is None for row in now),
        "no_basis": sum(row["price_usd"] is not None and row["asked"] is None for row in now),
        "no_month": sum(bool(row["price_usd"] is not None and row["asked"] and row["in_money"] is None) for row in now),
        "sell_through": sold / offered if offered >= FEWEST else None, "median": median(prices),
        "mean": statistics.mean(prices) if len(prices) >= FEWEST else None, "per_area": median(per_area),
        "over_estimate": median(over), "liquidity": sold * 12 / months,
        "momentum": median(prices) / before - 1 if median(prices) and before else None,
        "holding_years": median([years for years, _gain in pairs]),
        "compound_return": math.exp(sum(gain for _y, gain in pairs) / sum(y for y, _g in pairs)) - 1
        if len(pairs) >= FEWEST else None,
    }  # fmt: skip
