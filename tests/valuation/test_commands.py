"""``train_valuation`` as a person runs it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analysis.registry.models import ModelVersion
from analysis.valuation.management.commands.train_valuation import Command
from analysis.valuation.records import Scope, gather
from analysis.valuation.training import TrainedScope
from artmarket.sales.models import AuctionHouse, Lot
from ml.valuation.tidy import read_offers
from ml.valuation.versions import code_version, fingerprint
from tests.factories import AuctionHouseFactory, LotFactory, SaleFactory

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_training_says_how_good_it_was_and_lets_the_model_answer(house: AuctionHouse) -> None:
    said = run("train_valuation")
    assert "auction:EUR walk_in: on " in said
    assert "auction:EUR estimated: on " in said
    assert "within the 80 % interval" in said
    version = ModelVersion.objects.get()
    assert (version.kind, version.scope, version.is_active) == ("valuation", "auction:EUR", True)
    assert version.figures["walk_in"]["n"] > 0
    assert version.card["seed"] == version.parameters["settings"]["seed"]
    assert version.card["code"] == version.code_version == code_version()
    assert version.data_fingerprint == fingerprint(gather(Scope("auction", "EUR")).offers)


def test_training_on_the_past_leaves_the_active_version(house: AuctionHouse) -> None:
    run("train_valuation")
    run("train_valuation", "--scope", "auction:EUR", "--before", "2017-06-01")
    active, earlier = ModelVersion.objects.order_by("pk")
    assert (active.is_active, earlier.is_active) == (True, False)
    assert earlier.card["last sale"] < "2017-06-01" < active.card["last sale"]


def test_a_market_with_too_few_sales_does_not_hold_the_others_up(house: AuctionHouse) -> None:
    books = SaleFactory(house=AuctionHouseFactory(market="dealer", currency="EUR"), currency="XTS")
    for number in range(61):
        LotFactory(sale=books, number=str(number))
    said = run("train_valuation")
    assert "auction:EUR walk_in" in said
    assert "dealer:EUR: 0 sold lots are too few" in said
    assert ModelVersion.objects.get().scope == "auction:EUR"


def test_private_sales_make_no_market(house: AuctionHouse, world) -> None:
    house.sales.update(visibility="private", organisation=world.organisation)
    assert "No market has enough sold lots" in run("train_valuation")
    assert not ModelVersion.objects.exists()


def test_an_empty_catalogue_is_said(db: None) -> None:
    assert "No market has enough sold lots" in run("train_valuation")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train_valuation", "--scope", "paintings"], "market:CURRENCY"),
        (["train_valuation", "--scope", "dealer:USD"], "0 sold lots are too few"),
    ],
)
def test_a_wrong_wish_is_one_sentence(house: AuctionHouse, words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*words)
    assert not ModelVersion.objects.exists()


def test_exported_offers_are_the_public_ones_that_models_learn_from(house: AuctionHouse, tmp_path: Path, world) -> None:
    hidden = house.sales.order_by("date").first()
    hidden.visibility, hidden.organisation = "private", world.organisation
    hidden.save()
    path = tmp_path / "offers.csv"
    said = run("export_offers", "--scope", "auction:EUR", str(path))
    offers = read_offers(path)
    assert said == f"{len(offers)} offers of auction:EUR, prices hammer\n"
    assert offers == gather(Scope("auction", "EUR")).offers
    assert not {offer.key for offer in offers} & set(Lot.objects.filter(sale=hidden).values_list("pk", flat=True))
    with pytest.raises(CommandError, match="market:CURRENCY"):
        run("export_offers", "--scope", "EUR", str(path))


def test_the_chance_of_sale_is_told_beside_the_regimes() -> None:
    version = ModelVersion(parameters={"regimes": ["walk_in"]})
    walk_in = {"n": 40.0, "median_ape": 0.2, "coverage": 0.8, "width": 3.0, "uses_pictures": False}
    command = Command(stdout=io.StringIO())
    command.report("auction:EUR", TrainedScope(version, {"walk_in": walk_in, "selling_walk_in": {"auc": 0.61}}, {}))
    said = command.stdout.getvalue()  # type: ignore[attr-defined]
    assert "auction:EUR walk_in: on 40 held-out sales median error 20.0%" in said
    assert "auction:EUR selling_walk_in: auc 0.61" in said
