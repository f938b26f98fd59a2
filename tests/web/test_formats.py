"""Numbers as each language writes them, on pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.template.defaultfilters import floatformat
from django.utils import translation

from artmarket.web.templatetags.formats import amount, exact_money, percentage, signed


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_amounts_are_parted_in_thousands(language):
    with translation.override(language):
        assert amount(Decimal(1234567)) == "1,234,567"
        assert amount(Decimal("1234567.50")) == "1,234,567.50"
        assert exact_money(Decimal("-1234567"), "CNY") == "CNY\u00a0-1,234,567.00"
        assert floatformat(1234567.4, "0g") == "1,234,567"


def test_changes_have_a_sign_of_their_own():
    assert [signed(Decimal(each)) for each in ("1234", "-1234.5", "0")] == ["+1,234", "−1,234.50", "0"]
    assert signed(None) == ""


def test_shares_are_written_in_per_cent():
    assert (percentage(0.256), percentage(-1.5), percentage(None)) == ("26\u00a0%", "-150\u00a0%", "–")
