"""What the market knew before a date: running figures that are asked first and told the day's results afterwards."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ml.valuation.earlier import USUAL_LOG_AREA, Told
from ml.valuation.offers import Offer
from ml.valuation.wording import Fading, Wording

HALF_LIFE_DAYS = 3 * 365.25
SHRINKAGE = 3.0
RUNNINGS = ("hands", "artists", "media", "houses", "sale_kinds")
V = TypeVar("V")


@dataclass
class Running:
    """Counts and exponentially decayed sums of log prices for one key (an artist, a house, a medium)."""

    offered: int = 0
    sold: int = 0
    weight: float = 0.0
    total: float = 0.0
    total_per_area: float = 0.0
    weight_per_area: float = 0.0
    last_log_price: float = math.nan
    last_day: int = 0
    highest: float = math.nan

    def decay(self, day: int) -> None:
        """Bring the sums forward to ``day`` (ordinal)."""
        if self.last_day and day > self.last_day:
            factor = 0.5 ** ((day - self.last_day) / HALF_LIFE_DAYS)
            self.weight *= factor
            self.total *= factor
            self.weight_per_area *= factor
            self.total_per_area *= factor
        self.last_day = max(day, self.last_day)

    def add(self, day: int, sold: bool | None, log_price: float, log_area: float) -> None:
        """Take one result in: its day (ordinal), outcome, log price and log area, NaN where there is none."""
        self.decay(day)
        if sold is not None:
            self.offered += 1
            self.sold += sold
        if math.isnan(log_price):
            return
        self.weight += 1.0
        self.total += log_price
        self.last_log_price = log_price
        self.highest = log_price if math.isnan(self.highest) else max(self.highest, log_price)
        if not math.isnan(log_area):
            self.weight_per_area += 1.0
            self.total_per_area += log_price - log_area

    def mean(self, prior: float, day: int) -> float:
        """Decayed mean log price as of ``day``, shrunk towards ``prior`` where little is known."""
        weight, total = self.faded(self.weight, day), self.faded(self.total, day)
        if math.isnan(prior):
            return total / weight if weight else math.nan
        return (total + SHRINKAGE * prior) / (weight + SHRINKAGE)

    def mean_per_area(self, prior: float, day: int) -> float:
        """Decayed mean of log price minus log area, shrunk likewise."""
        weight, total = self.faded(self.weight_per_area, day), self.faded(self.total_per_area, day)
        if math.isnan(prior):
            return total / weight if weight else math.nan
        return (total + SHRINKAGE * prior) / (weight + SHRINKAGE)

    def faded(self, amount: float, day: int) -> float:
        if not self.last_day or day <= self.last_day:
            return amount
        return float(amount * 0.5 ** ((day - self.last_day) / HALF_LIFE_DAYS))

    @property
    def sell_through(self) -> float:
        """Sold over offered, NaN before the first offer."""
        return self.sold / self.offered if self.offered else math.nan


NOBODY = Running()


class Layered(defaultdict[Hashable, V]):
    """What is known by key, on top of a base that stays as it is: a key is copied up when it is first changed."""

    def __init__(self, base: Mapping[Hashable, V], make: Callable[[], V], copied: Callable[[V], V]) -> None:
        super().__init__(make)
        self.base, self.make, self.copied = base, make, copied

    def __missing__(self, key: Hashable) -> V:
        known = self.base.get(key)
        self[key] = value = self.make() if known is None else self.copied(known)
        return value

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self.base

    def get(self, key: Hashable, default: Any = None) -> Any:
        """The value in this layer, else in the base; nothing is copied."""
        return self[key] if super().__contains__(key) else self.base.get(key, default)


@dataclass
class MarketMemory:
    """All that earlier days told. ``tell`` must be called in order of date, a day at once after the day was asked."""

    market: Running = field(default_factory=Running)
    hands: defaultdict[Hashable, Running] = field(default_factory=lambda: defaultdict(Running))
    artists: defaultdict[Hashable, Running] = field(default_factory=lambda: defaultdict(Running))
    media: defaultdict[Hashable, Running] = field(default_factory=lambda: defaultdict(Running))
    houses: defaultdict[Hashable, Running] = field(default_factory=lambda: defaultdict(Running))
    sale_kinds: defaultdict[Hashable, Running] = field(default_factory=lambda: defaultdict(Running))
    told: defaultdict[Hashable, Told] = field(default_factory=lambda: defaultdict(Told))
    wording: Wording = field(default_factory=Wording)
    until: dt.date | None = None

    def layer(self) -> MarketMemory:
        """A memory that knows the same and can be told more, while this one stays as it is. It must be told no more."""
        runnings = {name: Layered(getattr(self, name), Running, replace) for name in RUNNINGS}
        fadings = {
            name: Layered(getattr(self.wording, name), Fading, replace) for name in ("hands", "titles", "materials")
        }
        told = Layered(self.told, Told, Told.copy)
        return MarketMemory(replace(self.market), **runnings, told=told, wording=Wording(**fadings), until=self.until)

    def sized_prior(self, offer: Offer) -> float:
        """The medium's mean log price at the usual size: half of the mean and half of the mean per area make its root."""
        day, medium = offer.date.toordinal(), self.media.get(offer.medium, NOBODY)
        plain = medium.mean(self.market.mean(math.nan, day), day)
        per_area = medium.mean_per_area(self.market.mean_per_area(math.nan, day), day)
        return plain if math.isnan(per_area) else 0.5 * (plain + per_area + USUAL_LOG_AREA)

    def tell(self, offer: Offer) -> None:
        """Take one offer's result in. Raises ``ValueError`` for one that lies before what is known already."""
        if self.until is not None and offer.date < self.until:
            raise ValueError(f"results are told in order of date: {offer.date} after {self.until}")
        self.until = offer.date
        self.wording.tell(offer, self.sized_prior(offer))
        told = [self.market, self.media[offer.medium], self.houses[offer.house]]
        if offer.artist is not None:
            told += [self.hands[offer.hand], self.artists[offer.artist]]
            self.told[offer.artist].add(offer)
        if offer.sale_kind:
            told.append(self.sale_kinds[offer.house, offer.sale_kind])
        result = offer.date.toordinal(), offer.sold, offer.log_price, offer.log_area
        for running in told:
            running.add(*result)
