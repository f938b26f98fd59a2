"""What is known of a market before a day, kept in memory for some minutes."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.registry.models import ModelVersion
from analysis.valuation.records import Gathered, Scope, gather
from artmarket.sales.fx import RateTable
from ml.valuation.versions import add_to

if TYPE_CHECKING:
    from ml.valuation.comparables import PastSales
    from ml.valuation.history import MarketMemory
    from ml.valuation.offers import Offer

FRESH_SECONDS = 300
CHECKPOINTS = 16


@dataclass(frozen=True)
class Checkpoint:
    """What the first ``offers`` offers leave, whole days each: how many were sold, the memory, a hash so far."""

    offers: int
    sold: int
    memory: MarketMemory
    digest: hashlib._Hash

    def on(self, offers: Sequence[Offer]) -> Checkpoint:
        """This one with later offers told."""
        memory, digest = self.memory.layer(), self.digest.copy()
        for offer in offers:
            memory.tell(offer)
        add_to(digest, offers)
        sold = self.sold + sum(1 for offer in offers if offer.price)
        return Checkpoint(self.offers + len(offers), sold, memory, digest)


@dataclass(frozen=True)
class Records:
    """A scope's offers of all dates on one price basis, its sold ones as columns, and the rates of exchange.

    ``checkpoints`` from none to all offers: a date not asked before walks from the nearest one, not from the beginning.
    """

    gathered: Gathered
    past: PastSales
    rates: RateTable
    checkpoints: Sequence[Checkpoint]


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
    return Records(gathered, PastSales.of(gathered.offers), RateTable.load(), checkpoints_of(gathered.offers))


def checkpoints_of(offers: Sequence[Offer]) -> list[Checkpoint]:
    """Memories after every ``1 / CHECKPOINTS`` of the offers, at ends of days, each a layer on the one before."""
    from ml.valuation.history import MarketMemory

    found = [Checkpoint(0, 0, MarketMemory(), hashlib.sha256())]
    step = max(len(offers) // CHECKPOINTS, 1)
    while (start := found[-1].offers) < len(offers):
        day = offers[min(start + step, len(offers)) - 1].date
        found.append(found[-1].on(offers[start : bisect_right(offers, day, key=lambda offer: offer.date)]))
    return found


@lru_cache(maxsize=32)
def remembered_market(scope: str, basis: str, on: dt.date, period: int) -> KnownMarket:
    records = records_of(scope, basis, period)
    offers = records.gathered.offers
    end = bisect_left(offers, on, key=lambda offer: offer.date)
    nearest = records.checkpoints[bisect_right(records.checkpoints, end, key=lambda each: each.offers) - 1]
    known = nearest.on(offers[nearest.offers : end])
    return KnownMarket(
        memory=known.memory,
        past=records.past,
        artworks=records.gathered.artworks,
        rates=records.rates,
        offers=known.offers,
        sold=known.sold,
        sha256=known.digest.hexdigest(),
    )


def forget() -> None:
    """Read the records anew at the next question."""
    remembered_market.cache_clear()
    records_of.cache_clear()
