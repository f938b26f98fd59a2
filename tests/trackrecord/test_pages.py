"""The public record and what stands behind it: who sees what, what an empty one says, how many queries a page costs."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.urls import reverse

from analysis.trackrecord.ledgers import keep_ledger
from analysis.trackrecord.models import BacktestRun, Forecast, Score
from analysis.trackrecord.scoring import score_forecasts
from artmarket.sales.models import Lot, Sale
from tests.factories import LotFactory
from tests.trackrecord.conftest import coming_lot, freeze_by_hand, sell
from tests.trackrecord.test_ledger import SCOPE, TODAY

pytestmark = pytest.mark.django_db


def page_of(client, name: str, *keys: int, **query: str) -> str:
    answer = client.get(reverse(f"trackrecord:{name}", args=keys), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_record_is_for_everyone_and_says_how_to_make_one(client) -> None:
    page = page_of(client, "record")
    assert "Nothing has been measured yet" in page
    assert "manage.py backtest" in page


def test_strangers_read_figures_charts_and_what_they_mean_but_no_lot(client, run: BacktestRun, walked) -> None:
    page = page_of(client, "record")
    for words in (
        "Walk-in",
        "The houses&#x27; own estimate, same lots",
        "COD",
        "PRD",
        "By price tier",
        "What it means",
    ):
        assert words in page, words
    whole = walked.cells["estimated"]["all"]["all"]
    assert f"{whole.model['r2_log']:.3f}" in page
    assert f"{whole.beside['house']['cod']:.0f}" in page
    assert page.count('data-chart="') == 5
    assert "lots.csv" not in page
    assert "No estimate of a coming lot has been frozen yet" in page


def test_charts_promise_and_keep(client, run: BacktestRun, walked) -> None:
    answer = client.get(reverse("trackrecord:record"))
    drawn = {chart["title"]: chart for _id, _kind, chart in answer.context["charts"]}
    kept = drawn["Promised and kept"]["series"]
    assert kept[0]["points"] == [[50, 50], [80, 80], [95, 95]]
    coverage = walked.cells["walk_in"]["all"]["all"].model["coverage_80"]
    assert dict(map(tuple, kept[1]["points"]))[80] == pytest.approx(100 * coverage, abs=0.01)
    dots = drawn["Price by estimate: Estimated"]["series"][0]["points"]
    assert 0 < len(dots) <= 400
    assert all(len(dot) == 2 for dot in dots)
    tiers = drawn["Median error by price tier: Estimated"]["series"]
    assert [point[0].split()[0] for point in tiers[0]["points"]] == ["lowest", "second", "third", "highest"]
    assert [series["name"] for series in kept[1:]] == ["Walk-in", "Catalogued", "Estimated"]
    assert [len(series["points"]) for series in tiers] == [4, 4]
    assert [point[0] for point in drawn["Estimate over price, median by year"]["series"][0]["points"]] == [2016, 2017]


def test_the_report_can_be_taken_away_by_everyone(client, run: BacktestRun) -> None:
    told = client.get(reverse("trackrecord:run-json", args=[run.pk]))
    assert "attachment" in told["Content-Disposition"]
    assert json.loads(told.content)["report"]["cells"]["walk_in"]["all"]["all"]["model"]["n"] > 0
    assert "lots" not in json.loads(told.content)
    rows = list(
        csv.DictReader(io.StringIO(client.get(reverse("trackrecord:run-figures", args=[run.pk])).content.decode()))
    )
    assert {"walk_in", "catalogued", "estimated"} == {row["regime"] for row in rows}
    assert {"model", "house on estimated lots", "model on estimated lots"} == {row["who"] for row in rows}


def test_each_lots_estimates_are_for_people_and_only_of_lots_still_public(
    client, as_user, world, make_run, walked
) -> None:
    lots = [LotFactory(), LotFactory(), LotFactory()]
    told = [{**row, "lot": lot.pk} for row, lot in zip(walked.lots, lots, strict=False)]
    run = make_run(lots=told)
    address = reverse("trackrecord:run-lots", args=[run.pk])
    assert client.get(address).status_code == 302
    assert len(as_user(world.outsider).get(address).content.decode().splitlines()) == 4
    Sale.objects.filter(pk=lots[0].sale_id).update(visibility="private", organisation=world.organisation)
    shown = as_user(world.member).get(address).content.decode()
    assert [int(row["lot"]) for row in csv.DictReader(io.StringIO(shown))] == [lots[1].pk, lots[2].pk]


def test_an_earlier_run_keeps_its_address_and_markets_are_told_apart(client, make_run) -> None:
    first, second = make_run(), make_run(code_version="4ef0later")
    invented = make_run(scope="invented:EUR")
    assert page_of(client, "record").count("4ef0later") == 1
    assert first.get_absolute_url() in page_of(client, "record")
    assert "4ef0later" not in page_of(client, "run-detail", first.pk)
    assert client.get(reverse("trackrecord:record"), {"scope": "invented:EUR"}).context["run"] == invented
    assert client.get(reverse("trackrecord:record"), {"scope": "no such"}).context["run"] == second
    assert client.get(reverse("trackrecord:run-detail", args=[10**9])).status_code == 404


def test_frozen_estimates_are_scored_in_public_without_names(client, run: BacktestRun, forecast: Forecast) -> None:
    sell(forecast.lot, 1600)
    score_forecasts()
    page = page_of(client, "record")
    assert "Frozen estimates" in page
    assert "37.5" in page
    assert str(forecast.valuation.artwork) not in page


MEMBERS_ONLY = ("forecast-list", "forecast-detail", "ledger", "house-ledger", "house-panel", "lot-panel")


@pytest.mark.parametrize("name", MEMBERS_ONLY)
def test_strangers_see_no_lot_and_no_house(client, forecast: Forecast, name: str) -> None:
    keys = {"forecast-detail": [forecast.pk], "lot-panel": [forecast.lot_id]}
    keys |= {key: [forecast.lot.sale.house_id] for key in ("house-ledger", "house-panel")}
    assert client.get(reverse(f"trackrecord:{name}", args=keys.get(name, []))).status_code == 302


def test_what_still_waits_is_listed_while_nothing_is_scored_and_not_called_missed(as_user, world, forecast) -> None:
    text = as_user(world.member).get(reverse("trackrecord:forecast-list")).content.decode()
    assert forecast.get_absolute_url() in text
    assert "<td>no</td>" not in text


def test_a_frozen_estimate_is_seen_by_those_who_see_its_lot(as_user, world, forecast: Forecast) -> None:
    address = forecast.get_absolute_url()
    assert as_user(world.outsider).get(address).status_code == 200
    Sale.objects.update(visibility="private", organisation=world.organisation)
    for person, status in ((world.outsider, 404), (world.member, 200), (world.owner, 200), (world.staff, 200)):
        assert as_user(person).get(address).status_code == status, person
        listed = as_user(person).get(reverse("trackrecord:forecast-list"), {"state": "waiting"}).content.decode()
        assert (address in listed) is (status == 200), person
        panel = as_user(person).get(reverse("trackrecord:lot-panel", args=[forecast.lot_id]))
        assert panel.status_code == status, person
    assert Forecast.objects.count() == 1
    assert not Score.objects.exists()


def test_a_frozen_estimate_shows_what_was_said_and_how_it_did(as_user, world, forecast: Forecast) -> None:
    page = page_of(as_user(world.member), "forecast-detail", forecast.pk)
    assert "EUR\xa01,000" in page
    assert forecast.content_sha256 in page
    assert "Not scored" in page
    sell(forecast.lot, 1600)
    score_forecasts()
    page = page_of(as_user(world.member), "forecast-detail", forecast.pk)
    assert "−38\xa0%" in page
    assert "−50\xa0%" in page
    assert "no, yes, yes" in page


def test_the_ledger_names_houses_departments_and_artists(as_user, world, biased_houses) -> None:
    reader = as_user(world.outsider)
    assert "manage.py house_ledger" in page_of(reader, "ledger")
    assert "Too few of its lots" in page_of(reader, "house-panel", biased_houses["Low"].pk)
    keep_ledger(scope=SCOPE, before=TODAY)
    page = page_of(reader, "ledger")
    assert page.index("Low") < page.index("Fair"), "who estimates lowest comes first"
    assert "estimates too low" in page
    assert "14 pairs of years" in page
    for name in ("house-ledger", "house-panel"):
        page = page_of(reader, name, biased_houses["Low"].pk)
        assert "old masters" in page
        assert "Anna Painter" in page


def test_a_coming_lots_panel_flags_it(as_user, world, biased_houses) -> None:
    keep_ledger(scope=SCOPE, before=TODAY)
    reader = as_user(world.outsider)
    low, fair = (coming_lot(biased_houses[name], sale={"title": "Old masters 2031"}) for name in ("Low", "Fair"))
    assert "This estimate is probably low" in page_of(reader, "lot-panel", low.pk)
    assert "Nothing sure is known against this estimate" in page_of(reader, "lot-panel", fair.pk)
    Lot.objects.update(price_basis="with_premium")
    keep_ledger(scope=SCOPE, before=TODAY)
    assert "beyond the market&#x27;s usual factor" in page_of(reader, "lot-panel", low.pk).replace("'", "&#x27;")
    Lot.objects.filter(pk=low.pk).update(estimate_low=None, estimate_high=None)
    assert "Nothing was frozen before this sale" in page_of(reader, "lot-panel", low.pk)


def test_private_artists_of_others_are_not_named_in_the_ledger(as_user, world, biased_houses) -> None:
    keep_ledger(scope=SCOPE, before=TODAY)
    artist = biased_houses["Low"].ledger_entries.filter(level="artist").first().artist
    type(artist).objects.filter(pk=artist.pk).update(visibility="private", organisation=world.organisation)
    assert artist.name not in page_of(as_user(world.outsider), "house-ledger", biased_houses["Low"].pk)
    assert artist.name in page_of(as_user(world.member), "house-ledger", biased_houses["Low"].pk)


@pytest.mark.parametrize("name", ["record", "forecast-list", "ledger"])
def test_more_rows_cost_no_more_queries(
    as_user, world, run, biased_houses, django_assert_max_num_queries, name: str
) -> None:
    keep_ledger(scope=SCOPE, before=TODAY)
    for number in range(6):
        lot = coming_lot(days=10 + number)
        freeze_by_hand(lot)
        sell(lot, 900 + number)
    score_forecasts()
    reader = as_user(world.member)
    with django_assert_max_num_queries(16):
        page_of(reader, name)


def test_the_navigation_leads_here(as_user, world) -> None:
    page = page_of(as_user(world.member), "record")
    assert f'<a href="{reverse("trackrecord:record")}" aria-current="page">' in page
