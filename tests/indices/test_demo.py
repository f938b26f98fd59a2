"""The demo market's true level is known: each method's index finds it within its band."""

from __future__ import annotations

import math

import pytest

from analysis.indices.defaults import define_defaults
from analysis.indices.models import IndexDefinition
from analysis.indices.queries import latest_by_method
from analysis.indices.services import compute
from analysis.valuation.records import Scope
from artmarket.demo import loading, market
from artmarket.demo.management.commands.make_demo import SEED
from artmarket.demo.people import make_people
from artmarket.demo.works import plan_works
from ml.reporter import SilentReporter

SCOPE = Scope("invented", "EUR")


def within(vintage, part: str = "") -> list[bool]:
    """For each shown period but the base: does the band hold the true level?"""
    true = market.true_index()
    base = true[int(vintage.base[:4])]
    return [
        point["low"] <= 100 * math.exp(true[int(point["period"][:4])] - base) <= point["high"]
        for point in vintage.shown
        if point["period"] != vintage.base
    ]


@pytest.mark.slow
def test_each_index_of_the_demo_finds_the_true_level_within_its_band(db):
    loading.write_records(plan_works(640, SEED), SEED, make_people())
    definitions = define_defaults([SCOPE])
    subjects = {(each.period, bool(each.artist), each.movement) for each in definitions}
    assert ("year", False, "") in subjects
    assert ("quarter", False, "") in subjects
    assert any(each.artist for each in definitions)
    assert any(each.movement for each in definitions)

    whole = IndexDefinition.objects.get(period="year", artist=None, movement="")
    compute(definition=whole, reporter=SilentReporter())
    for method, vintage in latest_by_method(whole, is_real=False).items():
        held = within(vintage)
        assert len(held) == 20, method
        assert sum(held) >= 16, (method, held)
        assert max(point["high"] / point["low"] for point in vintage.shown) < 1.5

    quarterly = IndexDefinition.objects.get(period="quarter", artist=None, movement="")
    compute(definition=quarterly, reporter=SilentReporter())
    vintage = latest_by_method(quarterly, is_real=False)["hybrid"]
    thirds = [point for point in vintage.points if point["period"].endswith("Q3")]
    assert thirds
    assert {(point["level"], point["why"]) for point in thirds} == {(None, "no_sales")}, "no sale in summer, so a gap"
    assert sum(within(vintage)) >= 0.8 * len(within(vintage))

    held = []
    for each in [each for each in definitions if each.artist or each.movement][:6]:
        compute(definition=each, reporter=SilentReporter())
        held += within(latest_by_method(each, is_real=False)["hybrid"])
    assert len(held) > 50
    assert sum(held) / len(held) >= 0.8
