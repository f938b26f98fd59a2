"""A walk through a made-up market whose truth is known: what is learned from, who is compared with whom, what is told."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from ml.reporter import Cancelled, SilentReporter
from ml.valuation import figures
from ml.valuation.backtesting import TIERS, Report, house_factors, walk_forward, years
from ml.valuation.model import Settings
from ml.valuation.offers import Offer

QUICK = Settings(rounds=30, learning_rate=0.2)
WIDEST = {"cold": 1.5, "few": 2.0, "warm": 2.0}
START, END = dt.date(2016, 1, 1), dt.date(2018, 1, 1)


def market() -> list[Offer]:
    """Six hands, two houses; house 2 estimates 30 % too low; each tenth lot has no estimate, each ninth is bought in."""
    random, offers = np.random.default_rng(3), []
    for number in range(900):
        house, side = 1 + number % 2, float(random.uniform(20, 120))
        worth = 300 * (1 + number % 6) * side / 20
        middle = worth * float(np.exp(0.2 * random.normal())) * (0.7 if house == 2 else 1.0)
        sold = number % 9 != 0
        offers.append(
            Offer(
                key=number + 1,
                date=dt.date(2014, 1, 1) + dt.timedelta(days=round(number * 1.62)),
                artist=number % 6,
                medium="oil" if number % 4 else "print",
                height_cm=side,
                width_cm=side,
                house=house,
                estimate_low=None if number % 10 == 0 else middle * 0.8,
                estimate_high=None if number % 10 == 0 else middle * 1.2,
                price=worth * 1.25 * float(np.exp(0.2 * random.normal())) if sold else None,
                sold=sold,
            )
        )
    return offers


@pytest.fixture(scope="module")
def offers() -> list[Offer]:
    return market()


@pytest.fixture(scope="module")
def report(offers: list[Offer]) -> Report:
    return walk_forward(offers, START, END, SilentReporter(), widest=WIDEST, settings=QUICK)


def test_it_walks_calendar_year_by_calendar_year() -> None:
    walked = list(years(dt.date(2015, 6, 1), dt.date(2017, 3, 1)))
    assert [(first.isoformat(), last.isoformat()) for first, last in walked] == [
        ("2015-06-01", "2016-01-01"),
        ("2016-01-01", "2017-01-01"),
        ("2017-01-01", "2017-03-01"),
    ]


def test_each_year_says_what_was_offered_and_sold(offers: list[Offer], report: Report) -> None:
    for fold in report.folds:
        year = [offer for offer in offers if offer.date.year == fold.start.year]
        assert fold.offered == len(year)
        assert fold.sold == sum(1 for offer in year if offer.price)
        assert fold.bought_in == sum(1 for offer in year if offer.sold is False)
        assert not fold.skipped


def test_the_houses_own_estimates_are_scored_on_exactly_the_same_lots(report: Report) -> None:
    for regime in ("walk_in", "catalogued", "estimated"):
        whole = report.cells[regime]["all"]["all"]
        lots = [lot for lot in report.lots if lot["house_middle"] and lot[regime][3]]
        assert whole.beside is not None
        assert whole.beside["house"]["n"] == whole.beside["model"]["n"] == len(lots)
        true = np.log([lot["price"] for lot in lots])
        said = np.log([lot["house_middle"] for lot in lots])
        assert whole.beside["house"]["median_ape"] == pytest.approx(figures.median_ape(true, said), rel=1e-3)
        mine = np.log([lot[regime][3] for lot in lots])
        assert whole.beside["model"]["r2_log"] == pytest.approx(figures.r_squared(true, mine), rel=1e-3)


def test_a_house_is_calibrated_by_its_own_past_and_a_new_one_by_the_markets(offers: list[Offer]) -> None:
    past = [offer for offer in offers if offer.date < START]
    factors = house_factors(past)
    assert factors[1] == pytest.approx(1.25, rel=0.08)
    assert factors[2] == pytest.approx(1.25 / 0.7, rel=0.08)
    few = house_factors([*past, *(replace(offer, key=-offer.key, house=3) for offer in past[:20])])
    assert 3 not in few
    assert few[1] < few[None] < few[2]
    assert house_factors([replace(offer, estimate_low=None, estimate_high=None) for offer in past]) == {}


def test_the_walk_in_regime_answers_every_lot_and_the_estimated_one_those_with_an_estimate(report: Report) -> None:
    assert all(lot["walk_in"][3] for lot in report.lots)
    for lot in report.lots:
        assert (lot["estimated"][3] is None) == (lot["house_middle"] is None)


def test_groups_of_a_cut_share_the_lots_out(report: Report) -> None:
    for cuts in report.cells.values():
        whole = cuts["all"]["all"].model["n"]
        for groups in cuts.values():
            assert sum(group.model["n"] or 0 for group in groups.values()) == whole
    assert set(report.cells["walk_in"]["medium"]) == {"oil", "print"}
    assert set(report.cells["walk_in"]["house"]) == {"1", "2"}
    assert set(report.cells["walk_in"]["answer"]) == {"given", "withheld"}


def test_what_is_wider_than_its_stratum_allows_counts_as_withheld(report: Report) -> None:
    for regime, cuts in report.cells.items():
        told = [lot for lot in report.lots if lot[regime][3]]
        wide = [lot for lot in told if lot[regime][5] / lot[regime][1] > WIDEST[lot["artist"]]]
        withheld = cuts["answer"].get("withheld")
        assert (withheld.model["n"] if withheld else 0) == pytest.approx(len(wide), abs=1)


def test_tiers_are_quarters_of_each_year_by_the_walk_in_estimate(report: Report) -> None:
    for fold in report.folds:
        lots = [lot for lot in report.lots if lot["date"].startswith(str(fold.start.year))]
        for number, name in enumerate(TIERS):
            own = [lot["walk_in"][3] for lot in lots if lot["tier"] == name]
            assert len(own) == pytest.approx(len(lots) / 4, abs=1)
            assert number == 0 or min(own) >= fold.tiers[number - 1] * 0.9999
            assert number == 3 or max(own) <= fold.tiers[number] * 1.0001


def test_bands_do_not_cross(report: Report) -> None:
    for lot in report.lots:
        for regime in ("walk_in", "catalogued", "estimated"):
            known = [amount for amount in lot[regime] if amount is not None]
            assert known == sorted(known)


def test_a_year_learns_nothing_from_later_ones(offers: list[Offer], report: Report) -> None:
    changed = [replace(offer, price=1.0) if offer.price and offer.date.year == 2017 else offer for offer in offers]
    alone = walk_forward(changed, START, dt.date(2017, 1, 1), SilentReporter(), widest=WIDEST, settings=QUICK)
    assert alone.folds == report.folds[:1]
    assert alone.lots == [lot for lot in report.lots if lot["date"] < "2017"]


def test_years_that_cannot_be_learned_say_why(offers: list[Offer]) -> None:
    found = walk_forward(offers, dt.date(2013, 1, 1), dt.date(2014, 2, 1), SilentReporter())
    assert [bool(fold.skipped) for fold in found.folds] == [True, True]
    assert found.folds[0].skipped == "no sold lot"
    assert "too few" in found.folds[1].skipped
    assert (found.cells, found.lots) == ({}, [])


def test_the_report_is_json_without_nan(report: Report) -> None:
    text = json.dumps(report.as_json(), allow_nan=False)
    found = json.loads(text)
    assert found["folds"][0]["start"] == "2016-01-01"
    assert "lots" not in found
    json.dumps(report.lots, allow_nan=False)
    assert not any(math.isnan(lot["price"]) for lot in report.lots)


def test_it_stops_when_told() -> None:
    class Stop(SilentReporter):
        def should_stop(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        walk_forward(market(), START, END, Stop())
