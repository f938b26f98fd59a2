"""The record over the API: who may read what; nobody may write."""

from __future__ import annotations

import pytest

from analysis.trackrecord.ledgers import keep_ledger
from analysis.trackrecord.models import BacktestRun, Forecast
from analysis.trackrecord.scoring import score_forecasts
from artmarket.sales.models import Sale
from tests.trackrecord.conftest import coming_lot, freeze_by_hand, sell
from tests.trackrecord.test_ledger import SCOPE, TODAY

pytestmark = pytest.mark.django_db
LISTS = ("track-record", "forecasts", "house-ledger")


def path(name: str, pk: int | str = "") -> str:
    return f"/api/v1/{name}/{f'{pk}/' if pk else ''}"


@pytest.mark.parametrize("name", LISTS)
def test_strangers_are_asked_who_they_are_and_nobody_may_write(client, as_user, world, forecast, name: str) -> None:
    assert client.get(path(name)).status_code == 401
    for person in (world.outsider, world.member, world.owner, world.staff):
        assert as_user(person).get(path(name)).status_code == 200
        answer = as_user(person).post(path(name), {}, content_type="application/json")
        assert answer.status_code == 405
    assert Forecast.objects.count() == 1


def test_a_run_is_listed_lean_and_read_whole(as_user, world, run: BacktestRun) -> None:
    reader = as_user(world.outsider)
    listed = reader.get(path("track-record")).json()["results"]
    assert [each["scope"] for each in listed] == ["auction:EUR"]
    assert "report" not in listed[0]
    whole = reader.get(path("track-record", run.pk)).json()
    assert whole["report"]["cells"]["walk_in"]["all"]["all"]["model"]["n"] > 0
    assert "lots" not in whole


def test_forecasts_are_seen_by_those_who_see_the_lot(as_user, world, forecast: Forecast) -> None:
    address = path("forecasts", forecast.pk)
    told = as_user(world.outsider).get(address).json()
    assert (told["middle"], told["house_middle"]) == (
        {"amount": "1000.00", "currency": "EUR"},
        {"amount": "800.00", "currency": "EUR"},
    )
    assert told["score"] is None
    Sale.objects.update(visibility="private", organisation=world.organisation)
    assert as_user(world.outsider).get(address).status_code == 404
    assert as_user(world.outsider).get(path("forecasts")).json()["results"] == []
    assert as_user(world.member).get(address).status_code == 200


def test_a_scored_forecast_tells_its_errors_and_a_coming_one_its_flag(as_user, world, forecast: Forecast) -> None:
    flagged = freeze_by_hand(coming_lot(), bias=0.3, bias_low=0.1, bias_high=0.5)
    sell(forecast.lot, 1000)
    score_forecasts()
    reader = as_user(world.member)
    scored = reader.get(path("forecasts"), {"state": "scored"}).json()["results"]
    assert [(each["id"], each["score"]["log_error"]) for each in scored] == [(forecast.pk, 0.0)]
    waiting = reader.get(path("forecasts"), {"lot": flagged.lot_id}).json()["results"]
    assert waiting[0]["house_bias"] == {"bias": 0.3, "low": 0.1, "high": 0.5, "is_off": True}
    assert reader.get(path("forecasts"), {"lot": "x"}).status_code == 400


def test_the_latest_ledger_is_told_by_house_and_level(as_user, world, biased_houses) -> None:
    keep_ledger(scope=SCOPE, before=TODAY.replace(year=2023))
    latest = keep_ledger(scope=SCOPE, before=TODAY)
    asked = {"level": "house", "house": biased_houses["Low"].pk}
    rows = as_user(world.outsider).get(path("house-ledger"), asked).json()["results"]
    assert [(row["ledger"], row["before"], row["is_off"]) for row in rows] == [(latest.pk, "2024-01-01", True)]


@pytest.mark.parametrize("name", LISTS)
def test_more_rows_cost_no_more_queries(
    as_user, world, run, biased_houses, django_assert_max_num_queries, name
) -> None:
    keep_ledger(scope=SCOPE, before=TODAY)
    for number in range(5):
        freeze_by_hand(coming_lot(days=9 + number))
    reader = as_user(world.member)
    with django_assert_max_num_queries(8):
        assert reader.get(path(name)).status_code == 200
