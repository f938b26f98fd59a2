"""What the artist's earlier offers say of a work, each weighed by how like it is. Only what was told before counts.

Prices are compared after taking out size: within an artist they grow with about the square root of the area.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml.valuation.offers import Offer, log_mid_estimate
from ml.valuation.words import known_title

AREA_POWER, USUAL_LOG_AREA = 0.5, 8.0
MOST = 400
DAYS_A_YEAR = 365.25
BOUGHT_IN = 0.25
OTHER_MEDIUM, OTHER_SUPPORT, OTHER_HAND, OTHER_DEPTH = 0.25, 0.5, 0.3, 0.2
UNKNOWN_SIZE, UNKNOWN_MADE = 1.0, 15.0
PRIOR, KERNEL_PRIOR, SPREAD_PRIOR = 1.5, 0.3, 0.3
HALF_LIVES = (1.0, 3.0, 10.0)
# By kernel: how far a work may be away in log area, and in years of making, before it counts 1/e.
KERNELS = {"size": (0.6, math.inf), "period": (1.2, 8.0), "near": (0.6, 10.0), "twin": (0.3, 5.0)}
MEANS = tuple(f"earlier_mean_{years:.0f}" for years in HALF_LIVES)
ALIKE = tuple(f"alike_{name}{part}" for name in KERNELS for part in ("", "_weight", "_plain"))
COUNTS = ("offers_1", "offers_3", "offers_5", "sell_through_2", "earlier_weight")
PRICES = ("price_tenth", "price_median", "price_ninetieth", "highest_5", "last_sized", "last_3_sized", "price_spread")
HOUSES_SAID = ("said_mean", "said_near", "over_estimate")
PLACE = ("trend", "made_from_usual", "size_from_usual", "title_sized", "title_age", "title_burned")
EARLIER = ("sized_prior", *MEANS, *ALIKE, "alike_spread", *COUNTS, *PRICES, *HOUSES_SAID, *PLACE)

Numbers = NDArray[np.float64]


@dataclass
class Told:
    """An artist's offers so far, in order of date; their numbers are reckoned when first asked for."""

    offers: list[Offer] = field(default_factory=list)
    rows: list[tuple[float, ...]] = field(default_factory=list)
    titles: dict[str, tuple[float, int]] = field(default_factory=dict)
    burned: dict[str, int] = field(default_factory=dict)
    table: Numbers | None = None

    def add(self, offer: Offer) -> None:
        self.offers.append(offer)
        self.table = None

    def copy(self) -> Told:
        """The same, to be told more."""
        return Told([*self.offers], [*self.rows], {**self.titles}, {**self.burned}, self.table)

    def columns(self) -> Numbers:
        """The latest ``MOST`` offers as columns [11, n]."""
        for offer in self.offers[len(self.rows) :]:
            self.rows.append(row_of(offer))
            title = known_title(offer.title)
            if title and offer.price:
                self.titles[title] = offer.log_price - size_part(offer.log_area), offer.date.toordinal()
                self.burned.pop(title, None)
            elif title and offer.sold is False:
                self.burned[title] = offer.date.toordinal()
        if self.table is None:
            self.table = np.array(self.rows[-MOST:]).T
        return self.table


def size_part(log_area: float) -> float:
    """The part of log price that size explains; none where it is not known."""
    return 0.0 if math.isnan(log_area) else AREA_POWER * (log_area - USUAL_LOG_AREA)


def row_of(offer: Offer) -> tuple[float, ...]:
    low = math.log(offer.estimate_low) - BOUGHT_IN if offer.estimate_low else math.nan
    known = offer.log_price if offer.price else low if offer.sold is False else math.nan
    return (
        float(offer.date.toordinal()),
        offer.log_price,
        known,
        log_mid_estimate(offer),
        offer.log_area,
        size_part(offer.log_area),
        float(offer.made_year) if offer.made_year else math.nan,
        float(bool(offer.depth_cm)),
        math.nan if offer.sold is None else float(offer.sold),
        float(hash_of(offer.medium)),
        float(hash_of(offer.support) * 31 + hash_of(offer.attribution)),
    )


def hash_of(text: str) -> int:
    """A number that is the same in every process (Python's own hash of a text is not)."""
    return int.from_bytes(text.encode()[:6], "big") % 1_000_003 if text else 0


def earlier(offer: Offer, told: Told | None, prior: float) -> list[float]:
    """Numbers in the order of ``EARLIER``; ``prior`` is the market's log price at the usual size."""
    size = size_part(offer.log_area)
    if told is None or not told.offers:
        return [prior + size, *[math.nan] * (len(EARLIER) - 1)]
    past = Past.of(offer, told, size, 0.0 if math.isnan(prior) else prior)
    return [
        prior + size,
        *past.means(),
        *past.alike(),
        *past.counts(),
        *past.prices(),
        *past.said(),
        *past.place(offer, told),
    ]


@dataclass
class Past:
    """One artist's earlier offers as seen from one work: columns [n], sizes taken out of the prices."""

    size: float
    prior: float
    ages: Numbers
    price: Numbers
    known: Numbers
    estimate: Numbers
    log_area: Numbers
    size_parts: Numbers
    made: Numbers
    sold: Numbers
    likeness: Numbers
    hand: Numbers
    area_away: Numbers
    made_away: Numbers
    centre: float = math.nan

    @classmethod
    def of(cls, offer: Offer, told: Told, size: float, prior: float) -> Past:
        day, price, known, estimate, log_area, parts, made, deep, sold, medium, kind = told.columns()
        mine = row_of(offer)
        area_away, made_away = np.abs(log_area - mine[4]), np.abs(made - mine[6])
        hand = np.where(kind % 31 == mine[10] % 31, 1.0, OTHER_HAND)
        likeness = np.where(medium == mine[9], 1.0, OTHER_MEDIUM) * np.where(kind == mine[10], 1.0, OTHER_SUPPORT)
        return cls(
            size=size,
            prior=prior,
            ages=(mine[0] - day) / DAYS_A_YEAR,
            price=price,
            known=known,
            estimate=estimate,
            log_area=log_area,
            size_parts=parts,
            made=made,
            sold=sold,
            likeness=likeness * hand * np.where(deep == mine[7], 1.0, OTHER_DEPTH),
            hand=hand,
            area_away=np.where(np.isnan(area_away), UNKNOWN_SIZE, area_away),
            made_away=np.where(np.isnan(made_away), UNKNOWN_MADE, made_away),
        )

    def means(self) -> list[float]:
        """Decayed means of what is known, shrunk towards the market, at the work's size."""
        has = ~np.isnan(self.known)
        sized, found = (self.known - self.size_parts)[has], []
        for years in HALF_LIVES:
            weight = (0.5 ** (self.ages / years) * self.hand)[has]
            found.append(float((weight @ sized + PRIOR * self.prior) / (weight.sum() + PRIOR)))
        self.centre = found[1]
        return [mean + self.size for mean in found]

    def alike(self) -> list[float]:
        """By kernel: mean of the works like this one, how many they are, their mean as printed; last, the spread."""
        has = ~np.isnan(self.known)
        known, sized = self.known[has], (self.known - self.size_parts)[has]
        decayed = (self.likeness * 0.5 ** (self.ages / HALF_LIVES[1]))[has]
        found, spread = [], math.nan
        for name, (areas, years) in KERNELS.items():
            weight = decayed * np.exp(-self.area_away[has] / areas - self.made_away[has] / years)
            total = float(weight.sum())
            mean = float((weight @ sized + KERNEL_PRIOR * self.centre) / (total + KERNEL_PRIOR))
            plain = float(weight @ known / total) if total > 1e-6 else math.nan
            found += [mean + self.size, math.log(total + 0.01), plain]
            if name == "near":
                squares = float(weight @ (sized - mean) ** 2)
                spread = math.sqrt((squares + SPREAD_PRIOR) / (total + SPREAD_PRIOR))
        return [*found, spread]

    def counts(self) -> list[float]:
        recent = (self.ages < 2) & ~np.isnan(self.sold)
        through = (float(self.sold[recent].sum()) + 2.25) / (int(recent.sum()) + 3)
        lately = [float((self.ages < years).sum()) for years in (1, 3, 5)]
        return [*lately, through, math.log1p(float((0.5 ** (self.ages / HALF_LIVES[1]))[~np.isnan(self.known)].sum()))]

    def prices(self) -> list[float]:
        """Spread of the prices as printed, the highest of five years, and the last ones at the work's size."""
        has = ~np.isnan(self.price)
        if not has.any():
            return [math.nan] * len(PRICES)
        price, sized, recent = self.price[has], (self.price - self.size_parts)[has], self.ages[has] < 5
        return [
            *quantiles(price, (0.1, 0.5, 0.9)),
            float(price[recent].max()) if recent.any() else math.nan,
            float(sized[-1]) + self.size,
            float(sized[-3:].mean()) + self.size,
            float(sized.std()) if len(sized) > 2 else math.nan,
        ]

    def said(self) -> list[float]:
        """What the houses' estimates of the earlier offers say, and by how much prices went over them."""
        has = ~np.isnan(self.estimate)
        if not has.any():
            return [math.nan] * len(HOUSES_SAID)
        sized, decay = (self.estimate - self.size_parts)[has], (0.5 ** (self.ages / HALF_LIVES[1]))[has]
        mean = float(decay @ sized / decay.sum())
        near = (decay * self.likeness[has]) * np.exp(-self.area_away[has] / 0.6 - self.made_away[has] / 10)
        both = has & ~np.isnan(self.price)
        weight = 0.5 ** (self.ages[both] / HALF_LIVES[1])
        over = (weight @ (self.price - self.estimate)[both] + 0.4) / (weight.sum() + 2) if both.any() else math.nan
        return [
            mean + self.size,
            float((near @ sized + KERNEL_PRIOR * mean) / (near.sum() + KERNEL_PRIOR)) + self.size,
            float(over),
        ]

    def place(self, offer: Offer, told: Told) -> list[float]:
        """Where the market of the artist goes, and where this work stands among the earlier ones."""
        sized, has = self.known - self.size_parts, ~np.isnan(self.known)
        late, before = sized[has & (self.ages < 1.5)], sized[has & (self.ages >= 1.5)]
        fewer = min(len(late), len(before))
        title = known_title(offer.title)
        price, day = told.titles.get(title, (math.nan, 0))
        burned = told.burned.get(title, math.nan)
        return [
            float((late.mean() - before.mean()) * fewer / (fewer + 3)) if fewer else math.nan,
            (offer.made_year or math.nan) - usual(self.made),
            offer.log_area - usual(self.log_area),
            price + self.size,
            float(offer.date.toordinal() - day) if day else math.nan,
            offer.date.toordinal() - burned,
        ]


def usual(values: Sequence[float] | Numbers) -> float:
    """Median of the known ones; NaN where there is none."""
    known = np.asarray(values)[~np.isnan(values)]
    return quantiles(known, (0.5,))[0] if len(known) else math.nan


def quantiles(values: Numbers, shares: Sequence[float]) -> list[float]:
    """Linear quantiles of values [n], n above 0: NumPy's own take ten times as long for the few that an artist has."""
    rising, last = np.sort(values).tolist(), len(values) - 1
    found = []
    for share in shares:
        place = share * last
        below = min(int(place), max(last - 1, 0))
        above = min(below + 1, last)
        found.append(rising[below] + (place - below) * (rising[above] - rising[below]))
    return found
