"""Hammer → premium → hammer is exact to the cent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from artmarket.sales.models import PremiumBand, PremiumSchedule
from artmarket.sales.premium import Band, NoSchedule, bands_on, hammer_from, set_schedule, with_premium
from tests.factories import AuctionHouseFactory

CENT = Decimal("0.01")
BANDS = [
    Band(Decimal(0), Decimal("0.25")),
    Band(Decimal(400_000), Decimal("0.20")),
    Band(Decimal(4_000_000), Decimal("0.139")),
]
ALMOST_DOUBLE = [Band(Decimal(0), Decimal("0.9999"))]
cents = st.decimals(min_value="0.01", max_value="999999999.99", places=2, allow_nan=False)
rates = st.decimals(min_value="0", max_value="0.9999", places=4, allow_nan=False)
thresholds = st.decimals(min_value="0.01", max_value="50000000", places=2, allow_nan=False)


@st.composite
def schedules(draw):
    """Any schedule that the database takes: one to seven bands, the lowest from zero, rates in any order."""
    starts = [Decimal(0), *sorted(draw(st.sets(thresholds, max_size=6)))]
    return [Band(above, draw(rates)) for above in starts]


@pytest.mark.parametrize(
    ("hammer", "paid"),
    [("1000", "1250.00"), ("400000", "500000.00"), ("500000", "620000.00"), ("5000000", "5959000.00")],
)
def test_each_bands_rate_applies_to_its_part_only(hammer, paid):
    assert with_premium(Decimal(hammer), BANDS) == Decimal(paid)


@given(hammer=cents, bands=schedules())
@example(hammer=Decimal("0.01"), bands=ALMOST_DOUBLE)
@example(hammer=Decimal("400000.01"), bands=BANDS)
def test_there_and_back_is_exact(hammer, bands):
    assert hammer_from(with_premium(hammer, bands), bands) == hammer


@given(price=cents, bands=schedules())
@example(price=Decimal("0.03"), bands=ALMOST_DOUBLE)
def test_back_and_there_is_exact_but_for_prices_that_no_hammer_gives(price, bands):
    """Those lie a cent above one that occurs: no two prices in a row are missing."""
    hammer = hammer_from(price, bands)
    missing = price - with_premium(hammer, bands)
    assert missing in (0, CENT)
    if missing:
        assert with_premium(hammer + CENT, bands) == price + CENT


@given(hammer=cents, bands=schedules())
def test_a_cent_more_on_the_hammer_costs_one_or_two_cents_more(hammer, bands):
    assert with_premium(hammer + CENT, bands) - with_premium(hammer, bands) in (CENT, 2 * CENT)


def test_no_bands_no_premium():
    assert with_premium(Decimal("10.00"), []) == Decimal("10.00")


@pytest.fixture
def house(db):
    return AuctionHouseFactory()


def test_the_schedule_in_force_on_the_day_is_taken(house):
    for year, rate in ((2015, "0.25"), (2019, "0.26")):
        bands = [Band(Decimal(0), Decimal(rate))]
        set_schedule(house=house, currency="EUR", valid_from=dt.date(year, 1, 1), bands=bands, source="test")
    assert bands_on(house_id=house.pk, currency="EUR", on=dt.date(2018, 12, 31)) == [Band(Decimal(0), Decimal("0.25"))]
    assert bands_on(house_id=house.pk, currency="EUR", on=dt.date(2019, 1, 1)) == [Band(Decimal(0), Decimal("0.26"))]


@pytest.mark.parametrize(("currency", "year"), [("EUR", 2014), ("USD", 2018)])
def test_without_a_schedule_nothing_is_converted(house, currency, year):
    set_schedule(house=house, currency="EUR", valid_from=dt.date(2015, 1, 1), bands=BANDS, source="test")
    with pytest.raises(NoSchedule, match=rf"No premium schedule of this house in {currency} is known for {year}"):
        bands_on(house_id=house.pk, currency=currency, on=dt.date(year, 6, 1))


def test_a_schedule_without_bands_is_not_a_premium_of_nothing(house):
    PremiumSchedule.objects.create(house=house, currency="EUR", valid_from=dt.date(2015, 1, 1))
    with pytest.raises(NoSchedule):
        bands_on(house_id=house.pk, currency="EUR", on=dt.date(2016, 1, 1))


def test_a_schedule_is_written_anew_as_a_whole(house):
    for bands in (BANDS, BANDS[:1]):
        set_schedule(house=house, currency="EUR", valid_from=dt.date(2015, 1, 1), bands=bands, source="test")
    assert bands_on(house_id=house.pk, currency="EUR", on=dt.date(2016, 1, 1)) == BANDS[:1]
    assert PremiumSchedule.objects.count() == 1


@pytest.mark.parametrize(("above", "rate"), [("-1", "0.2"), ("0", "1"), ("0", "-0.01")])
def test_a_band_is_a_share_of_a_part(house, above, rate):
    with pytest.raises(ValidationError, match="A rate is a share from 0 to below 1"):
        set_schedule(
            house=house,
            currency="EUR",
            valid_from=dt.date(2015, 1, 1),
            bands=[Band(Decimal(above), Decimal(rate))],
            source="test",
        )
    assert not PremiumSchedule.objects.exists()


@pytest.mark.parametrize("change", ["insert", "raise", "delete"])
def test_the_database_keeps_the_lowest_band_at_zero(house, change):
    schedule = PremiumSchedule.objects.create(house=house, currency="EUR", valid_from=dt.date(2015, 1, 1))
    if change != "insert":
        first = PremiumBand.objects.create(schedule=schedule, above=0, rate=Decimal("0.2"))
    PremiumBand.objects.create(schedule=schedule, above=100, rate=Decimal("0.1"))
    if change == "raise":
        PremiumBand.objects.filter(pk=first.pk).update(above=50)
    if change == "delete":
        first.delete()
    with pytest.raises(IntegrityError, match="begins at 0"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    schedule.delete()
