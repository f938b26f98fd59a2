"""What is known of a market before a day, kept in memory for some minutes."""

from __future__ import annotations

import datetime as dt
import time
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.registry.models import ModelVersion
from analysis.valuation.records import Gathered, Scope, fingerprint, gather
from artmarket.sales.fx import RateTable

if TYPE_CHECKING:
    from ml.valuation.comparables import PastSales
    from ml.valuation.history import MarketMemory

FRESH_SECONDS = 300


@dataclass(frozen=True)
class Records:
    """A scope's offers of all dates on one price basis, its sold ones as columns, and the rates of exchange."""

    gathered: Gathered
    past: PastSales
    rates: RateTable


@dataclass(frozen=True)
class KnownMarket:
    """A scope before a day: the memory that its offers leave, how many there are, and a fingerprint of them.

    ``past`` holds later sales too; who asks it says a date.
    """

    memory: MarketMemory
    past: PastSales
    artworks: Mapping[int, int]
    rates: RateTable
    offers: int
    sold: int
    sha256: str

    @property
    def until(self) -> str:
        """Day of the last offer, in ISO form; empty where there is none."""
        return self.memory.until.isoformat() if self.memory.until else ""


def known_market(scope: Scope, on: dt.date, version: ModelVersion) -> KnownMarket:
    """The market before a day, as of some minutes ago at most, on the price basis that the version learned."""
    return remembered_market(str(scope), version.parameters["basis"], on, period())


def period() -> int:
    return int(time.monotonic() // FRESH_SECONDS)


@lru_cache(maxsize=4)
def records_of(scope: str, basis: str, period: int) -> Records:
    """Read once for all dates: the lots of a market are asked about at many."""
    from ml.valuation.comparables import PastSales

    gathered = gather(Scope.parse(scope), basis=basis)
    return Records(gathered, PastSales.of(gathered.offers), RateTable.load())


@lru_cache(maxsize=32)
def remembered_market(scope: str, basis: str, on: dt.date, period: int) -> KnownMarket:
    from ml.valuation.features import remember

    records = records_of(scope, basis, period)
    offers = records.gathered.offers
    earlier = offers[: bisect_left(offers, on, key=lambda offer: offer.date)]
    return KnownMarket(
        memory=remember(earlier),
        past=records.past,
        artworks=records.gathered.artworks,
        rates=records.rates,
        offers=len(earlier),
        sold=sum(1 for offer in earlier if offer.price),
        sha256=fingerprint(earlier),
    )


def forget() -> None:
    """Read the records anew at the next question."""
    remembered_market.cache_clear()
    records_of.cache_clear()
