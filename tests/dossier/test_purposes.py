"""What each purpose makes of low, middle and high: every step is shown, and the steps add up to the cent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.dossier.purposes import PurposeRefused, Terms, reckon
from artmarket.sales.premium import with_premium
from artmarket.sales.resale_right import resale_right_on
from artmarket.sales.settlement import Terms as SaleTerms
from artmarket.sales.settlement import flat

D = Decimal
AMOUNTS = (D("800.00"), D("1500.00"), D("2600.00"))
QUARTER = flat(D("0.25"))


def of_sale(*, retail_margin_percent=0, costs=0, **sale) -> Terms:
    return Terms(SaleTerms(**sale), D(retail_margin_percent), D(costs), is_premium_known="premium" in sale)


money = st.decimals(min_value=1, max_value=10**9, places=2)
percents = st.decimals(min_value=0, max_value=100, places=2)


def test_an_auction_estimate_is_the_hammer_range():
    found = reckon("auction", AMOUNTS, "hammer", Terms())
    assert found.headline == (D("800.00"), D("2600.00"))
    assert found.assumptions == {}
    assert "excludes the buyer's premium" in found.statement


def test_an_estimate_with_premium_is_taken_back_to_the_hammer():
    with_it = tuple(with_premium(amount, QUARTER) for amount in AMOUNTS)
    found = reckon("auction", with_it, "with_premium", of_sale(premium=QUARTER))
    assert found.headline == (D("800.00"), D("2600.00"))


def test_insurance_is_the_upper_end_with_premium_margin_and_costs():
    terms = of_sale(premium=QUARTER, retail_margin_percent=D(10), costs=D("150.00"))
    found = reckon("insurance", AMOUNTS, "hammer", terms)
    assert [step.amounts[0] for step in found.steps] == [
        D("2600.00"), D("650.00"), D("325.00"), D("150.00"), D("3725.00")
    ]  # fmt: skip
    assert found.headline == (D("3725.00"),)


def test_insurance_pays_taxes_on_the_premium_too():
    terms = of_sale(premium=QUARTER, vat_on_premium=D("0.2"))
    assert reckon("insurance", AMOUNTS, "hammer", terms).headline == (D("3380.00"),)


def test_the_seller_keeps_the_hammer_less_commission_fees_and_resale_right():
    right = resale_right_on(code="DE", currency="EUR", on=dt.date(2019, 5, 14))
    terms = of_sale(commission=flat(D("0.1")), vat_on_commission=D("0.19"), fees=D(50), resale_right=right)
    found = reckon("net_to_seller", AMOUNTS, "hammer", terms)
    assert [step.amounts[0] for step in found.steps] == [D(800), D(-32), D(-80), D("-15.20"), D(-50), D("622.80")]
    assert found.headline == (D("622.80"), D("2136.60"))


def test_a_price_of_nothing_is_refused():
    with pytest.raises(PurposeRefused) as refused:
        reckon("net_to_seller", (D(0), D(1), D(2)), "hammer", Terms())
    assert refused.value.code == "no_hammer"


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
    terms = of_sale(commission=flat(commission / 101), insurance=right / 1000, fees=fees)
    *steps, total = reckon("net_to_seller", ordered, "hammer", terms).steps
    for place in range(3):
        assert sum(step.amounts[place] for step in steps) == total.amounts[place]
        assert total.amounts[place] == total.amounts[place].quantize(D("0.01"))


@given(money, percents, money, st.decimals(min_value=0, max_value=D("0.99"), places=2))
def test_the_steps_to_the_replacement_value_add_up_to_the_cent(high, margin, costs, rate):
    terms = of_sale(premium=flat(rate), retail_margin_percent=margin, costs=costs)
    *steps, total = reckon("insurance", (high, high, high), "hammer", terms).steps
    assert sum(step.amounts[0] for step in steps) == total.amounts[0] >= high
