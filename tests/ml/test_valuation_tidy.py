"""Offers in a tidy file: what goes out comes in again, and what is bad is named by row, column and reason."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.valuation.__main__ import main
from ml.valuation.model import BANDS
from ml.valuation.offers import Offer
from ml.valuation.tidy import COLUMNS, BadOffer, read_offers, write_offers
from ml.valuation.versions import code_version, fingerprint
from tests.ml.test_valuation_model import market

OFFER = Offer(
    key=7,
    date=dt.date(2015, 5, 1),
    artist=3,
    medium="oil",
    height_cm=40.5,
    width_cm=30.0,
    is_signed=True,
    title="Le port, “matin”",
    house=1,
    estimate_low=500.0,
    price=812.5,
    sold=True,
)


@pytest.mark.parametrize("name", ["offers.csv", "offers.jsonl"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    offers = [OFFER, Offer(key=8, date=dt.date(2030, 1, 1)), *market(20)[10:]]
    assert write_offers(offers, tmp_path / name) == len(offers)
    assert read_offers(tmp_path / name) == offers


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("height_cm", "-4", "is not above 0"),
        ("price", "nan", "is not above 0"),
        ("estimate_high", "100", "is above the high estimate"),
        ("medium", "oyl", "is none of oil"),
        ("attribution", "by hand", "is none of by"),
        ("sold", "perhaps", "neither true nor false"),
        ("sold", "false", "not sold"),
        ("date", "1.5.2015", "no date"),
        ("date", "2031-01-01", "is to come"),
        ("date", "", "is missing"),
        ("artist", "Monet", "no whole number"),
        ("width_cm", "30 cm", "no number"),
        ("key", "6", "stands in row 2 too"),
    ],
)
def test_a_bad_value_is_named_by_row_column_and_reason(tmp_path: Path, column: str, value: str, reason: str) -> None:
    path = tmp_path / "offers.csv"
    write_offers([Offer(key=6, date=OFFER.date), OFFER], path)
    lines = path.read_text().splitlines()
    head, last = (
        lines[0].split(","),
        json.loads(json.dumps({**dict.fromkeys(COLUMNS, ""), **said(OFFER), column: value})),
    )
    path.write_text("\n".join([*lines[:2], ",".join(last[name] for name in head)]))
    with pytest.raises(BadOffer, match=reason) as found:
        read_offers(path, today=dt.date(2026, 1, 1))
    named = {"estimate_high": "estimate_low"}.get(column, "price" if reason == "not sold" else column)
    assert str(found.value).startswith(f"row 3, {named}: ")


def said(offer: Offer) -> dict[str, str]:
    return {
        name: str(value) for name, value in vars(offer).items() if value is not None and name not in ("vector", "title")
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("key,date,colour\n1,2015-01-01,red", "row 1, colour: is no column"),
        ("key\n1", "row 1, date: is missing"),
        ("key,date\n1,2015-01-01,3", "row 2, row: has more values"),
        ('{"key": 1, "date": "2015-01-01"}\n{"key": 2,', "row 2, row: is not JSON"),
        ('{"key": 1, "date": "2015-01-01", "price": "12 USD"}', "row 1, price: “12 USD” is no number"),
    ],
)
def test_a_bad_file_is_named_too(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "offers"
    path.write_text(text)
    with pytest.raises(BadOffer, match=reason):
        read_offers(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "offers.csv"
    path.write_bytes(b"key,date\n1,\xff\xfe")
    with pytest.raises(BadOffer, match="row 2, file: is not UTF-8"):
        read_offers(path)


def test_training_estimating_and_searching_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offers = [
        *market(420),
        Offer(key=9000, date=dt.date(2002, 1, 1), artist=3, medium="oil", height_cm=50, width_cm=50),
    ]
    path, folder = tmp_path / "offers.csv", tmp_path / "model"
    write_offers(offers, path)
    assert main(["train", str(path), str(folder), "--seed", "3"]) == 0
    card = json.loads((folder / "card.json").read_text())
    assert card["settings"]["seed"] == 3
    assert card["data"] == fingerprint(read_offers(path))
    assert card["code"] == code_version()
    assert card["walk_in"]["figures"]["n"] > 0
    capsys.readouterr()
    assert main(["estimate", str(path), str(folder)]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said.pop("key") == 9000
    assert list(said) == [name for name in BANDS if name in said]
    assert list(said.values()) == sorted(said.values())
    assert main(["search", str(path), "--years", "2001", "--trials", "2"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"loss"' in line]
    assert [trial["loss"] for trial in found] == sorted(trial["loss"] for trial in found)
    assert {} in [trial["changed"] for trial in found], "the settings as they are come with the others"
    assert main(["search", str(path), "--years", "1999"]) == 1
    assert "cannot be measured" in capsys.readouterr().err


def test_a_bad_file_is_one_line_and_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "offers.csv"
    path.write_text("key,date,price\n1,2015-01-01,-3\n")
    assert main(["train", str(path), str(tmp_path / "model")]) == 1
    assert capsys.readouterr().err == "row 2, price: -3 is not above 0\n"
    assert not (tmp_path / "model").exists()


def test_the_fingerprint_knows_any_fact_and_the_picture() -> None:
    seen = Offer(key=1, date=OFFER.date, vector=np.array([1.0, 0.0], np.float32))
    same = Offer(key=1, date=OFFER.date, vector=np.array([1.0, 0.0], np.float32))
    other = Offer(key=1, date=OFFER.date, vector=np.array([0.0, 1.0], np.float32))
    assert fingerprint([seen]) == fingerprint([same])
    assert len({fingerprint([each]) for each in (seen, other, OFFER)}) == 3


def test_a_backtest_from_a_file_scores_the_houses_on_the_same_lots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = [
        replace(each, estimate_low=(each.price or 900) * 0.7, estimate_high=(each.price or 900) * 1.4)
        for each in market(600)
    ]
    write_offers(offers, tmp_path / "offers.csv")
    year = offers[-1].date.year
    assert main(["backtest", str(tmp_path / "offers.csv"), "--from", f"{year}-01-01", "--to", f"{year + 1}-01-01"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["data"] == fingerprint(read_offers(tmp_path / "offers.csv"))
    assert [fold["start"] for fold in report["folds"]] == [f"{year}-01-01"]
    whole = report["cells"]["estimated"]["all"]["all"]["beside"]
    assert whole["model"]["n"] == whole["house"]["n"] > 0
