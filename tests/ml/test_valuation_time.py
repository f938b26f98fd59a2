"""No leak through time: what a later day tells changes no earlier number."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.valuation.comparables import nearest_sales
from ml.valuation.earlier import MOST, quantiles
from ml.valuation.features import NAMES, ask, build, remember
from ml.valuation.offers import Offer

FIRST = dt.date(2010, 1, 1)
amounts = st.one_of(st.none(), st.floats(10, 1e6))
facts = st.fixed_dictionaries(
    {
        "date": st.integers(0, 40).map(lambda days: FIRST + dt.timedelta(days=days)),
        "artist": st.one_of(st.none(), st.integers(1, 3)),
        "attribution": st.sampled_from(["by", "after"]),
        "medium": st.sampled_from(["oil", "print", ""]),
        "height_cm": st.one_of(st.none(), st.floats(1, 300)),
        "width_cm": st.one_of(st.none(), st.floats(1, 300)),
        "house": st.integers(1, 2),
        "estimate_low": amounts,
        "price": amounts,
        "sold": st.sampled_from([True, False, None]),
        "depth_cm": st.one_of(st.none(), st.floats(1, 300)),
        "made_year": st.one_of(st.none(), st.integers(1900, 2005)),
        "support": st.sampled_from(["", "canvas"]),
        "title": st.sampled_from(["", "Untitled", "Harbour", "Nude 3"]),
        "medium_text": st.sampled_from(["", "Oil / Canvas", "bronze"]),
        "sale_kind": st.sampled_from(["", "evening sale", "day sale"]),
        "lot_number": st.one_of(st.none(), st.integers(1, 900)),
    }
)
markets = st.lists(facts, min_size=1, max_size=25).map(
    lambda rows: [Offer(key=key, **row) for key, row in enumerate(rows, start=1)]
)


@settings(max_examples=150, deadline=None)
@given(markets, facts)
def test_a_later_lot_changes_no_earlier_feature(offers: list[Offer], later: dict) -> None:
    added = Offer(key=1000, **later)
    before, after = build(offers).values, build([*offers, added]).values[:-1]
    not_later = [offer.date <= added.date for offer in offers]
    np.testing.assert_array_equal(before[not_later], after[not_later])


@settings(max_examples=100, deadline=None)
@given(markets, st.integers(0, 24), amounts)
def test_a_lots_own_result_and_its_days_results_stay_unknown(offers: list[Offer], which: int, price: float) -> None:
    place = which % len(offers)
    changed = [*offers]
    changed[place] = replace(offers[place], price=price, sold=price is not None)
    same_day = [offer.date <= offers[place].date for offer in offers]
    np.testing.assert_array_equal(build(offers).values[same_day], build(changed).values[same_day])


@settings(max_examples=60, deadline=None)
@given(markets)
def test_asking_one_gives_the_numbers_that_training_saw(offers: list[Offer]) -> None:
    asked = max(offers, key=lambda offer: (offer.date, offer.key))
    alone = ask(asked, remember([offer for offer in offers if offer.date < asked.date])).values[0]
    np.testing.assert_array_equal(alone, build(offers).values[offers.index(asked)])


def test_a_memory_that_reaches_the_date_is_refused() -> None:
    offer = Offer(key=1, date=FIRST, artist=1, price=100.0, sold=True)
    with pytest.raises(ValueError, match="memory reaches"):
        ask(replace(offer, key=2), remember([offer]))


def test_results_are_told_in_order_of_date() -> None:
    memory = remember([Offer(key=1, date=FIRST)])
    with pytest.raises(ValueError, match="in order of date"):
        memory.tell(Offer(key=2, date=FIRST - dt.timedelta(days=1)))


def test_an_unsold_lot_is_history_and_no_price() -> None:
    day = dt.timedelta(days=1)
    sold = Offer(key=1, date=FIRST, artist=1, price=100.0, sold=True)
    bought_in = Offer(key=2, date=FIRST + day, artist=1, sold=False, estimate_low=9e6)
    memory = remember([sold, bought_in])
    asked = Offer(key=3, date=FIRST + 2 * day, artist=1)
    hand = memory.hands[asked.hand]
    assert (hand.offered, hand.sold, hand.sell_through) == (2, 1, 0.5)
    assert hand.mean(float("nan"), asked.date.toordinal()) == pytest.approx(np.log(100.0))
    assert [each.offer.key for each in nearest_sales(asked, [sold, bought_in])] == [1]


@settings(max_examples=60, deadline=None)
@given(markets)
def test_comparables_are_earlier_sales_nearest_first(offers: list[Offer]) -> None:
    asked = offers[0]
    found = nearest_sales(asked, offers)
    assert len(found) == min(10, sum(1 for offer in offers if offer.price and offer.date < asked.date))
    assert all(each.offer.price and each.offer.date < asked.date for each in found)
    assert [each.distance for each in found] == sorted(each.distance for each in found)


def value(name: str, asked: Offer, past: list[Offer]) -> float:
    return float(ask(asked, remember(past)).columns([name])[0, 0])


def test_a_work_like_the_earlier_ones_is_worth_what_they_fetched() -> None:
    """Small drawings at 100, large oils at 10,000: each is held against its like, whatever the artist's mean is."""
    days = [FIRST + dt.timedelta(days=day) for day in range(20)]
    large = {"medium": "oil", "height_cm": 150.0, "width_cm": 150.0, "price": 10_000.0}
    small = {"medium": "ink", "height_cm": 15.0, "width_cm": 15.0, "price": 100.0}
    past = [Offer(key=n, date=day, artist=1, sold=True, **(small if n % 2 else large)) for n, day in enumerate(days)]
    later = FIRST + dt.timedelta(days=60)
    for kind in (large, small):
        asked = Offer(key=99, date=later, artist=1, **{**kind, "price": None})
        assert value("alike_near_plain", asked, past) == pytest.approx(np.log(kind["price"]), abs=0.05)


def test_the_same_title_brings_its_last_price_and_untitled_brings_none() -> None:
    past = [Offer(key=1, date=FIRST, artist=1, title="Harbour", height_cm=50, width_cm=50, price=700.0, sold=True)]
    asked = Offer(key=2, date=FIRST + dt.timedelta(days=9), artist=1, title="HARBOUR", height_cm=50, width_cm=50)
    assert value("title_sized", asked, past) == pytest.approx(np.log(700.0))
    assert value("title_age", asked, past) == 9
    assert np.isnan(value("title_sized", replace(asked, artist=2), past))
    unnamed = [replace(past[0], title="Untitled (blue)")]
    assert np.isnan(value("title_sized", replace(asked, title="Untitled (blue)"), unnamed))


def test_a_sale_that_comes_back_brings_its_level() -> None:
    past = [Offer(key=1, date=FIRST, house=1, sale_kind="evening sale", price=9e5, sold=True)]
    asked = Offer(key=2, date=FIRST + dt.timedelta(days=365), house=1, sale_kind="evening sale", lot_number=7)
    assert value("sale_kind_mean", asked, past) == pytest.approx(np.log(9e5))
    assert (value("sale_evening", asked, past), value("lot_number", asked, past)) == (1.0, 7.0)
    assert np.isnan(value("sale_kind_mean", replace(asked, house=2), past))


def test_of_a_long_history_the_latest_offers_count() -> None:
    day = dt.timedelta(days=1)
    old = [Offer(key=n, date=FIRST + n * day, artist=1, price=10.0, sold=True) for n in range(50)]
    new = [Offer(key=n, date=FIRST + n * day, artist=1, price=1e4, sold=True) for n in range(50, 50 + MOST)]
    asked = Offer(key=9999, date=FIRST + (60 + MOST) * day, artist=1)
    row = ask(asked, remember([*old, *new]))
    assert row.values.shape == (1, len(NAMES))
    assert row.columns(["price_tenth"])[0, 0] == pytest.approx(np.log(1e4))


@settings(max_examples=80, deadline=None)
@given(markets, st.integers(0, 25))
def test_a_layered_memory_knows_what_one_told_from_the_beginning_knows(offers: list[Offer], cut: int) -> None:
    order = sorted(offers, key=lambda offer: (offer.date, offer.key))
    asked = replace(order[-1], key=1000, date=order[-1].date + dt.timedelta(days=30), price=None, sold=None)
    base = remember(order[:cut])
    before = ask(asked, base).values
    layered = base.layer()
    for offer in order[cut:]:
        layered.tell(offer)
    np.testing.assert_array_equal(ask(asked, layered).values, ask(asked, remember(order)).values)
    np.testing.assert_array_equal(ask(asked, base).values, before)


def test_a_title_that_failed_to_sell_is_burned_until_it_sells() -> None:
    failed = Offer(key=1, date=FIRST, artist=1, title="Harbour", estimate_low=900.0, sold=False)
    asked = Offer(key=3, date=FIRST + dt.timedelta(days=90), artist=1, title="Harbour")
    assert value("title_burned", asked, [failed]) == 90
    sold = Offer(key=2, date=FIRST + dt.timedelta(days=30), artist=1, title="Harbour", price=500.0, sold=True)
    assert np.isnan(value("title_burned", asked, [failed, sold]))


def test_a_bought_in_lot_says_that_the_work_is_worth_less_than_was_asked() -> None:
    day = dt.timedelta(days=1)
    sold = [Offer(key=n, date=FIRST + n * day, artist=1, price=1000.0, sold=True) for n in range(4)]
    asked = Offer(key=99, date=FIRST + 30 * day, artist=1)
    failed = Offer(key=9, date=FIRST + 9 * day, artist=1, estimate_low=200.0, sold=False)
    assert value("earlier_mean_3", asked, [*sold, failed]) < value("earlier_mean_3", asked, sold)
    assert value("price_median", asked, [*sold, failed]) == pytest.approx(np.log(1000.0)), "it has no price"


def test_words_that_fetched_more_say_so() -> None:
    def sales(word: str, price: float, first: int) -> list[Offer]:
        dates = [FIRST + dt.timedelta(days=first + 2 * n) for n in range(12)]
        return [
            Offer(key=first + 2 * n, date=day, artist=1, title=word, price=price, sold=True)
            for n, day in enumerate(dates)
        ]

    past = sorted([*sales("Dahlias", 3000.0, 1), *sales("Study", 300.0, 2)], key=lambda offer: offer.date)
    later = FIRST + dt.timedelta(days=60)
    dear, cheap = (
        value("title_words", Offer(key=99, date=later, artist=2, title=word), past) for word in ("Dahlias", "Study")
    )
    assert dear > 0.3
    assert cheap < -0.3
    assert value("title_words", Offer(key=99, date=later, artist=2, title="Nothing known"), past) == 0


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(-20, 20), min_size=1, max_size=30), st.sampled_from([(0.5,), (0.1, 0.5, 0.9), (0.0, 1.0)]))
def test_quantiles_are_numpy_s_own(values: list[float], shares: tuple[float, ...]) -> None:
    np.testing.assert_allclose(quantiles(np.array(values), shares), np.quantile(values, shares), atol=1e-12)
