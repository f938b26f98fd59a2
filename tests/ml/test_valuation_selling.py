"""The chance of sale falls with the reserve, is calibrated on lots whose true bids are known, and knows burned works."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.reporter import Cancelled, SilentReporter
from ml.valuation.burned import BURNED, with_burned, with_burned_of, years_since_bought_in
from ml.valuation.features import FeatureTable, ask, build, remember
from ml.valuation.offers import Offer
from ml.valuation.selling import (
    SellingModel,
    TooFewUnsold,
    TrainedSelling,
    figures_of,
    outcomes_of,
    train_selling,
)

NOISE = 0.3


def auctions(count: int, *, seed: int = 5) -> tuple[list[Offer], np.ndarray]:
    """A lot a day with a true highest bid; sold at it where it reaches the low estimate. Returns the log bids too."""
    random = np.random.default_rng(seed)
    fame = np.random.default_rng(1).normal(8.0, 1.0, 12)
    offers, bids = [], []
    for key in range(count):
        artist = int(random.integers(12))
        estimate = fame[artist] + 0.4 * random.normal()
        # Houses are too hopeful for every third artist: that is what history can tell.
        bid = estimate + 0.3 - 0.45 * (artist % 3 == 0) + NOISE * random.logistic() / 1.8
        sold = bid >= estimate
        offers.append(
            Offer(
                key=key + 1,
                date=dt.date(2001, 1, 1) + dt.timedelta(days=key),
                artist=artist,
                medium="oil",
                height_cm=50.0,
                width_cm=60.0,
                house=1,
                title=f"Work {chr(97 + key % 26)}{chr(97 + key // 26 % 26)}{chr(97 + key // 676)}",
                estimate_low=math.exp(estimate),
                estimate_high=math.exp(estimate + 0.4),
                price=math.exp(bid) if sold else None,
                sold=bool(sold),
            )
        )
        bids.append(bid)
    return offers, np.array(bids)


def hammers(offers: list[Offer]) -> np.ndarray:
    return np.array([offer.log_price for offer in offers])


@pytest.fixture(scope="module")
def trained() -> TrainedSelling:
    offers, _bids = auctions(2600)
    return train_selling(offers[:2000], build(offers[:2000]), hammers(offers[:2000]), regime="estimated")


@pytest.fixture(scope="module")
def later() -> tuple[list[Offer], FeatureTable, np.ndarray]:
    offers, bids = auctions(2600)
    rows = list(range(2000, 2600))
    return offers[2000:], with_burned(build(offers), offers).rows(rows), bids[2000:]


def test_the_curve_holds_where_no_lot_tells_it(
    trained: TrainedSelling, later: tuple[list[Offer], FeatureTable, np.ndarray]
) -> None:
    """Of lots bought in only an upper bound was told; the true bids, which no lot told, agree with the curve below it."""
    offers, table, bids = later
    low = np.array([math.log(offer.estimate_low or 1) for offer in offers])
    for times in (0.8, 0.9, 1.0, 1.3, 2.0):
        said = trained.model.chances(table, low + math.log(times)).mean()
        assert said == pytest.approx((bids >= low + math.log(times)).mean(), abs=0.06), times


def test_it_tells_lots_apart_better_than_the_usual_share(
    trained: TrainedSelling, later: tuple[list[Offer], FeatureTable, np.ndarray]
) -> None:
    offers, table, _bids = later
    rows = outcomes_of(offers, table, hammers(offers))
    figures = figures_of(trained.model, rows, rows.sold)
    assert figures["auc"] > 0.6
    assert figures["brier"] < figures["brier_constant"]
    assert [abs(said - seen) < 0.2 for said, seen in figures["reliability"]] == [True] * 5
    assert set(trained.figures) == set(figures)


@settings(max_examples=60, deadline=None)
@given(first=st.floats(0.01, 1e9), second=st.floats(0.01, 1e9), row=st.integers(0, 599))
def test_a_higher_reserve_never_raises_the_chance_nor_lowers_the_price(
    trained: TrainedSelling, later: tuple[list[Offer], FeatureTable, np.ndarray], first: float, second: float, row: int
) -> None:
    table = later[1].rows([row, row])
    reserves = np.log(sorted([first, second]))
    low, high = trained.model.chances(table, reserves)
    assert 0 <= high <= low <= 1
    cheap, dear = trained.model.expected_hammer(table, reserves)
    assert dear >= cheap * (1 - 1e-9)
    assert dear >= math.exp(reserves[1]) * (1 - 1e-9)


def test_half_the_chances_lie_at_the_centre(
    trained: TrainedSelling, later: tuple[list[Offer], FeatureTable, np.ndarray]
) -> None:
    table = later[1]
    assert trained.model.chances(table, trained.model.centres(table)) == pytest.approx(0.5)


def test_it_is_the_same_after_saving(
    trained: TrainedSelling, later: tuple[list[Offer], FeatureTable, np.ndarray], tmp_path: Path
) -> None:
    trained.model.save(tmp_path)
    again = SellingModel.load(tmp_path)
    reserves = np.full(len(later[0]), 8.0)
    assert again.chances(later[1], reserves) == pytest.approx(trained.model.chances(later[1], reserves))
    assert {file.suffix for file in tmp_path.iterdir()} == {".txt", ".json"}


def test_sold_lots_without_a_hammer_price_still_teach() -> None:
    offers, _bids = auctions(700)
    unknown = hammers(offers)
    unknown[::2] = np.nan
    found = train_selling(offers, build(offers), unknown, regime="walk_in")
    assert math.isfinite(found.figures["auc"])


def test_too_few_unsold_lots_are_said() -> None:
    offers = [replace(offer, sold=True, price=offer.price or 100.0) for offer in auctions(400)[0]]
    with pytest.raises(TooFewUnsold, match="400 lots with a known outcome, 0 of them unsold"):
        train_selling(offers, build(offers), hammers(offers), regime="estimated")


def test_it_stops_when_told() -> None:
    class Stop(SilentReporter):
        def should_stop(self) -> bool:
            return True

    offers, _bids = auctions(400)
    with pytest.raises(Cancelled):
        train_selling(offers, build(offers), hammers(offers), regime="estimated", reporter=Stop())


def test_a_burned_work_is_known_until_it_sells() -> None:
    work = Offer(key=1, date=dt.date(2010, 1, 1), artist=3, title="Blue Horses", sold=False)
    sold = replace(work, key=2, date=dt.date(2012, 1, 1), sold=True, price=10.0)
    later = replace(work, key=3, date=dt.date(2013, 1, 1), sold=None)
    assert years_since_bought_in(later, [work]) == pytest.approx(3, abs=0.01)
    assert math.isnan(years_since_bought_in(later, [work, sold]))
    assert math.isnan(years_since_bought_in(replace(later, title="Untitled"), [replace(work, title="Untitled")]))
    offers = [work, sold, later]
    column = with_burned(build(offers), offers).columns([BURNED])[:, 0]
    assert column[1] == pytest.approx(2, abs=0.01)
    assert math.isnan(column[0])
    assert math.isnan(column[2])


def test_asking_later_gives_the_same_as_training() -> None:
    offers, _bids = auctions(900)
    titled = [replace(offer, title=f"Work {chr(97 + offer.key % 9)}{chr(97 + offer.artist)}") for offer in offers]  # type: ignore[operator]
    whole = with_burned(build(titled), titled)
    memory = remember(titled[:-1])
    one = with_burned_of(ask(titled[-1], memory), titled[-1], memory)
    np.testing.assert_allclose(one.columns([BURNED])[0], whole.columns([BURNED])[-1])
    assert np.isfinite(whole.columns([BURNED])).any()
