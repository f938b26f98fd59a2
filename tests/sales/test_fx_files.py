"""Files of exchange rates: what is read, and how a fault is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artmarket.sales import fx
from artmarket.sales.fx_files import seed_rates
from artmarket.sales.models import FxRate
from tests.factories import LotFactory, SaleFactory

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


CURRENCIES = {"USD", "GBP", "CHF", "JPY", "CNY", "HKD", "SEK", "AUD", "CAD", "SGD"}


def test_seeds_hold_the_trades_currencies_at_every_month_s_end_since_the_euro_began():
    days: dict[str, list[dt.date]] = {}
    for rate in seed_rates():
        days.setdefault(rate.quote, []).append(rate.date)
    assert set(days) == CURRENCIES
    assert {code: found[0] for code, found in days.items() if code != "CNY"} == dict.fromkeys(
        CURRENCIES - {"CNY"}, dt.date(1999, 1, 4)
    )
    for code, found in days.items():
        months = [day.year * 12 + day.month for day in found[1 if code != "CNY" else 0 :]]
        assert months == list(range(months[0], 2026 * 12 + 10 + 1)), code
        assert all((day + dt.timedelta(days=6)).month != day.month for day in found[1:]), code


def test_seeds_of_pegged_currencies_agree():
    """Hong Kong holds its dollar at 7.75 to 7.85 to the US dollar: a slip of a digit in either column would show."""
    known = {(rate.quote, rate.date): rate.rate for rate in seed_rates()}
    for code, day in known:
        if code == "HKD":
            assert Decimal("7.73") < known["HKD", day] / known["USD", day] < Decimal("7.87"), day


def test_seeds_are_the_bank_s_own_rates():
    known = {(rate.quote, rate.date.isoformat()): (rate.rate, rate.source) for rate in seed_rates()}
    assert known["USD", "1999-01-04"] == (Decimal("1.1789"), "ECB")
    assert known["GBP", "2015-12-31"] == (Decimal("0.73395"), "ECB")
    assert known["USD", "2024-12-31"] == (Decimal("1.0389"), "ECB")


def test_seeds_take_the_place_of_the_averages_of_years_and_refresh_prices():
    """What an installation got when whole years' averages were shipped; what its people loaded stays."""
    year = FxRate.objects.create(
        base="EUR", quote="USD", date=dt.date(2019, 1, 1), rate=Decimal("1.1195"), source="ECB, average of the year"
    )
    own = FxRate.objects.create(base="EUR", quote="USD", date=dt.date(2019, 5, 31), rate=Decimal("2"), source="own")
    crown = FxRate.objects.create(
        base="EUR", quote="NOK", date=dt.date(2019, 1, 1), rate=Decimal("9.8511"), source="ECB, average of the year"
    )
    sale = SaleFactory(date=dt.date(2019, 2, 3), currency="EUR")
    lot = LotFactory(sale=sale, currency="EUR", price=Decimal(100), price_usd=Decimal("111.95"))
    call_command("load_seeds")
    lot.refresh_from_db()
    assert not FxRate.objects.filter(pk=year.pk).exists()
    assert FxRate.objects.get(pk=own.pk).rate == 2
    assert FxRate.objects.filter(pk=crown.pk).exists(), "no month ends of it are shipped"
    assert lot.price_usd == Decimal("114.88")
    with CaptureQueriesContext(connection) as queries:
        call_command("load_seeds")
    assert not [query for query in queries if "UPDATE" in query["sql"]]


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
