"""What a provenance tells, and only what it told before the sale."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.valuation.offers import Offer
from ml.valuation.provenance import known_entries, provenance

TEXT = """The artist's estate, Lisbon
Galeria Azul, Porto, acquired in 1931; Museu da Costa, 1950–1962
Sale, Kestrel & Moor, 14 May 2009, lot 3
Private collection
Sale, Kestrel & Moor, 2 June 2015, lot 8
Present owner"""


def told(text: str, year: int) -> list[float]:
    return provenance(Offer(key=1, date=dt.date(year, 5, 14), provenance=text))


def test_it_counts_entries_years_and_museums_up_to_the_last_that_was_dated_before() -> None:
    assert told(TEXT, 2020) == [math.log1p(6), 2020 - 1931, 5.0, 1.0]
    assert told(TEXT, 2010) == [math.log1p(4), 2010 - 1931, 1.0, 1.0]
    assert told(TEXT, 1940) == [math.log1p(2), 9.0, 9.0, 0.0]


@pytest.mark.parametrize("text", ["", "Private collection", "The artist's estate\nPresent owner", "Lot 31, no. 2009a7"])
def test_without_a_dated_entry_nothing_is_known(text: str) -> None:
    assert all(map(math.isnan, told(text, 2020)))


def test_the_sale_s_own_entry_is_not_known_before_it() -> None:
    assert told(TEXT, 2009) == [math.log1p(3), 2009 - 1931, 2009 - 1962, 1.0]


entries = st.lists(
    st.sampled_from(["Private collection", "Museum, 1950", "Sold 1999", "Bought 2004, sold 2008", "Heirs"]), max_size=6
)


@settings(max_examples=200, deadline=None)
@given(entries, entries, st.integers(1945, 2030))
def test_what_a_later_catalogue_adds_changes_nothing_before_it(first: list[str], later: list[str], year: int) -> None:
    before = "\n".join(first)
    after = "\n".join([*first, f"Sold {year}", *later])
    np.testing.assert_array_equal(told(before, year), told(after, year))


def test_entries_keep_their_words_and_years() -> None:
    assert known_entries("A, 1900; B\nC, 1910–1912", 2000) == [
        ("A, 1900", [1900]),
        ("B", []),
        ("C, 1910–1912", [1910, 1912]),
    ]
