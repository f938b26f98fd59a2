"""Amounts as catalogues print them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artmarket.core.money import Money, MoneyError, parse_money


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("28.500 USD", "28500", "USD"),
        ("$1,455,000", "1455000", "USD"),
        ("1,300", "1300", "EUR"),
        ("1 234,50 €", "1234.50", "EUR"),
        ("1'234.–", "1234", "EUR"),
        ("$1.5 million", "1500000", "USD"),
        ("HK$ 12,000", "12000", "HKD"),
        ("US$1,200", "1200", "USD"),
        ("USD $12", "12", "USD"),
        ("12 livres", "12", "FRL"),
        ("218.1818181818182", "218.18", "EUR"),
        ("1565.045", "1565.05", "EUR"),
        ("1,000.4", "1000.40", "EUR"),
        ("580220  ", "580220", "EUR"),
        ("12,34,567", "1234567", "EUR"),
        ("120万元", "1200000", "CNY"),
        ("CHF 1'200.50", "1200.50", "CHF"),
        ("0.500", "0.50", "EUR"),
        ("€ 2,900.-", "2900", "EUR"),
    ],
)
def test_amounts(text: str, amount: str, currency: str) -> None:
    assert parse_money(text, default_currency="EUR") == Money(Decimal(amount).quantize(Decimal("0.01")), currency)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-not sold-", "no_number"),
        ("-5", "negative"),
        ("100-200", "range"),
        ("1,23,4", "ambiguous_number"),
        ("1 23 4", "ambiguous_number"),
        ("1.2.3.4", "ambiguous_number"),
        ("100 apples", "not_money"),
        ("12 abc", "unknown_currency"),
        ("999999999999999", "too_large"),
        ("$", "no_number"),
    ],
)
def test_what_is_no_amount(text: str, code: str) -> None:
    with pytest.raises(MoneyError) as caught:
        parse_money(text, default_currency="EUR")
    assert caught.value.code == code
    assert str(caught.value)


def test_a_currency_is_needed() -> None:
    with pytest.raises(MoneyError) as caught:
        parse_money("1300")
    assert caught.value.code == "no_currency"
    assert parse_money("") is None
    assert parse_money("  ") is None


@pytest.mark.parametrize(("decimal", "amount"), [(".", "28.50"), (",", "28500.00"), ("", "28500.00")])
def test_a_lone_mark_before_three_digits_parts_thousands_unless_told(decimal: str, amount: str) -> None:
    found = parse_money("28.500", default_currency="EUR", decimal=decimal)  # type: ignore[arg-type]
    assert found == Money(Decimal(amount), "EUR")


AMOUNTS = st.decimals(min_value=0, max_value=Decimal("999999999.99"), places=2)


@given(AMOUNTS, st.sampled_from(["USD", "EUR", "GBP", "HKD", "FRL"]))
def test_printed_amounts_are_read_back(amount: Decimal, currency: str) -> None:
    european = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    for text in (
        f"{amount:,.2f} {currency}",
        f"{currency} {amount}",
        f"{european} {currency}",
        str(Money(amount, currency)),
    ):
        assert parse_money(text) == Money(amount, currency)


@given(st.integers(0, 10**11))
def test_whole_amounts_survive_any_grouping(amount: int) -> None:
    for mark in (",", ".", " ", "'", "\u00a0"):
        assert parse_money(f"{amount:,}".replace(",", mark), default_currency="EUR") == Money(Decimal(amount), "EUR")


@given(st.text(max_size=40) | st.text(alphabet="0123456789.,-' $€USDk/", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_money(text, default_currency="EUR")
    except MoneyError as error:
        assert error.code  # noqa: PT017
    else:
        assert found is None or (found.amount >= 0 and found.amount == round(found.amount, 2))
