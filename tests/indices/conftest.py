"""A small market with works that come back, and an index of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from analysis.indices.models import IndexDefinition
from analysis.indices.services import compute
from artmarket.sales.models import AuctionHouse
from ml.reporter import SilentReporter
from tests.factories import ArtistFactory, ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory, offer_all

LEVELS = {2012: 0.0, 2013: 0.2, 2014: 0.4, 2015: 0.1, 2016: 0.3, 2017: 0.5}
NOT_SOLD: dict[str, Any] = {"price": None, "price_basis": "unknown", "outcome": "bought_in"}


def fill_market(house: AuctionHouse, seed: int = 5) -> list[Any]:
    """Forty works of four artists of two movements, each offered in most years; one in ten bought in."""
    random = np.random.default_rng(seed)
    artists = [ArtistFactory(movement="Tonalism" if number < 2 else "Cubism") for number in range(4)]
    works = [
        ArtworkFactory(
            artist=artists[number % 4], medium="oil" if number % 3 else "print", height_cm=side, width_cm=side
        )
        for number in range(40)
        for side in [Decimal(int(random.integers(30, 120)))]
    ]
    offered = []
    for year, level in LEVELS.items():
        for month in (3, 10):
            sale = SaleFactory(house=house, date=dt.date(year, month, 10), currency=house.currency)
            for number, place in enumerate(random.choice(40, size=18, replace=False)):
                value = 6 + 0.5 * (place % 4) + np.log(float(works[place].height_cm)) + level
                price = Decimal(int(np.exp(value + 0.1 * random.normal())))
                more = {"price": price} if random.random() > 0.1 else NOT_SOLD
                low = price * Decimal("0.9")
                lot = LotFactory.build(sale=sale, number=str(number), estimate_low=low, estimate_high=low * 2, **more)
                offered.append((lot, works[place]))
    offer_all(offered)
    return artists


@pytest.fixture
def house(db: None) -> AuctionHouse:
    return AuctionHouseFactory(currency="EUR", market="auction")


@pytest.fixture
def artists(house: AuctionHouse) -> list[Any]:
    return fill_market(house)


@pytest.fixture
def definition(artists: list[Any]) -> IndexDefinition:
    return IndexDefinition.objects.create(market="auction", currency="EUR", visibility="public")


@pytest.fixture
def computed(definition: IndexDefinition) -> IndexDefinition:
    compute(definition=definition, reporter=SilentReporter())
    return definition


@pytest.fixture
def private(world: Any, artists: list[Any]) -> IndexDefinition:
    """An index of the world's own organisation, computed."""
    made = IndexDefinition.objects.create(
        market="auction", currency="EUR", organisation=world.organisation, visibility="private"
    )
    compute(definition=made, reporter=SilentReporter())
    return made
