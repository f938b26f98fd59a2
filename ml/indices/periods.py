"""Calendar periods as whole numbers that follow each other: years, half-years, quarters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

PARTS: Mapping[str, int] = MappingProxyType({"year": 1, "half": 2, "quarter": 4})
LETTERS: Mapping[str, str] = MappingProxyType({"year": "", "half": "H", "quarter": "Q"})


def numbers(dates: NDArray[np.datetime64], period: str) -> NDArray[np.int64]:
    """The period of each day, shape [n]; raises ``ValueError`` for a kind of period that there is not."""
    parts = parts_of(period)
    months = dates.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months // 12 * parts + months % 12 * parts // 12


def parts_of(period: str) -> int:
    if period not in PARTS:
        raise ValueError(f"no such period: {period}; there are {', '.join(PARTS)}")
    return PARTS[period]


def label(number: int, period: str) -> str:
    """``2016``, ``2016-H1``, ``2016-Q3``."""
    year, part = divmod(int(number), parts_of(period))
    return f"{year}-{LETTERS[period]}{part + 1}" if LETTERS[period] else str(year)


def first_day(number: int, period: str) -> dt.date:
    parts = parts_of(period)
    year, part = divmod(int(number), parts)
    return dt.date(year, 1 + part * 12 // parts, 1)
