"""Hammer → premium → hammer is exact to the cent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artmarket.sales.models import PremiumBand, PremiumSchedule
from artmarket.sales.premium import Band, NoSchedule, bands_on, hammer_from, with_premium
from tests.factories import AuctionHouseFactory

BANDS = [
    Band(Decimal(0), Decimal("0.25")),
    Band(Decimal(400_000), Decimal("0.20")),
    Band(Decimal(4_000_000), Decimal("0.139")),
]
cents = st.decimals(min_value="0.01", max_value="99999999.99", places=2, allow_nan=False)
rates = st.decimals(min_value="0", max_value="0.4", places=4, allow_nan=False)
schedules = st.builds(
    lambda thresholds, rate: [
        Band(above, each) for above, each in zip(sorted({Decimal(0), *thresholds}), rate, strict=False)
    ],
    st.lists(st.decimals(min_value=1, max_value=5_000_000, places=0, allow_nan=False), max_size=3, unique=True),
    st.lists(rates, min_size=4, max_size=4),
)


@pytest.mark.parametrize(
    ("hammer", "paid"),
    [("1000", "1250.00"), ("400000", "500000.00"), ("500000", "620000.00"), ("5000000", "5959000.00")],
)
def test_each_bands_rate_applies_to_its_part_only(hammer, paid):
    assert with_premium(Decimal(hammer), BANDS) == Decimal(paid)


@given(hammer=cents, bands=schedules)
def test_there_and_back_is_exact(hammer, bands):
    assert hammer_from(with_premium(hammer, bands), bands) == hammer


@given(hammer=cents, bands=schedules)
def test_a_cent_more_on_the_hammer_costs_at_least_a_cent_more(hammer, bands):
    assert with_premium(hammer + Decimal("0.01"), bands) >= with_premium(hammer, bands) + Decimal("0.01")


def test_no_bands_no_premium():
    assert with_premium(Decimal("10.00"), []) == Decimal("10.00")


@pytest.mark.django_db
def test_the_schedule_in_force_on_the_day_is_taken():
    house = AuctionHouseFactory()
    for year, rate in ((2015, "0.25"), (2019, "0.26")):
        schedule = PremiumSchedule.objects.create(house=house, currency="EUR", valid_from=dt.date(year, 1, 1))
        PremiumBand.objects.create(schedule=schedule, above=0, rate=Decimal(rate))
    assert bands_on(house_id=house.pk, currency="EUR", on=dt.date(2018, 12, 31)) == [Band(Decimal(0), Decimal("0.25"))]
    assert bands_on(house_id=house.pk, currency="EUR", on=dt.date(2019, 1, 1)) == [Band(Decimal(0), Decimal("0.26"))]
    with pytest.raises(NoSchedule):
        bands_on(house_id=house.pk, currency="EUR", on=dt.date(2014, 1, 1))
