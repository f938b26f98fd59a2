"""A small market of one house with a trained model."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.registry.models import ModelVersion
from analysis.registry.queries import artefact_path
from analysis.registry.services import register_version
from analysis.valuation import estimating, known
from analysis.valuation.records import Scope
from analysis.valuation.training import train_scope
from artmarket.catalogue.models import Artwork
from artmarket.sales.models import AuctionHouse, Lot
from ml.reporter import SilentReporter
from tests.factories import ArtistFactory, ArtworkFactory, AuctionHouseFactory, LotFactory, SaleFactory, offer_all

SCOPE = Scope("auction", "EUR")
REGISTERED = ("kind", "scope", "name", "parameters", "figures", "card", "data_fingerprint")


@pytest.fixture(autouse=True)
def _nothing_remembered(settings: Any, tmp_path: Path) -> None:
    """Each test has its own models folder, and no market that another test left in memory."""
    settings.MODELS_DIR = tmp_path / "models"
    known.forget()
    estimating.loaded_model.cache_clear()


def fill_market(house: AuctionHouse, sales: int = 40, lots: int = 4) -> None:
    """A sale a month; the artist and the size make the price, one lot in eight is bought in."""
    random = np.random.default_rng(11)
    artists = [ArtistFactory() for _artist in range(4)]
    offered = []
    for month in range(sales):
        date = dt.date(2015, 1, 10) + dt.timedelta(days=30 * month)
        sale = SaleFactory(house=house, date=date, currency=house.currency)
        for number in range(lots):
            side = Decimal(int(random.integers(30, 150)))
            work = ArtworkFactory.build(artist=artists[number % 4], height_cm=side, width_cm=side)
            price = Decimal(int(500 * (number + 1) * float(side) / 50 * np.exp(0.3 * random.normal())))
            sold = bool(random.random() > 0.125)
            outcome = {"price": price} if sold else {"price": None, "price_basis": "", "outcome": "bought_in"}
            amounts = {"estimate_low": price * Decimal("0.8"), "estimate_high": price * Decimal("1.2")}
            offered.append((LotFactory.build(sale=sale, number=str(number), **amounts, **outcome), work))
    Artwork.objects.bulk_create(work for _lot, work in offered)
    offer_all(offered)


@pytest.fixture
def house(db: None) -> AuctionHouse:
    house = AuctionHouseFactory(currency="EUR", market="auction")
    fill_market(house)
    return house


@pytest.fixture(scope="session")
def trained_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trained")


@pytest.fixture
def version(house: AuctionHouse, trained_files: Path) -> ModelVersion:
    """Trained once for all tests: each has the same market but for its records' keys, which a model does not know."""
    known = trained_files / "known.json"
    if known.exists():
        kept = json.loads(known.read_text())
        return register_version(**kept, folder=trained_files / "model", make_active=True)
    version = train_scope(SCOPE, reporter=SilentReporter()).version
    shutil.copytree(artefact_path(version), trained_files / "model")
    known.write_text(json.dumps({name: getattr(version, name) for name in REGISTERED}))
    return version


@pytest.fixture
def lot(version: ModelVersion) -> Lot:
    """A late lot of the market."""
    return Lot.objects.select_related("sale__house").order_by("-sale_date", "-pk")[0]
