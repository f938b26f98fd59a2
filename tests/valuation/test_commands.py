"""``train_valuation`` and ``backtest`` as a person runs them."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command

from analysis.registry.models import ModelVersion
from artmarket.sales.models import AuctionHouse, Lot
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
    with pytest.raises(CommandError, match="No market has enough"):
        run("backtest", "--from", "2016-01-01", "--to", "2017-01-01")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train_valuation", "--scope", "paintings"], "market:CURRENCY"),
        (["train_valuation", "--scope", "dealer:USD"], "0 sold lots are too few"),
        (["backtest", "--from", "2017-01-01", "--to", "2017-01-01"], "must lie before"),
        (["backtest", "--from", "2016-01-01", "--to", "2017-01-01", "--scope", "x"], "market:CURRENCY"),
    ],
)
def test_a_wrong_wish_is_one_sentence(house: AuctionHouse, words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*words)
    assert not ModelVersion.objects.exists()


def test_a_backtest_walks_year_by_year_beside_the_house(house: AuctionHouse) -> None:
    found = json.loads(run("backtest", "--from", "2017-01-01", "--to", "2019-01-01", "--json"))
    assert [fold["start"] for fold in found["folds"]] == ["2017-01-01", "2018-01-01"]
    for fold in found["folds"]:
        assert set(fold["regimes"]) == {"walk_in", "catalogued", "estimated"}
        for figures in fold["regimes"].values():
            assert {"n", "r2_log", "median_ape", "coverage", "width", "cod", "warm_coverage"} <= set(figures)
        assert fold["house"]["n"] == fold["regimes"]["estimated"]["n"]
    table = run("backtest", "--from", "2017-01-01", "--to", "2018-01-01")
    assert "2017-01-01 walk_in" in table
    assert "house" in table


def test_a_backtest_learns_nothing_from_what_came_later(house: AuctionHouse) -> None:
    asked = ("backtest", "--from", "2017-01-01", "--to", "2018-01-01", "--json")
    before = run(*asked)
    Lot.objects.filter(sale_date__gte="2018-01-01", price__isnull=False).update(price=1)
    assert run(*asked) == before


def test_a_backtest_of_a_year_that_cannot_be_learned_says_so_in_json(house: AuctionHouse) -> None:
    said = run("backtest", "--from", "2014-06-01", "--to", "2016-01-01", "--json")
    found = json.loads(said, parse_constant=lambda word: pytest.fail(f"not JSON: {word}"))
    assert [bool(fold["skipped"]) for fold in found["folds"]] == [True, True]


def test_one_sale_has_no_r2_and_the_json_is_json(house: AuctionHouse) -> None:
    Lot.objects.filter(sale_date__gte="2018-01-01").exclude(number="3").update(price=None, outcome="bought_in")
    day = Lot.objects.filter(sale_date__gte="2018-01-01", price__isnull=False).order_by("sale_date")[0].sale_date
    asked = ("backtest", "--from", day.isoformat(), "--to", (day + dt.timedelta(days=1)).isoformat())
    found = json.loads(run(*asked, "--json"), parse_constant=lambda word: pytest.fail(f"not JSON: {word}"))
    assert found["folds"][0]["sold"] == 1
    assert found["folds"][0]["regimes"]["walk_in"]["r2_log"] is None
    assert f"{day} walk_in" in run(*asked)
