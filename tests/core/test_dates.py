"""Fuzzy dates of works, and exact days of sales."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artmarket.core.days import parse_days
from artmarket.core.fuzzy_dates import FuzzyDate, FuzzyDateError, parse_day, parse_fuzzy_date


@pytest.mark.parametrize(
    ("text", "first", "last", "circa"),
    [
        ("1954", 1954, 1954, False),
        ("c. 1954", 1954, 1954, True),
        ("1954?", 1954, 1954, True),
        ("1920s", 1920, 1929, False),
        ("c. 1980's", 1980, 1989, True),
        ("c. 1950s-1960s", 1950, 1969, True),
        ("19th century", 1801, 1900, False),
        ("séc. XIX", 1801, 1900, False),
        ("SÉC. XIX/XX", 1801, 2000, False),
        ("séc. XX (anos 60)", 1960, 1969, False),
        ("XIXe siècle", 1801, 1900, False),
        ("19. Jahrhundert", 1801, 1900, False),
        ("1901-1905", 1901, 1905, False),
        ("before 1650", 1600, 1650, True),
        ("after 1800", 1800, 1850, True),
        ("1980年", 1980, 1980, False),
        ("20世纪80年代", 1980, 1989, False),
        ("1974-75", 1974, 1975, False),
        ("1965-6", 1965, 1966, False),
        ("2014/2015", 2014, 2015, False),
        ("1999-02", 1999, 2002, False),
        ("MMIX", 2009, 2009, False),
        ("late 19th century", 1861, 1900, False),
        ("mid-1960s", 1963, 1966, False),
        ("1954, 1960 and 1962", 1954, 1962, False),
        ("executed in 1957", 1957, 1957, False),
        ("[1954]", 1954, 1954, False),
        ("1800s", 1800, 1899, False),
        ("1960-70s", 1960, 1979, False),
        ("1997/1995", 1995, 1997, False),
    ],
)
def test_spans_of_years(text: str, first: int, last: int, circa: bool) -> None:
    assert parse_fuzzy_date(text) == FuzzyDate(dt.date(first, 1, 1), dt.date(last, 12, 31), circa)


@pytest.mark.parametrize("text", ["", "n.d.", "s.d.", "undated", "unknown", "-", "sem data"])
def test_texts_that_say_nothing(text: str) -> None:
    assert parse_fuzzy_date(text) is None


@pytest.mark.parametrize(
    "text", ["12 May 1911", "May 12, 1911", "12 de maio de 1911", "1911-05-12", "1911年5月12日", "12. Mai 1911"]
)
def test_days(text: str) -> None:
    assert parse_fuzzy_date(text) == FuzzyDate(dt.date(1911, 5, 12), dt.date(1911, 5, 12))


def test_a_day_of_unclear_order_spans_both() -> None:
    assert parse_fuzzy_date("12/05/1911") == FuzzyDate(dt.date(1911, 5, 12), dt.date(1911, 12, 5))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("xyz", "not_a_date"),
        ("1905-1901", "backwards"),
        ("9999", "out_of_range"),
        ("200 BC", "not_a_date"),
        ("31/31/1911", "out_of_range"),
    ],
)
def test_what_is_no_date(text: str, code: str) -> None:
    with pytest.raises(FuzzyDateError) as caught:
        parse_fuzzy_date(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("Jan 12, 2020 9:00:00 PM", None, (2020, 1, 12)),
        ("3/31/19", None, (2019, 3, 31)),
        ("11/17/2017", None, (2017, 11, 17)),
        ("1912-12-08", None, (1912, 12, 8)),
        ("1764", None, (1764, 1, 1)),
        ("3/4/19", "dmy", (2019, 4, 3)),
        ("3/4/19", "mdy", (2019, 3, 4)),
        ("05/12/2020-05/19/2020", "mdy", (2020, 5, 12)),
        ("31.12.99", "dmy", (1999, 12, 31)),
        ("2019-03-31T10:00:00Z", None, (2019, 3, 31)),
        ("Sunday, 3 May 2015", None, (2015, 5, 3)),
        ("2019年3月31日", None, (2019, 3, 31)),
    ],
)
def test_days_of_sales(text: str, order, day: tuple[int, int, int]) -> None:
    assert parse_day(text, order=order) == dt.date(*day)


def test_a_range_of_days() -> None:
    assert parse_days("05/12/2020-05/19/2020", order="mdy") == (dt.date(2020, 5, 12), dt.date(2020, 5, 19))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3/4/19", "ambiguous_day"),
        ("", "not_a_day"),
        ("May 2015", "not_a_day"),
        ("13/13/2015", "ambiguous_day"),
        ("31/02/2015", "out_of_range"),
    ],
)
def test_what_is_no_day(text: str, code: str) -> None:
    with pytest.raises(FuzzyDateError) as caught:
        parse_day(text)
    assert caught.value.code in {code, "out_of_range"}


@given(st.dates(dt.date(1000, 1, 1), dt.date(2100, 12, 31)))
def test_written_days_are_read_back(day: dt.date) -> None:
    for text in (
        day.isoformat(),
        f"{day:%d %B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.year}年{day.month}月{day.day}日",
    ):
        assert parse_fuzzy_date(text) == FuzzyDate(day, day)
        assert parse_day(text) == day
    assert parse_day(f"{day.day}/{day.month}/{day.year}", order="dmy") == day
    assert parse_day(f"{day.month}/{day.day}/{day.year}", order="mdy") == day


@given(st.integers(1000, 2100), st.integers(0, 300))
def test_written_spans_are_read_back(first: int, length: int) -> None:
    last = min(first + length, 2100)
    expected = FuzzyDate(dt.date(first, 1, 1), dt.date(last, 12, 31))
    for mark in ("-", " - ", "–", " to ", "/"):
        assert parse_fuzzy_date(f"{first}{mark}{last}") == expected


@given(st.text(max_size=40) | st.text(alphabet="0123456789.-/ csXIVéth年月日世纪", max_size=16))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_fuzzy_date, parse_days):
        try:
            found = parse(text)
        except FuzzyDateError as error:
            assert error.code  # noqa: PT017
            assert str(error)  # noqa: PT017
        else:
            assert found is None or isinstance(found, tuple) or found.earliest <= found.latest
