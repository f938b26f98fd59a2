"""The house's estimate is drawn on the estimate's own price basis, or says that it is not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from analysis.registry.models import ModelVersion
from analysis.valuation.charts import interval_chart
from analysis.valuation.models import Valuation
from artmarket.sales.models import Lot, PremiumBand, PremiumSchedule
from tests.factories import ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot() -> Lot:
    sale = SaleFactory(house=AuctionHouseFactory(currency="EUR"), date=dt.date(2020, 5, 1), currency="EUR")
    amounts = {"estimate_low": Decimal(1000), "estimate_high": Decimal(2000), "opening_bid": Decimal(800)}
    return LotFactory(sale=sale, artwork=ArtworkFactory(), **amounts)


def estimate_of(lot: Lot, basis: str) -> Valuation:
    amounts = {"low": Decimal(900), "middle": Decimal(1500), "high": Decimal(2500)}
    return Valuation(lot=lot, currency="EUR", price_basis=basis, level=Decimal("0.8"), **amounts)


def house_points(valuation: Valuation) -> list[list[object]]:
    return interval_chart(valuation)["series"][0]["points"][1:]


def test_beside_hammer_prices_it_stands_as_printed(lot: Lot) -> None:
    assert house_points(estimate_of(lot, "hammer")) == [
        ["The house's estimate", 1500.0, 1000.0, 2000.0],
        ["Opening bid", 800.0, 800.0, 800.0],
    ]


def test_beside_prices_with_premium_the_schedule_of_the_day_is_added(lot: Lot) -> None:
    schedule = PremiumSchedule.objects.create(house=lot.sale.house, currency="EUR", valid_from=dt.date(2019, 1, 1))
    PremiumBand.objects.create(schedule=schedule, above=Decimal(0), rate=Decimal("0.25"))
    assert house_points(estimate_of(lot, "with_premium")) == [
        ["The house's estimate, with premium", 1875.0, 1250.0, 2500.0],
        ["Opening bid, with premium", 1000.0, 1000.0, 1000.0],
    ]


@pytest.mark.parametrize("basis", ["with_premium", "unknown"])
def test_what_cannot_be_converted_says_that_it_is_without_premium(lot: Lot, basis: str) -> None:
    assert [name for name, *_amounts in house_points(estimate_of(lot, basis))] == [
        "The house's estimate, without premium",
        "Opening bid, without premium",
    ]


@pytest.mark.parametrize("missing", ["low", "middle", "high"])
def test_an_estimate_with_an_end_missing_is_refused(lot: Lot, missing: str) -> None:
    version = ModelVersion.objects.create(kind="valuation", scope="auction:EUR", name="m")
    valuation = estimate_of(lot, "hammer")
    valuation.artwork, valuation.model_version = lot.artworks.get(), version
    valuation.effective_date, valuation.inputs_sha256 = dt.date(2020, 5, 1), "0" * 64
    setattr(valuation, missing, None)
    with pytest.raises(IntegrityError, match="valuation_interval_or_reason"), transaction.atomic():
        valuation.save()
