"""Amounts come to a model on one basis and in one currency, in the order in which the house reckons."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from analysis.valuation.records import Scope, gather
from artmarket.sales.models import FxRate, PremiumBand, PremiumSchedule
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

DATE = dt.date(2020, 5, 1)


@pytest.mark.django_db
def test_premium_comes_off_in_the_lots_own_currency_before_the_exchange() -> None:
    house = AuctionHouseFactory(currency="EUR", market="auction")
    FxRate.objects.create(base="EUR", quote="USD", date=DATE, rate=Decimal(2), source="test")
    schedule = PremiumSchedule.objects.create(house=house, currency="USD", valid_from=DATE)
    PremiumBand.objects.create(schedule=schedule, above=Decimal(0), rate=Decimal("0.25"))
    PremiumBand.objects.create(schedule=schedule, above=Decimal(1000), rate=Decimal("0.10"))
    sale = SaleFactory(house=house, date=DATE, currency="USD")
    LotFactory(
        sale=sale,
        artwork=ArtworkFactory(),
        currency="USD",
        price=Decimal(2350),
        price_basis="with_premium",
        outcome="sold",
    )
    gathered = gather(Scope("auction", "EUR"), basis="hammer")
    assert not gathered.left_out
    assert [offer.price for offer in gathered.offers] == [1000.0]
