"""``manage.py backtest``: walks, prints, writes files, and keeps what it found for good."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from analysis.trackrecord.models import BacktestRun
from artmarket.sales.models import AuctionHouse, Lot
from ml.valuation.versions import code_version

pytestmark = pytest.mark.django_db


def call(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def no_constants(word: str) -> None:
    pytest.fail(f"not JSON: {word}")


def test_a_backtest_walks_year_by_year_beside_the_house_and_is_kept(house: AuctionHouse, tmp_path: Path) -> None:
    said = call("backtest", "--from", "2017-01-01", "--to", "2019-01-01", "--out", str(tmp_path))
    kept = BacktestRun.objects.get()
    assert (kept.scope, kept.start, kept.end) == ("auction:EUR", dt.date(2017, 1, 1), dt.date(2019, 1, 1))
    assert (kept.code_version, len(kept.data_fingerprint)) == (code_version(), 64)
    assert kept.parameters["settings"]["seed"] == 7
    assert [fold["start"] for fold in kept.report["folds"]] == ["2017-01-01", "2018-01-01"]
    for fold in kept.report["folds"]:
        assert set(fold["cells"]) == {"walk_in", "catalogued", "estimated"}
        whole = fold["cells"]["estimated"]["all"]["all"]
        assert whole["beside"]["house"]["n"] == whole["beside"]["model"]["n"] == whole["model"]["n"]
    for words in ("2017-01-01 walk_in", "house", "all years", "COD", "PRB", "in 95", kept.get_absolute_url()):
        assert words in said
    assert json.loads((tmp_path / "report.json").read_text(), parse_constant=no_constants)["id"] == kept.pk
    rows = list(csv.DictReader((tmp_path / "lots.csv").open()))
    assert len(rows) == len(kept.lots) == sum(fold["sold"] for fold in kept.report["folds"])
    assert float(rows[0]["walk_in_low_80"]) <= float(rows[0]["walk_in_middle"]) <= float(rows[0]["walk_in_high_80"])


def test_it_learns_nothing_from_what_came_later_and_a_second_walk_is_a_second_record(house: AuctionHouse) -> None:
    asked = ("backtest", "--from", "2017-01-01", "--to", "2018-01-01", "--json")
    before = json.loads(call(*asked))
    Lot.objects.filter(sale_date__gte="2018-01-01", price__isnull=False).update(price=1)
    after = json.loads(call(*asked))
    assert after["report"] == before["report"]
    assert after["data_fingerprint"] == before["data_fingerprint"]
    assert after["id"] != before["id"]


def test_a_year_that_cannot_be_learned_says_so(house: AuctionHouse) -> None:
    said = call("backtest", "--from", "2014-06-01", "--to", "2016-01-01", "--json")
    found = json.loads(said, parse_constant=no_constants)["report"]
    assert [bool(fold["skipped"]) for fold in found["folds"]] == [True, True]
    assert "too few" in call("backtest", "--from", "2014-06-01", "--to", "2016-01-01")


def test_one_sale_has_no_r2_and_the_json_is_json(house: AuctionHouse) -> None:
    Lot.objects.filter(sale_date__gte="2018-01-01").exclude(number="3").update(price=None, outcome="bought_in")
    day = Lot.objects.filter(sale_date__gte="2018-01-01", price__isnull=False).order_by("sale_date")[0].sale_date
    asked = ("backtest", "--from", day.isoformat(), "--to", (day + dt.timedelta(days=1)).isoformat())
    fold = json.loads(call(*asked, "--json"), parse_constant=no_constants)["report"]["folds"][0]
    assert fold["sold"] == 1
    assert fold["cells"]["walk_in"]["all"]["all"]["model"]["r2_log"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "2017-01-01", "--to", "2017-01-01"], "must lie before"),
        (["--from", "2016-01-01", "--to", "2017-01-01", "--scope", "x"], "market:CURRENCY"),
    ],
)
def test_a_wrong_wish_is_one_sentence(db: None, words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call("backtest", *words)
    assert not BacktestRun.objects.exists()


def test_an_empty_catalogue_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="No market has enough"):
        call("backtest", "--from", "2016-01-01", "--to", "2017-01-01")


def test_a_kept_run_cannot_be_changed_by_anybody(run: BacktestRun) -> None:
    for change in ({"report": {}}, {"start": dt.date(2001, 1, 1)}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            BacktestRun.objects.filter(pk=run.pk).update(**change)
    run.refresh_from_db()
    assert run.report["folds"]


def test_a_walk_that_ends_before_it_begins_is_refused_by_the_database(make_run) -> None:
    with pytest.raises(IntegrityError, match="trackrecord_backtest_dates"):
        make_run(end=dt.date(2000, 1, 1))
