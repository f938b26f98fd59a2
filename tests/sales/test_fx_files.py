"""Files of exchange rates: what is read, and how a fault is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from artmarket.sales import fx
from artmarket.sales.fx_files import seed_rates
from artmarket.sales.models import FxRate

pytestmark = pytest.mark.django_db
PORTAL = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"


@pytest.fixture
def read(tmp_path):
    """Load a file of these words."""

    def load(text):
        file = tmp_path / "rates.csv"
        file.write_text(text)
        call_command("load_fx_rates", str(file))

    return load


def rates():
    return {(rate.quote, rate.date.isoformat()): rate.rate for rate in FxRate.objects.all()}


def test_seeds_hold_the_trades_currencies_since_the_euro_began():
    years = {}
    for rate in seed_rates():
        years.setdefault(rate.quote, []).append(rate.date.year)
    assert set(years) == {"USD", "GBP", "CHF", "JPY", "CNY", "HKD", "SEK", "AUD", "CAD", "SGD"}
    assert all(found == list(range(found[0], 2025)) for found in years.values())
    assert [years[code][0] for code in ("USD", "GBP", "CHF", "JPY", "HKD", "CNY")] == [1999] * 5 + [2006]


def test_seeds_of_pegged_currencies_agree():
    """Hong Kong holds its dollar at 7.75 to 7.85 to the US dollar: a slip of a digit in either column would show."""
    known = {(rate.quote, rate.date.year): rate.rate for rate in seed_rates()}
    for year in range(1999, 2025):
        assert Decimal("7.74") < known["HKD", year] / known["USD", year] < Decimal("7.86"), year


def test_the_portals_days_months_and_years_are_read(read):
    read(
        PORTAL + "EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2024-05-02,1.0695,A\n"
        "EXR.M.JPY.EUR.SP00.A,M,JPY,EUR,SP00,A,2024-05,168.54,A\n"
        "EXR.A.CHF.EUR.SP00.A,A,CHF,EUR,SP00,A,2023,0.9718,A\n"
        "EXR.D.USD.EUR.SP00.A,D,USD,EUR,SP00,A,2024-05-01,NaN,H\n"
    )
    assert rates() == {
        ("USD", "2024-05-02"): Decimal("1.0695"),
        ("JPY", "2024-05-01"): Decimal("168.54"),
        ("CHF", "2023-01-01"): Decimal("0.9718"),
    }
    assert FxRate.objects.get(quote="JPY").source == "ECB, average of the month"


def test_the_key_alone_names_the_currency(read):
    read("KEY,TIME_PERIOD,OBS_VALUE\nEXR.D.GBP.EUR.SP00.A,2024-05-02,0.8563\n")
    assert rates() == {("GBP", "2024-05-02"): Decimal("0.8563")}


def test_loading_again_replaces(read):
    for rate in ("1.1", "1.2"):
        read(f"Date,USD\n2024-05-02,{rate}\n")
    assert rates() == {("USD", "2024-05-02"): Decimal("1.2")}
    assert fx.convert(Decimal(10), source="EUR", target="USD", on=dt.date(2024, 5, 3)) == Decimal("12.00")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Date,USD\n2024-05-02,1.07\n2024-05-01,cheap\n", "line 3: “cheap” is no number"),
        ("Date,USD\n2024-05-02,-1.07\n", "line 2: -1.07 is not greater than zero"),
        ("Date,USD\n2024-05-02,0\n", "line 2: 0 is not greater than zero"),
        ("Date,USD\n2024-05-02,Infinity\n", "line 2: Infinity is not greater than zero"),
        ("Date,USD\n2024-05-02,1e12\n", "line 2: 1E.12 is too large"),
        ("Date,USD\n02/05/2024,1.07\n", "line 2: “02/05/2024” is no day"),
        ("Date,USD\n2124-05-02,1.07\n", "line 2: 2124-05-02 lies in the future"),
        ("Date,QQQ\n2024-05-02,1.07\n", "line 2: “QQQ” is no known currency"),
        ("Date,USD\n2024-05-02,1.07,3\n", "line 2: 3 cells, where the heading has 2 columns"),
        ("Date,USD\n2024-05-02,1.07\n2024-05-02,1.08\n", "line 3: USD of 2024-05-02 is 1.07 above, and here 1.08"),
        ("Day,USD\n2024-05-02,1.07\n", "is no file of the ECB's rates"),
        ("", "is empty"),
        (
            PORTAL + "k,D,USD,GBP,SP00,A,2024-05-02,1.3,A\n",
            "line 2: this is no spot rate of a currency against the euro",
        ),
        (PORTAL + "k,M,USD,EUR,SP00,E,2024-05,1.3,A\n", "line 2: this is no spot rate"),
        (PORTAL + "k,M,USD,EUR,SP00,A,2024-13,1.3,A\n", "line 2: “2024-13” is no month"),
        (PORTAL + "k,Q,USD,EUR,SP00,A,2024-Q1,1.3,A\n", "line 2: the frequency “Q” is none of D, M and A"),
        ("TIME_PERIOD,OBS_VALUE\n2024-05-02,1.3\n", "line 2: no column names the currency"),
    ],
)
def test_a_fault_is_named_and_nothing_is_kept(read, text, reason):
    with pytest.raises(CommandError, match=reason):
        read(text)
    assert not FxRate.objects.exists()


def test_a_file_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "rates.csv"
    file.write_bytes(b"\xff\xfe\x00Date")
    with pytest.raises(CommandError, match="no text file in UTF-8"):
        call_command("load_fx_rates", str(file))
