"""Comparables adjusted to the asked work: sums that are exact, facts that are each asked once, prices that enter once."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.valuation.adjusting import DATE, REST, STEPS, Adjusted, adjust, without
from ml.valuation.comparables import Comparable, PastSales, comparable_to, least, nearest_sales
from ml.valuation.features import NAMES, FeatureTable, numbers, remember
from ml.valuation.history import MarketMemory
from ml.valuation.levels import levels_of
from ml.valuation.model import PriceModel, Settings
from ml.valuation.offers import Offer
from ml.valuation.training import train
from ml.valuation.wording import WORDING
from tests.ml.test_valuation_model import market

OFFERS = market(900, looks=True)
ASKED = replace(
    OFFERS[0], key=9999, date=OFFERS[-1].date + dt.timedelta(days=1), price=None, sold=None, title="The mole", medium="ink",
    is_signed=True, made_year=1950, height_cm=40.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def model() -> PriceModel:
    return train(OFFERS, settings=Settings(rounds=60, learning_rate=0.2, leaves=8)).model


def adjusted(model: PriceModel, offers: list[Offer], asked: Offer = ASKED) -> list[Adjusted]:
    past = PastSales.of(offers)
    return adjust(asked, nearest_sales(asked, past), model, remember(offers), past)


def middle(model: PriceModel, offer: Offer, memory: MarketMemory) -> float:
    table = FeatureTable(np.array([numbers(offer, memory)]), NAMES)
    return float(model.predict(table, [offer])[0, 1])


def test_the_adjustments_lead_from_the_price_paid_to_the_adjusted_one(model: PriceModel) -> None:
    """They add up to what the model says of both works, and the market's level since; each step has its name."""
    past, memory = PastSales.of(OFFERS), remember(OFFERS)
    found = adjusted(model, OFFERS)
    levels = past.levels_before(ASKED.date.toordinal())
    assert len(found) == 10
    for each in found:
        sale = each.comparable.offer
        assert list(each.adjustments) == [DATE, *STEPS, REST]
        known = without(memory, sale)
        work = replace(sale, date=ASKED.date, title="")
        said = middle(model, ASKED, known) - middle(model, work, known)
        since = float(levels.at(ASKED.date.toordinal()) - levels.at(sale.date.toordinal()))
        assert each.adjustments[DATE] == pytest.approx(since, abs=1e-12)
        assert each.log_price == pytest.approx(sale.log_price + since + said, abs=1e-12)


def test_only_facts_that_differ_are_adjusted(model: PriceModel) -> None:
    twin = replace(ASKED, key=5, date=OFFERS[-1].date, price=5000.0, sold=True)
    for fact, step in (("height_cm", "size"), ("artist", "artist")):
        other = replace(twin, **{fact: 3})
        offers = sorted([*OFFERS, other], key=lambda each: each.date)
        found = adjust(ASKED, [Comparable(other, 0.0)], model, remember(offers), PastSales.of(offers))[0]
        assert [name for name, log in found.adjustments.items() if log and name not in (DATE, REST)] == [step]


def test_a_larger_work_counts_for_more(model: PriceModel) -> None:
    small, big = replace(ASKED, height_cm=25.0, width_cm=25.0), replace(ASKED, height_cm=190.0, width_cm=190.0)
    for asked, sale, sign in ((big, small, 1), (small, big, -1)):
        sold = replace(sale, key=5, date=OFFERS[-1].date, price=5000.0, sold=True)
        offers = [*OFFERS, sold]
        found = adjust(asked, [Comparable(sold, 0.0)], model, remember(offers), PastSales.of(offers))[0]
        assert sign * found.adjustments["size"] > 0.5


@pytest.mark.parametrize("times", [0.01, 100.0])
def test_what_a_comparable_brought_moves_nothing_but_itself(model: PriceModel, times: float) -> None:
    """Its price would else be in the model's answers too: the artist's mean, highest, last and like works'."""
    for sale in [each.comparable.offer for each in adjusted(model, OFFERS)][:4]:
        other = [replace(each, price=sale.price * times) if each.key == sale.key else each for each in OFFERS]  # type: ignore[operator]
        found = [of_sale(adjusted(model, offers), sale.key) for offers in (OFFERS, other)]
        one, changed = ({name: log for name, log in each.items() if name != DATE} for each in found)
        assert changed == pytest.approx(one, abs=1e-9)
        assert len(found[0]) == len(STEPS) + 2


def of_sale(found: list[Adjusted], key: int) -> Mapping[str, float]:
    return next(each.adjustments for each in found if each.comparable.offer.key == key)


def test_to_forget_a_sale_is_as_never_to_have_heard_of_it() -> None:
    asked = replace(ASKED, house=None)
    for sale in [each for each in OFFERS if each.price and each.artist == ASKED.artist][:6]:
        heard = numbers(asked, without(remember(OFFERS), sale))
        never = numbers(asked, remember([each for each in OFFERS if each.key != sale.key]))
        # Of the day it was offered, nothing is hidden: days since, and where among the latest 400 it stood.
        same = [name for name in NAMES if name not in {"hand_days_since", "house_mean", *WORDING}]
        for name in same:
            values = heard[NAMES.index(name)], never[NAMES.index(name)]
            assert values == pytest.approx(values[::-1], abs=1e-9, nan_ok=True), name


def test_an_artists_only_sale_leaves_him_unheard_of() -> None:
    sale = replace(ASKED, key=5, artist=77, date=OFFERS[-1].date, price=5000.0, sold=True)
    memory = remember([*OFFERS, sale])
    asked = replace(ASKED, artist=77)
    heard, never = numbers(asked, without(memory, sale)), numbers(asked, remember(OFFERS))
    place = NAMES.index("artist_offers")
    assert heard[place] == never[place] == 0
    assert heard[NAMES.index("artist_mean")] == pytest.approx(never[NAMES.index("artist_mean")])
    assert memory.artists[77].offered == 1, "the memory itself forgets nothing"


def test_the_nearer_and_the_less_adjusted_counts_more() -> None:
    sale = OFFERS[3]
    near = Adjusted(Comparable(sale, 0.2), {"size": 0.1})
    assert near.weight > Adjusted(Comparable(sale, 0.9), {"size": 0.1}).weight
    assert near.weight > Adjusted(Comparable(sale, 0.2), {"size": 0.3, "medium": -0.3}).weight > 0


def test_the_level_is_what_the_same_hands_brought() -> None:
    """Dear artists come in late: the mean price doubles, the level of the same hands falls by a tenth a year."""
    random, rows = np.random.default_rng(1), []
    for year in range(2000, 2010):
        for lot in range(200):
            hand = int(random.integers(50)) + (50 if lot < 20 * (year - 2000) else 0)
            day = dt.date(year, 1 + lot % 12, 3).toordinal()
            rows.append((day, hand, 8 + hand / 25 - 0.1 * (year - 2000) + 0.2 * random.normal()))
    days, hands, logs = (np.array(column) for column in zip(*rows, strict=True))
    levels = levels_of(days.astype(np.int64), hands.astype(np.int64), logs)
    ends = levels.at(np.array([dt.date(2000, 7, 1).toordinal(), dt.date(2009, 7, 1).toordinal()], dtype=float))
    assert logs[-200:].mean() > logs[:200].mean()
    assert ends[1] - ends[0] == pytest.approx(-0.9, abs=0.1)


def test_a_year_of_one_sale_does_not_jump() -> None:
    days = np.array([dt.date(2000, 1, 1).toordinal()] * 30 + [dt.date(2001, 1, 1).toordinal()], dtype=np.int64)
    levels = levels_of(days, np.array([1] * 31), np.array([8.0] * 30 + [18.0]))
    assert 0 < levels.logs[1] - levels.logs[0] < 2


def test_without_sales_there_is_no_level() -> None:
    levels = PastSales.of([]).levels_before(dt.date(2000, 1, 1).toordinal())
    assert float(levels.at(730000.0)) == 0


def test_later_sales_change_neither_levels_nor_the_houses_tiers() -> None:
    early, all_of_them = PastSales.of(OFFERS[:500]), PastSales.of(OFFERS)
    asked = replace(ASKED, date=OFFERS[500].date, house=1)
    day = asked.date.toordinal()
    assert early.levels_before(day).logs == pytest.approx(all_of_them.levels_before(day).logs, abs=1e-12)
    assert nearest_sales(asked, early) == nearest_sales(asked, all_of_them)


def test_a_house_of_another_tier_is_further_off() -> None:
    sale = replace(ASKED, key=1, date=dt.date(2010, 1, 1), house=1, price=1000.0)
    dear = replace(sale, key=2, house=2, price=1000.0 * math.e**4)
    asked = replace(ASKED, date=dt.date(2010, 1, 2), house=1)
    away = {each.offer.key: each.distance for each in nearest_sales(asked, [sale, dear])}
    assert away[2] - away[1] == pytest.approx(1.0)
    unknown = {each.distance for each in nearest_sales(replace(asked, house=None), [sale, dear])}
    assert len(unknown) == 1, "where no house is asked about, none is nearer"


def test_a_sale_that_was_not_looked_for_is_as_far_as_if_it_had_been() -> None:
    found = nearest_sales(replace(ASKED, house=None), OFFERS)[7]
    assert comparable_to(replace(ASKED, house=None), found.offer).distance == pytest.approx(found.distance)
    with pytest.raises(ValueError, match="the question of"):
        comparable_to(replace(ASKED, date=found.offer.date), found.offer)


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.5]), max_size=40), st.integers(1, 12))
def test_the_least_are_those_of_a_stable_sort(numbers: list[float], count: int) -> None:
    away = np.array(numbers, dtype=np.float64)
    assert least(away, count).tolist() == np.argsort(away, kind="stable")[:count].tolist()
