"""Intervals that cover as often as they say, on prices whose truth is known."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from ml.reporter import Cancelled, SilentReporter
from ml.valuation import figures, intervals
from ml.valuation.comparables import nearest_sales
from ml.valuation.features import FeatureTable, ask, build, is_symbolic, remember
from ml.valuation.model import BANDS, LEVELS, LOOK, REGIMES, PriceModel, Settings
from ml.valuation.offers import Offer, log_prices
from ml.valuation.training import TooFewPrices, Trained, train

OLD_NAMES = {"low": "low", "middle": "middle_0", "high": "high"}
QUICK = Settings(rounds=120, learning_rate=0.1, leaves=8)


def market(count: int, *, seed: int = 3, looks: bool = False) -> list[Offer]:
    """A lot a day: fame of 20 artists, size and noise of 0.4 make the price; a fifth stays unsold."""
    random = np.random.default_rng(seed)
    fame = np.random.default_rng(1).normal(8.0, 1.0, 20)
    offers = []
    for key in range(count):
        artist, side = int(random.integers(20)), float(random.uniform(20, 200))
        angle = float(random.uniform(-1.5, 1.5))
        log_price = fame[artist] + 0.8 * np.log(side * side / 5000) + 0.4 * random.normal() + looks * angle
        sold = bool(random.random() > 0.2)
        offers.append(
            Offer(
                key=key + 1,
                date=dt.date(2000, 1, 1) + dt.timedelta(days=key),
                artist=artist,
                medium="oil",
                height_cm=side,
                width_cm=side,
                house=1,
                estimate_low=float(np.exp(log_price + 0.3 * random.normal())),
                price=float(np.exp(log_price)) if sold else None,
                sold=sold,
                vector=np.array([np.sin(angle), np.cos(angle), 0, 0], np.float32) if looks else None,
            )
        )
    return offers


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(market(2600)[:2000], settings=QUICK)


def later_sales() -> tuple[list[Offer], FeatureTable]:
    offers = market(2600)
    places = [place for place, offer in enumerate(offers) if place >= 2000 and offer.price]
    table = build(offers)
    return [offers[place] for place in places], FeatureTable(table.values[places], table.names)


def test_intervals_cover_later_prices_as_often_as_they_say(trained: Trained) -> None:
    asked, table = later_sales()
    measured = figures.summary(log_prices(asked), trained.model.predict(table, asked))
    assert 0.73 <= measured["coverage"] <= 0.87
    # Noise of 0.4 alone makes an 80 % interval 2.8 times as high as low: narrower would be luck, much wider idle.
    assert 2.4 <= measured["width"] <= 4.5
    assert measured["r2_log"] > 0.75


def test_bands_never_cross_and_cover_what_they_say(trained: Trained) -> None:
    asked, table = later_sales()
    bands = trained.model.bands(table, asked)
    assert bands.shape == (len(asked), len(BANDS))
    assert (np.diff(bands, axis=1) >= 0).all()
    for level, low, high in ((0.5, "low_50", "high_50"), (0.8, "low_80", "high_80"), (0.95, "low_95", "high_95")):
        inside = figures.coverage(log_prices(asked), bands[:, BANDS.index(low)], bands[:, BANDS.index(high)])
        assert inside == pytest.approx(level, abs=0.07)


def test_the_interval_that_is_shown_is_the_band_of_80_per_cent(trained: Trained) -> None:
    asked, table = later_sales()
    shown = [BANDS.index(name) for name in ("low_80", "middle", "high_80")]
    np.testing.assert_array_equal(trained.model.predict(table, asked), trained.model.bands(table, asked)[:, shown])


def test_the_middle_alone_is_the_one_between_the_ends(trained: Trained) -> None:
    asked, table = later_sales()
    for model in (trained.model, replace(trained.model, trust=0.4)):
        np.testing.assert_allclose(model.middle(table, asked), model.predict(table, asked)[:, 1], rtol=1e-12)


log_amounts = st.floats(-5, 20)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(log_amounts, log_amounts, log_amounts, log_amounts), min_size=1, max_size=60),
    st.lists(st.tuples(log_amounts, log_amounts, log_amounts), min_size=1, max_size=10),
)
def test_whatever_was_seen_bands_do_not_cross(seen: list[tuple[float, ...]], asked: list[tuple[float, ...]]) -> None:
    known = np.array(seen)
    found = intervals.factors(intervals.scores(known[:, 3], intervals.ordered(known[:, :3])), LEVELS)
    raw = intervals.ordered(np.array(asked))
    bands = intervals.banded(raw, np.tile(found, (len(raw), 1)))
    assert not (np.diff(bands, axis=1) < 0).any(), "NaN, where there are too few to say, crosses nothing"
    np.testing.assert_array_equal(bands[:, 3], raw[:, 1])


def test_a_level_that_so_few_cannot_calibrate_is_not_said() -> None:
    assert [np.isnan(factor) for factor in intervals.factors(np.arange(10.0), LEVELS)] == [False, False, True]


def test_contributions_add_up_to_the_middle(trained: Trained) -> None:
    asked, table = later_sales()
    total = trained.model.contributions(table, asked).sum(axis=1)
    np.testing.assert_allclose(total, trained.model.predict(table, asked)[:, 1], atol=1e-6)


def test_kept_and_read_again_it_says_the_same(trained: Trained, tmp_path: Path) -> None:
    asked, table = later_sales()
    trained.model.save(tmp_path)
    again = PriceModel.load(tmp_path)
    np.testing.assert_array_equal(again.predict(table, asked), trained.model.predict(table, asked))
    assert {path.suffix for path in tmp_path.iterdir()} <= {".txt", ".json", ".safetensors"}


def test_a_model_kept_before_there_were_several_middles_answers_as_it_did(trained: Trained, tmp_path: Path) -> None:
    asked, table = later_sales()
    one = replace(trained.model, guess=("hand_mean", "market_mean"), widening=0.2, factors=())
    one = replace(one, boosters={name: one.boosters[old] for name, old in OLD_NAMES.items()})
    one.save(tmp_path)
    manifest = json.loads((tmp_path / "model.json").read_text())
    for later in ("guess", "stretches", "factors", "boosters"):
        del manifest[later]
    (tmp_path / "model.json").write_text(json.dumps(manifest))
    again = PriceModel.load(tmp_path)
    np.testing.assert_array_equal(again.predict(table, asked), one.predict(table, asked))
    known = np.isfinite(again.bands(table, asked)).all(axis=0)
    assert [name for name, said in zip(BANDS, known, strict=True) if said] == ["low_80", "middle", "high_80"]


def test_each_stratum_is_calibrated_by_itself() -> None:
    random = np.random.default_rng(5)
    for noise in (0.2, 3.0):
        true, raw = noise * random.normal(size=2000), np.tile([-0.5, 0.0, 0.5], (2000, 1))
        found = intervals.factors(intervals.scores(true[:1000], raw[:1000]), [0.8])
        low, _middle, high = intervals.banded(raw[1000:], np.tile(found, (1000, 1))).T
        assert figures.coverage(true[1000:], low, high) == pytest.approx(0.8, abs=0.04)


def test_a_catalogue_without_estimates_is_a_regime_of_its_own() -> None:
    bare = [replace(offer, estimate_low=None, sale_kind="day sale", lot_number=offer.key) for offer in market(700)]
    found = train(bare, regime="catalogued", settings=QUICK)
    assert {"sale_kind_mean", "lot_number"} <= set(found.model.columns)
    assert "log_estimate" not in found.model.columns
    with pytest.raises(TooFewPrices):
        train([replace(offer, house=None) for offer in bare], regime="catalogued", settings=QUICK)


@pytest.mark.parametrize("regime", list(REGIMES))
def test_nothing_that_is_the_same_for_all_lots_of_a_day_reaches_a_model(regime: str) -> None:
    """Else it names the sale: trained on the morrow of an evening sale, all that follows looks like one."""
    day = dt.date(2000, 6, 1)
    lots = [
        replace(offer, medium=medium) for offer, medium in zip(market(60), ("oil", "ink", "print") * 20, strict=True)
    ]
    last = [replace(offer, date=day, key=offer.key + 900, house=offer.key) for offer in lots]
    table = build([*lots, *last])
    of_day = table.rows(range(len(lots), 2 * len(lots)))
    same = {name for name in REGIMES[regime] if len(np.unique(of_day.columns([name])[:, 0])) == 1}
    varied = {name for name in same if len(np.unique(table.columns([name])[:, 0])) > 1}
    # The season is known to whoever asks, and comes back; who knows the sale may know its house.
    assert varied <= ({"month"} if regime == "walk_in" else {"month", "house_mean"})


def test_the_same_offers_train_the_same_model() -> None:
    offers = market(300)
    table = build(offers)
    first, second = (train(offers, settings=QUICK).model.predict(table, offers) for _time in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.fixture(scope="module")
def looking() -> Trained:
    return train(market(1500, looks=True), settings=QUICK)


def test_pictures_are_used_where_they_tell_the_price(looking: Trained) -> None:
    assert looking.model.looks is not None
    assert looking.without_looks is not None
    assert looking.figures["median_ape"] < looking.without_looks["median_ape"]


def test_a_picture_s_part_stands_among_the_contributions_which_still_add_up(looking: Trained, tmp_path: Path) -> None:
    offers = market(1500, looks=True)[:80]
    model, table = replace(looking.model, trust=0.6), build(offers)
    parts = model.contributions(table, offers)
    assert parts.shape == (80, len(model.names) + 1)
    assert model.names[-1] == LOOK
    assert np.abs(parts[:, -2]).max() > 0.1
    np.testing.assert_allclose(parts.sum(axis=1), model.predict(table, offers)[:, 1], atol=1e-6)
    model.save(tmp_path)
    np.testing.assert_array_equal(PriceModel.load(tmp_path).predict(table, offers), model.predict(table, offers))


def test_a_model_whose_trees_looked_at_pictures_still_answers_as_without(trained: Trained, tmp_path: Path) -> None:
    asked, table = later_sales()
    trained.model.save(tmp_path)
    save_file({"mean": np.zeros(4, np.float32), "axes": np.eye(4, 2, dtype=np.float32)}, tmp_path / "looks.safetensors")
    again = PriceModel.load(tmp_path)
    assert again.looks is None
    np.testing.assert_array_equal(again.predict(table, asked), trained.model.predict(table, asked))
    assert np.isnan(replace(again, columns=("log_area", "look_0")).matrix(table, asked)[:, 1]).all()


def test_the_houses_estimate_narrows_the_interval(trained: Trained) -> None:
    with_estimate = train(market(2600)[:2000], regime="estimated", settings=QUICK)
    assert with_estimate.figures["width"] < trained.figures["width"]


def test_too_few_prices_are_refused() -> None:
    unsold = [replace(offer, price=None, sold=False) for offer in market(500)]
    with pytest.raises(TooFewPrices, match="0 sold lots"):
        train(unsold, settings=QUICK)


def test_an_unknown_regime_is_refused() -> None:
    with pytest.raises(ValueError, match="no such regime"):
        train(market(100), regime="guess", settings=QUICK)


def test_training_stops_when_told() -> None:
    class Stop(SilentReporter):
        def should_stop(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        train(market(200), settings=QUICK, reporter=Stop())


def test_conformal_widening_covers_whatever_the_quantiles_are() -> None:
    random = np.random.default_rng(5)
    covered = []
    for _time in range(200):
        true = random.normal(size=400)
        narrow = np.tile([-0.1, 0.0, 0.1], (400, 1))
        by = intervals.widening(true[:200], narrow[:200], level=0.8)
        low, _middle, high = intervals.widened(narrow[200:], by).T
        covered.append(figures.coverage(true[200:], low, high))
    assert np.mean(covered) == pytest.approx(0.8, abs=0.015)


def test_too_few_prices_cannot_calibrate() -> None:
    with pytest.raises(ValueError, match="too few to calibrate"):
        intervals.widening(np.zeros(3), np.zeros((3, 3)), level=0.8)


def opened(offers: list[Offer], share: float) -> list[Offer]:
    """The same lots with an opening bid at a share of the price, and no estimate."""
    return [
        replace(offer, estimate_low=None, opening_bid=share * (offer.price or offer.estimate_low or 1.0))
        for offer in offers
    ]


def test_no_low_end_lies_below_an_opening_bid_that_was_always_kept() -> None:
    trained = train(opened(market(900), 0.9), regime="estimated", settings=QUICK)
    assert trained.model.opening_is_least
    asked = [replace(offer, key=offer.key + 5000, price=None) for offer in opened(market(60), 0.9)]
    low, middle, _high = trained.model.predict(build(asked), asked).T
    opening = np.log([offer.opening_bid for offer in asked])
    assert (low >= np.minimum(opening, middle) - 1e-9).all()


def test_an_opening_bid_that_was_not_always_kept_is_no_floor(tmp_path: Path) -> None:
    trained = train(opened(market(900), 1.1), regime="estimated", settings=QUICK)
    assert not trained.model.opening_is_least
    trained.model.save(tmp_path)
    assert not PriceModel.load(tmp_path).opening_is_least


@pytest.mark.parametrize(
    ("opening", "symbolic"), [(1.0, True), (2.0, True), (100.0, False), (3000.0, False), (None, False)]
)
def test_a_bid_of_next_to_nothing_says_nothing(opening: float | None, symbolic: bool) -> None:
    first = dt.date(2010, 1, 1)
    past = [
        Offer(key=day, date=first + dt.timedelta(days=day), artist=1, price=2000.0, sold=True) for day in range(1, 9)
    ]
    memory = remember(past)
    asked = Offer(key=99, date=dt.date(2011, 1, 1), artist=1, opening_bid=opening)
    assert is_symbolic(asked, memory) is symbolic
    assert not is_symbolic(replace(asked, artist=2, opening_bid=2.0), memory), "of an unknown hand, two may be meant"
    assert not is_symbolic(replace(asked, estimate_low=1500.0), memory), "the estimate says it"
    assert bool(ask(asked, memory).has_estimate[0]) is (opening is not None and not symbolic)


def test_the_nearest_sales_are_those_nearest_in_hand_size_medium_time_and_look() -> None:
    day, look = dt.date(2010, 1, 1), np.array([1.0, 0.0], np.float32)
    twin = Offer(key=1, date=day, artist=1, medium="oil", height_cm=50, width_cm=50, price=10.0, vector=look)
    sales = [
        twin,
        replace(twin, key=2, attribution="after"),
        replace(twin, key=3, artist=2),
        replace(twin, key=4, medium="ink"),
        replace(twin, key=5, height_cm=50 * np.e),
        replace(twin, key=6, vector=np.array([0.0, 1.0], np.float32)),
        replace(twin, key=7, date=day - dt.timedelta(days=3653)),
        replace(twin, key=8, vector=None),
        replace(twin, key=9, vector=np.array([1.0], np.float32)),
        replace(twin, key=10, height_cm=None),
        replace(twin, key=11, price=None, sold=False),
    ]
    asked = replace(twin, key=99, date=day + dt.timedelta(days=1), price=None)
    away = {each.offer.key: each.distance for each in nearest_sales(asked, sales, count=20)}
    nothing = away[1]
    extra = {key: round(distance - nothing, 2) for key, distance in away.items()}
    assert extra == {1: 0, 2: 0.7, 3: 2.0, 4: 1.0, 5: 1.0, 6: 1.5, 7: 2.0, 8: 0.75, 9: 0.75, 10: 1.0}
    assert nothing == pytest.approx(0, abs=0.01)
    assert [each.offer.key for each in nearest_sales(asked, sales, count=1)] == [1]
