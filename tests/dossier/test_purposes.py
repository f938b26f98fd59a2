"""What each purpose makes of low, middle and high: every step is shown, and the steps add up to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.dossier.purposes import PurposeRefused, Terms, reckon
from artmarket.sales.premium import Band, with_premium

D = Decimal
AMOUNTS = (D("800.00"), D("1500.00"), D("2600.00"))
QUARTER = (Band(D(0), D("0.25")),)
money = st.decimals(min_value=1, max_value=10**9, places=2)
percents = st.decimals(min_value=0, max_value=100, places=2)


def test_an_auction_estimate_is_the_hammer_range():
    found = reckon("auction", AMOUNTS, "hammer", Terms())
    assert found.headline == (D("800.00"), D("2600.00"))
    assert found.assumptions == {}
    assert "excludes the buyer's premium" in found.statement


def test_an_estimate_with_premium_is_taken_back_to_the_hammer():
    with_it = tuple(with_premium(amount, QUARTER) for amount in AMOUNTS)
    found = reckon("auction", with_it, "with_premium", Terms(premium=QUARTER, premium_source="as given"))
    assert found.headline == (D("800.00"), D("2600.00"))
    assert found.assumptions == {"Buyer's premium": "25 % above 0 (as given)"}


def test_insurance_is_the_upper_end_with_premium_margin_and_costs():
    terms = Terms(premium=QUARTER, retail_margin_percent=D(10), costs=D("150.00"))
    found = reckon("insurance", AMOUNTS, "hammer", terms)
    assert [step.amounts[0] for step in found.steps] == [
        D("2600.00"), D("650.00"), D("325.00"), D("150.00"), D("3725.00")
    ]  # fmt: skip
    assert found.headline == (D("3725.00"),)


def test_the_seller_keeps_the_hammer_less_commission_fees_and_resale_right():
    terms = Terms(commission_percent=D(10), fees=D(50), resale_right_percent=D(4))
    found = reckon("net_to_seller", AMOUNTS, "hammer", terms)
    assert found.steps[-1].amounts == (D("638.00"), D("1240.00"), D("2186.00"))
    assert found.headline == (D("638.00"), D("2186.00"))


@pytest.mark.parametrize(
    ("purpose", "basis", "code"),
    [
        ("auction", "unknown", "basis_unknown"),
        ("auction", "all_in", "basis_unknown"),
        ("net_to_seller", "with_premium", "premium_unknown"),
        ("insurance", "hammer", "premium_unknown"),
        ("divorce", "hammer", "no_such_purpose"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_with_its_reason(purpose, basis, code):
    with pytest.raises(PurposeRefused) as refused:
        reckon(purpose, AMOUNTS, basis, Terms())
    assert refused.value.code == code


@given(st.tuples(money, money, money), percents, percents, money)
def test_the_steps_to_the_seller_add_up_to_the_cent(amounts, commission, right, fees):
    ordered = tuple(sorted(amounts))
    terms = Terms(commission_percent=commission, resale_right_percent=right, fees=fees)
    *steps, total = reckon("net_to_seller", ordered, "hammer", terms).steps
    for place in range(3):
        assert sum(step.amounts[place] for step in steps) == total.amounts[place]
        assert total.amounts[place] == total.amounts[place].quantize(D("0.01"))


@given(money, percents, money, st.decimals(min_value=0, max_value=D("0.99"), places=2))
def test_the_steps_to_the_replacement_value_add_up_to_the_cent(high, margin, costs, rate):
    terms = Terms(premium=(Band(D(0), rate),), retail_margin_percent=margin, costs=costs)
    *steps, total = reckon("insurance", (high, high, high), "hammer", terms).steps
    assert sum(step.amounts[0] for step in steps) == total.amounts[0] >= high
