"""Values, changes and totals in one currency: each amount at its own day's rate, and nothing silently left out."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.inventory.models import InventoryItem, InventoryValue
from analysis.inventory.reckoning import Position, positions
from analysis.inventory.totals import apart, by_group, ends, history, totals_of
from tests.inventory.conftest import BEFORE, BOUGHT, VALUED, stock

D = Decimal


def alone(item, currency):
    return positions([item], currency)[0]


def test_an_item_in_its_own_currency_needs_no_rate(world, item):
    found = alone(item, "EUR")
    assert (found.low, found.middle, found.high, found.cost) == (D(40000), D(50000), D(65000), D(41337))
    assert found.since_acquired.money == D(8663)
    assert found.since_acquired.share.quantize(D("0.0001")) == D("0.2096")
    assert found.problems == []


def test_cost_and_value_convert_each_at_the_rate_of_its_day(world, item):
    found = alone(item, "USD")
    assert found.cost == D("45470.70"), "41,337 at 1.10, the rate of the day it was bought"
    assert found.middle == D("60000.00"), "50,000 at 1.20, the rate of the day of the estimate"
    assert found.since_acquired.money == D("14529.30")


def test_change_since_the_estimate_before(world):
    item = stock(world.organisation, previous_on=BEFORE, previous_currency="EUR", previous_middle=40_000)
    assert alone(item, "EUR").since_refresh.share == D("0.25")
    assert alone(item, "USD").since_refresh.money == D("10000.00"), "40,000 × 1.25 to 50,000 × 1.20"


def test_a_sold_work_s_change_is_to_its_price(world):
    sale = {"status": "sold", "sold_price": 45_000, "sold_currency": "EUR", "sold_on": VALUED}
    found = alone(stock(world.organisation, **sale), "EUR")
    assert found.since_acquired.money == D(3663)
    assert totals_of([found], "EUR").counted == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cost_currency": "CHF"}, "Cost: No exchange rate of CHF is known for 2020-03-02."),
        ({"value_currency": "GBP"}, "Value: No exchange rate of GBP is known for 2024-05-06."),
        ({"cost_currency": "USD", "acquired_on": None}, "Cost: no date to convert at."),
        ({"cost_currency": "USD", "acquired_on": dt.date(1999, 1, 1)}, "Cost: No exchange rate of USD is known for 1999-01-01."),
    ],
)  # fmt: skip
def test_a_missing_rate_is_named(world, fields, said):
    found = alone(stock(world.organisation, **fields), "EUR")
    assert found.problems == [said]
    assert found.since_acquired is None


def test_totals_say_what_is_not_in_them(world, item):
    stock(world.organisation, value_currency="GBP")
    stock(world.organisation, value_currency="GBP")
    stock(world.organisation, value_low=None, value_middle=None, value_high=None, value_reason="No sale is known.")
    stock(world.organisation, value_low=None, value_middle=None, value_high=None, value_currency="", valued_on=None)
    found = totals_of(positions(list(InventoryItem.objects.all()), "EUR"), "EUR")
    assert (found.counted, found.together[1]) == (1, D(50000))
    assert dict(found.missing) == {
        "Value: No exchange rate of GBP is known for 2024-05-06.": 2, "No sale is known.": 1, "Not estimated yet.": 1,
    }  # fmt: skip


def test_the_change_of_all_counts_only_works_with_a_cost(world, item):
    stock(world.organisation, cost=None, cost_currency="")
    found = totals_of(positions(list(InventoryItem.objects.all()), "EUR"), "EUR")
    assert (found.counted, found.with_cost) == (2, 1)
    assert found.since_acquired.money == D(8663)


def position(low, middle, high):
    return Position(InventoryItem(), "EUR", D(low), D(middle), D(high))


def test_one_work_s_total_is_its_own_interval():
    low, middle, high = apart([position(800, 1500, 2600)])
    assert (float(low), float(middle), float(high)) == pytest.approx((800, 1500, 2600), rel=0.005)


def test_the_sum_of_independent_estimates_is_narrower_and_lies_higher():
    works = [position(500, 1000, 2000)] * 100
    together, found = ends(works), apart(works)
    assert together == (D(50000), D(100000), D(200000))
    assert found[0] > together[0]
    assert found[2] < together[2]
    sigma = math.log(2) / 1.2816
    mean = 100_000 * math.exp(sigma**2 / 2)
    spread = 1.2816 * mean * math.sqrt((math.exp(sigma**2) - 1) / 100)
    assert float(found[1]) == pytest.approx(mean, rel=0.02), "the sum of many lognormals tends to its mean"
    assert float(found[0]) == pytest.approx(mean - spread, rel=0.02)
    assert float(found[2]) == pytest.approx(mean + spread, rel=0.02)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0.3, 1), st.integers(1, 10**7), st.floats(1, 4)), min_size=1, max_size=12))
def test_the_total_s_interval_holds_for_any_store(drawn):
    works = [position(round(low * middle, 2), middle, round(high * middle, 2)) for low, middle, high in drawn]
    low, middle, high = apart(works)
    assert 0 <= low <= middle <= high
    assert apart(works) == (low, middle, high), "always the same draws"
    assert float(low) >= float(ends(works)[0]) * 0.98 - 1
    assert float(high) <= float(ends(works)[2]) * 1.02 + 1


def test_groups_beyond_ten_are_summed_up():
    works = [position(1, 100 + number, 1000) for number in range(14)]
    chart = by_group(works, lambda each: str(each.middle), "By artist", "EUR")
    rows = chart["series"][0]["points"]
    assert [row[0] for row in rows[:2]] == ["113", "112"]
    assert rows[-1] == ["all others (4)", 406.0, 4.0, 4000.0]


def test_worth_over_time_is_the_sum_of_each_day_at_its_rate(world, item):
    other = stock(world.organisation, value_currency="USD", value_low=1200, value_middle=2400, value_high=3600)
    for one, currency, middle in ((item, "EUR", 45_000), (other, "USD", 2500)):
        InventoryValue.objects.create(
            item=one, on=BEFORE, currency=currency, low=middle - 10, middle=middle, high=middle + 10
        )
    strange = stock(world.organisation, value_currency="GBP")
    elsewhere = stock(world.other_organisation)
    assert strange.organisation != elsewhere.organisation
    chart, missing = history(world.organisation.pk, "EUR")
    assert chart["series"][0]["points"] == [
        [BEFORE.isoformat(), 47000.0, 46982.0, 47018.0], [VALUED.isoformat(), 52000.0, 41000.0, 68000.0]
    ]  # fmt: skip
    assert missing == ["No exchange rate of GBP is known for 2024-05-06."]
    assert BOUGHT < BEFORE
