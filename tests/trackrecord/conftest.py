"""A measured market, a coming lot with a frozen estimate, and houses that estimate too low or too high."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from analysis.registry.models import ModelVersion
from analysis.trackrecord.freezing import digest
from analysis.trackrecord.models import BacktestRun, Forecast
from analysis.trackrecord.services import dots_of
from analysis.valuation.models import Valuation
from artmarket.sales.models import AuctionHouse, Lot
from ml.reporter import SilentReporter
from ml.valuation.backtesting import Report, walk_forward
from tests.factories import ArtistFactory, ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory
from tests.ml.test_valuation_backtesting import END, QUICK, START, WIDEST, market
from tests.valuation.conftest import _nothing_remembered, house, trained_files, version

__all__ = ["_nothing_remembered", "house", "trained_files", "version"]


@pytest.fixture(scope="session")
def walked() -> Report:
    """A walk through the made-up market, with few trees."""
    return walk_forward(market(), START, END, SilentReporter(), widest=WIDEST, settings=QUICK)


@pytest.fixture
def make_run(db: None, walked: Report) -> Callable[..., BacktestRun]:
    def make(**changes: Any) -> BacktestRun:
        regimes = ("walk_in", "catalogued", "estimated")
        facts = {
            "scope": "auction:EUR",
            "start": START,
            "end": END,
            "price_basis": "hammer",
            "data_fingerprint": "f" * 64,
            "code_version": "c" * 16,
            "report": walked.as_json(),
            "lots": walked.lots,
            "dots": {regime: dots_of(walked.lots, regime) for regime in regimes},
        }
        return BacktestRun.objects.create(**{**facts, **changes})

    return make


@pytest.fixture
def run(make_run: Callable[..., BacktestRun]) -> BacktestRun:
    return make_run()


def coming_lot(house: AuctionHouse | None = None, days: int = 20, **facts: Any) -> Lot:
    """A lot whose sale is ahead and whose result nobody knows."""
    house = house or AuctionHouseFactory()
    sale = SaleFactory(house=house, date=timezone.now().date() + dt.timedelta(days=days), **facts.pop("sale", {}))
    unknown = {"price": None, "price_basis": "unknown", "outcome": "unknown"}
    return LotFactory(sale=sale, **{**unknown, **facts})


def freeze_by_hand(lot: Lot, **changes: Any) -> Forecast:
    """A frozen estimate of 500 – 1,000 – 2,000 with a house's middle of 800, without a model behind it."""
    work = lot.artworks.get()
    model, _made = ModelVersion.objects.get_or_create(kind="valuation", scope="auction:EUR", name="Price model")
    valuation = Valuation.objects.create(
        artwork=work,
        lot=lot,
        model_version=model,
        effective_date=timezone.localdate(),
        currency="EUR",
        price_basis="hammer",
        low=500,
        middle=1000,
        high=2000,
        visibility=work.visibility,
        organisation=work.organisation,
        inputs_sha256=f"{Valuation.objects.count():064x}",
    )
    amounts = {
        "low_95": 250,
        "low_80": 500,
        "low_50": 700,
        "middle": 1000,
        "high_50": 1400,
        "high_80": 2000,
        "high_95": 4000,
    }
    content = {
        "lot": lot,
        "valuation": valuation,
        "made_at": timezone.now(),
        "sale_date": lot.sale_date,
        "scope": "auction:EUR",
        "currency": "EUR",
        "price_basis": "hammer",
        "regime": "estimated",
        **{name: Decimal(f"{amount}.00") for name, amount in amounts.items()},
        "lot_currency": lot.currency,
        "house_middle": Decimal("800.00"),
        "house_factor": 0.8,
        "inputs_sha256": "0" * 64,
        **changes,
    }
    return Forecast.objects.create(**content, content_sha256=digest({**content, "n": Forecast.objects.count()}))


@pytest.fixture
def forecast(db: None) -> Forecast:
    return freeze_by_hand(coming_lot())


def sell(lot: Lot, price: int | None, **changes: Any) -> None:
    """The result of a lot, as a house posts it: a hammer price, or bought in."""
    result = {"price": price, "price_basis": "hammer", "outcome": "sold"} if price else {"outcome": "bought_in"}
    Lot.objects.filter(pk=lot.pk).update(**{**result, **changes})


@pytest.fixture
def biased_houses(db: None) -> dict[str, AuctionHouse]:
    """Prices of *Low* lie 40 % over the middle of its estimates, those of *Fair* at it, in two departments."""
    random, houses = np.random.default_rng(6), {}
    artists = [ArtistFactory() for _artist in range(5)]
    for name, over in {"Low": 1.4, "Fair": 1.0}.items():
        houses[name] = AuctionHouseFactory(name=name, currency="EUR", market="auction")
        for number in range(8):
            title = ("Old masters", "Modern art")[number % 2]
            sale = SaleFactory(house=houses[name], title=f"{title} {2010 + number}", date=dt.date(2015 + number, 4, 1))
            for lot in range(8):
                work = ArtworkFactory(artist=artists[lot % 5])
                price = Decimal(round(1000 * over * float(np.exp(0.15 * random.normal()))))
                LotFactory(sale=sale, number=str(lot), artwork=work, price=price)
    return houses
