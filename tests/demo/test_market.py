"""The invented market keeps to its known truth."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter

import numpy as np
import pytest

from artmarket.demo import market
from artmarket.demo.artists import PAINTERS
from artmarket.demo.atelier.hands import HANDS
from artmarket.demo.works import plan_works

COMING = dt.date(2026, 12, 24)
SEED = 7


@pytest.fixture(scope="module")
def works():
    return plan_works(640, SEED)


@pytest.fixture(scope="module")
def sales(works):
    return market.plan_sales(works, SEED, coming=COMING)


def sold(sales, works):
    by_number = {work.number: work for work in works}
    return [(by_number[lot.work], sale, lot) for sale in sales for lot in sale.lots if lot.outcome == "sold"]


class TestAtelier:
    def test_there_are_many_hands_in_many_movements(self):
        assert len(PAINTERS) >= 24
        assert len({painter.movement for painter in PAINTERS}) >= 6
        assert {painter.hand for painter in PAINTERS} == set(HANDS)

    def test_every_artist_has_works_of_the_own_hand_and_some_have_followers(self, works):
        own = Counter(work.painter.name for work in works if work.attribution == "by")
        assert set(own) == {painter.name for painter in PAINTERS}
        assert min(own.values()) >= 15
        assert {work.attribution for work in works} >= {"follower_of", "manner_of", "after", "copy_after"}

    def test_a_copy_keeps_the_composition_and_a_follower_does_not(self, works):
        scenes = {work.order.scene_seed for work in works if work.attribution == "by"}
        for work in works:
            if work.attribution in {"after", "copy_after"}:
                assert work.order.scene_seed in scenes
            elif work.attribution != "by":
                assert work.order.scene_seed not in scenes

    def test_nobody_paints_before_being_grown_up(self, works):
        assert all(work.year >= work.painter.born + 20 for work in works)

    def test_no_work_is_sold_before_it_is_made(self, works):
        assert all(work.year < market.FIRST_YEAR for work in works)

    def test_the_same_seed_gives_the_same_plans_and_another_seed_others(self, works):
        assert plan_works(640, SEED) == works
        assert plan_works(640, SEED + 1) != works


class TestTruth:
    def test_prices_follow_the_true_value_with_the_stated_spread(self, sales, works):
        residuals = [
            math.log(lot.price) - market.log_value(work, sale.date.year, SEED) for work, sale, lot in sold(sales, works)
        ]
        assert len(residuals) > 2000
        assert np.std(residuals) == pytest.approx(market.SALE_SIGMA, abs=0.06)

    def test_a_plain_regression_finds_fame_size_and_attribution_again(self, sales, works):
        rows = sold(sales, works)
        columns = [
            [work.painter.fame, math.log(work.height_cm * work.width_cm), market.ATTRIBUTION_EFFECT[work.attribution],
             market.MEDIUM_EFFECT[work.medium[0]], market.true_index()[sale.date.year], 1.0]
            for work, sale, _lot in rows
        ]  # fmt: skip
        found = np.linalg.lstsq(np.array(columns), np.log([lot.price for *_rest, lot in rows]), rcond=None)[0]
        assert found[0] == pytest.approx(1.0, abs=0.1)
        assert found[1] == pytest.approx(market.SIZE_ELASTICITY, abs=0.1)
        assert found[2] == pytest.approx(1.0, abs=0.1)
        assert found[4] == pytest.approx(1.0, abs=0.25)

    def test_each_house_errs_its_own_way(self, sales, works):
        by_number = {work.number: work for work in works}
        for house, bias in market.HOUSE_BIAS.items():
            errors = [
                math.log((lot.estimate_low + lot.estimate_high) / 2)
                - market.log_value(by_number[lot.work], sale.date.year, SEED)
                for sale in sales if sale.house == house and not sale.is_coming
                for lot in sale.lots
            ]  # fmt: skip
            assert np.mean(errors) == pytest.approx(bias, abs=0.04)

    def test_some_lots_are_bought_in_some_withdrawn_and_works_come_back(self, sales):
        past = [lot for sale in sales if not sale.is_coming for lot in sale.lots]
        outcomes = Counter(lot.outcome for lot in past)
        assert 0.05 < outcomes["bought_in"] / len(past) < 0.45
        assert outcomes["withdrawn"] > 0
        assert (
            sum(1 for count in Counter(lot.work for lot in past if lot.outcome == "sold").values() if count > 1) > 300
        )

    def test_nothing_is_known_of_a_coming_sale(self, sales):
        coming = [sale for sale in sales if sale.is_coming]
        assert [sale.is_announced for sale in coming] == [False, False, True]
        assert all(lot.price is None and lot.outcome == "unknown" for sale in coming for lot in sale.lots)
        assert min(sale.date for sale in coming) == COMING
