"""Price indices by month: every office's format, every fault by its line, and real prices to the cent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from artmarket.sales.deflating import Deflator, NoIndex, deflate, deflator, index_of, real_money
from artmarket.sales.models import PriceIndex

EUROSTAT = (
    "DATAFLOW,LAST UPDATE,freq,unit,coicop,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
    "ESTAT:PRC_HICP_MIDX(1.0),06/02/26 23:00:00,M,I15,CP00,{geo},2024-10,126.99,,\n"
    "ESTAT:PRC_HICP_MIDX(1.0),06/02/26 23:00:00,M,I15,CP00,EA19,2024-11,126.58,p,\n"
)
WIDE = (
    "freq,unit,coicop,geo\\TIME_PERIOD\t2024-10 \t2024-11 \t2024-12 \n"
    "M,I15,CP00,AT\t: \t129.1 \t129.5 \nM,I15,CP00,EA19\t126.99 \t126.58 p\t: \n"
)
BLS = (
    "Series ID,Year,Period,Label,Value\nCUUR0000SA0,2024,M10,2024 Oct,315.664\n"
    "CUUR0000SA0,2024,M11,2024 Nov,315.493\nCUUR0000SA0,2024,M13,2024 Annual,313.689\n"
)
BLS_TABS = (
    "series_id        \tyear\tperiod\t       value\tfootnote_codes\n"
    "CUUR0000SA0      \t2024\tM10\t     315.664\t\nCUUR0000SA0      \t2024\tM11\t     315.493\t\n"
    "CUUR0000SA0L1E   \t2024\tM11\t     300.000\t\n"
)
ONS = (
    '"Title","CPI INDEX 00: ALL ITEMS 2015=100"\n"CDID","D7BT"\n"Important notes",\n"2023","130.5"\n'
    '"2023 Q4","132.0"\n"2023 NOV","131.7"\n"2023 DEC","132.2"\n'
)


@pytest.fixture
def read(tmp_path, db, capsys):
    """Load a file of these words as an index in dollars; gives what the command said."""

    def load(text, *more):
        file = tmp_path / "index.csv"
        file.write_text(text)
        call_command("load_price_index", "Test", str(file), "--currency", "USD", *more)
        return capsys.readouterr().out

    return load


def levels():
    return {f"{row.month:%Y-%m}": float(row.level) for row in PriceIndex.objects.all()}


@pytest.mark.parametrize(
    ("text", "more", "found"),
    [
        (EUROSTAT.format(geo="EA19"), [], {"2024-10": 126.99, "2024-11": 126.58}),
        (EUROSTAT.format(geo="AT"), ["--where", "geo=EA19"], {"2024-11": 126.58}),
        (WIDE, ["--where", "geo=EA19"], {"2024-10": 126.99, "2024-11": 126.58}),
        (BLS, [], {"2024-10": 315.664, "2024-11": 315.493}),
        (BLS_TABS, ["--where", "series_id=CUUR0000SA0"], {"2024-10": 315.664, "2024-11": 315.493}),
        (ONS, [], {"2023-11": 131.7, "2023-12": 132.2}),
        ("month,level\n2024-01,100\n2024-02-01,101.5\n", ["--source", "own"], {"2024-01": 100, "2024-02": 101.5}),
    ],
)
def test_each_offices_format_is_read(read, text, more, found):
    read(text, *more)
    assert levels() == found


def test_who_published_it_is_kept(read):
    read(ONS)
    assert set(PriceIndex.objects.values_list("source", "currency")) == {("UK Office for National Statistics", "USD")}
    with pytest.raises(CommandError, match="give --source"):
        read("month,level\n2024-01,100\n")


def test_months_without_a_level_are_told(read):
    assert "no level of 2024-02, 2024-03" in read("month,level\n2024-01,100\n2024-04,101\n", "--source", "own")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("month,level\n2024-01,dear\n", "line 2: “dear” is no number"),
        ("month,level\n2024-01,0\n", "line 2: 0 is not greater than zero"),
        ("month,level\n2024-01,100\n2024-Q1,1\n", "line 3: “2024-Q1” is no month"),
        ("month,level\n2024-13,100\n", "line 2: “2024-13” is no month"),
        ("month,level\n2124-01,100\n", "line 2: 2124-01-01 lies in the future"),
        ("month,level\n2024-01,100\n2024-01,101\n", "line 3: 2024-01 is 100 above, and here 101"),
        ("month,level\n2024-01,:\n", "holds no level of any month"),
        ("month,level\n", "holds no level of any month"),
        ("a,b,c\n1,2,3\n", "is in no known format: its columns are a, b, c"),
        (EUROSTAT.format(geo="AT"), "holds several series; choose one by --where geo=…: AT, EA19"),
        (WIDE, "choose one by --where geo=…: AT, EA19"),
        (BLS_TABS, "choose one by --where series_id=…: CUUR0000SA0, CUUR0000SA0L1E"),
        (BLS.replace("M11", "Q1"), "line 3: “Q1” is no month"),
        (ONS + '"soon","1"\n', "line 8: “soon” is no year, quarter or month"),
    ],
)
def test_a_fault_is_named_and_nothing_is_kept(read, text, reason):
    with pytest.raises(CommandError, match=reason):
        read(text, "--source", "own")
    assert not PriceIndex.objects.exists()


def test_a_choice_that_the_file_does_not_offer_is_named(read):
    with pytest.raises(CommandError, match="has no column “land”, but freq, unit, coicop, geo"):
        read(WIDE, "--where", "land=AT")
    with pytest.raises(CommandError, match="holds no value of this series"):
        read(WIDE, "--where", "geo=XX")


def test_an_unknown_currency_is_named(tmp_path, db):
    file = tmp_path / "index.csv"
    file.write_text(ONS)
    with pytest.raises(CommandError, match="“QQQ” is no known currency"):
        call_command("load_price_index", "Test", str(file), "--currency", "QQQ")


class TestShipped:
    @pytest.fixture
    def seeds(self, db):
        call_command("load_seeds")

    @pytest.mark.parametrize(
        ("currency", "month", "level"),
        [
            ("USD", (1913, 1), "9.8"),
            ("USD", (2019, 7), "256.571"),
            ("GBP", (2015, 1), "99.3"),
            ("EUR", (2015, 12), "100.03"),
        ],
    )
    def test_levels_are_the_offices(self, seeds, currency, month, level):
        assert deflator(currency).level(dt.date(*month, 1)) == Decimal(level)

    def test_the_average_of_the_base_years_is_a_hundred(self, seeds):
        for currency, years in (("USD", (1982, 1983, 1984)), ("GBP", (2015,)), ("EUR", (2015,))):
            kept = [level for month, level in deflator(currency).levels.items() if month.year in years]
            assert len(kept) == 12 * len(years)
            assert abs(sum(kept) / len(kept) - 100) < Decimal("0.05"), currency

    def test_a_hundred_dollars_of_1913(self, seeds):
        real = deflate(Decimal(100), currency="USD", since=dt.date(1913, 1, 20), until=dt.date(2024, 12, 31))
        assert real == (Decimal(100) * Decimal("315.605") / Decimal("9.8")).quantize(Decimal("0.01"))

    def test_a_month_that_was_never_published_is_named(self, seeds):
        with pytest.raises(NoIndex, match="The index US CPI-U has no level of 2025-10; it runs from 1913-01"):
            deflate(Decimal(1), currency="USD", since=dt.date(2025, 10, 3), until=dt.date(2024, 1, 1))

    def test_loading_seeds_again_keeps_what_is_there(self, seeds):
        PriceIndex.objects.filter(name="UK CPI", month=dt.date(2015, 1, 1)).update(level=Decimal(99))
        call_command("load_seeds")
        assert deflator("GBP").level(dt.date(2015, 1, 1)) == 99


@pytest.mark.django_db
def test_which_index_deflates_a_currency():
    with pytest.raises(NoIndex, match="No price index of prices in CHF is loaded"):
        index_of("CHF")
    for name in ("Swiss CPI", "Rents"):
        PriceIndex.objects.create(name=name, currency="CHF", month=dt.date(2020, 1, 1), level=100, source="test")
        assert index_of("CHF", name) == name
    with pytest.raises(NoIndex, match="Several price indices of CHF are loaded; name one: Rents, Swiss CPI"):
        index_of("CHF")
    with pytest.raises(NoIndex, match="No price index “Wages” of prices in CHF"):
        index_of("CHF", "Wages")
    PriceIndex.objects.filter(name="Rents").delete()
    assert index_of("CHF") == "Swiss CPI"
    assert real_money(dt.date(2020, 1, 31), "CHF").month == dt.date(2020, 1, 1)


some_levels = st.decimals(min_value="1", max_value="1000", places=3, allow_nan=False)
amounts = st.decimals(min_value="0.01", max_value="99999999.99", places=2, allow_nan=False)


@given(amount=amounts, early=some_levels, late=some_levels)
def test_real_prices_are_exact_to_the_cent_and_keep_order(amount, early, late):
    known = Deflator("Test", "USD", "test", {dt.date(2000, 1, 1): early, dt.date(2020, 1, 1): late})
    day, other = dt.date(2000, 1, 31), dt.date(2020, 1, 15)
    real = known.deflate(amount, since=day, until=other)
    assert abs(real - amount * late / early) <= Decimal("0.005")
    assert known.deflate(amount, since=day, until=day) == amount
    assert known.deflate(amount + 1, since=day, until=other) >= real
