"""The one place where an offer becomes numbers, from facts and from what was known before its date."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ml.valuation.earlier import EARLIER, earlier
from ml.valuation.history import NOBODY, MarketMemory
from ml.valuation.offers import Offer, log_mid_estimate
from ml.valuation.provenance import PROVENANCE, provenance
from ml.valuation.wording import WORDING
from ml.valuation.words import SALE_WORDS, WORDS, materials, sale_words

DAYS_A_YEAR = 365.25
MEDIA = (
    "oil", "acrylic", "tempera", "watercolour", "ink", "pastel", "drawing", "print", "photograph", "sculpture", "ceramic",
    "textile", "mixed", "other",
)  # fmt: skip
ATTRIBUTIONS = (
    "by", "attributed_to", "studio_of", "circle_of", "follower_of", "manner_of", "after", "copy_after",
)  # fmt: skip
SUPPORTS = ("canvas", "panel", "board", "paper", "copper", "metal", "wood", "silk")
FACTS = (
    "log_area", "aspect", "log_depth", "medium", "support", "attribution", "made_age", "artist_age", "is_signed", "month",
    "year",
)  # fmt: skip
HISTORY = (
    "hand_mean", "hand_mean_per_area", "hand_sales", "hand_sell_through", "hand_last", "hand_highest", "hand_days_since",
    "artist_mean", "artist_offers", "medium_mean", "market_mean", "market_mean_per_area", "market_sell_through",
)  # fmt: skip
HOUSE = ("house_mean", "log_estimate", "estimate_spread", "estimate_digit", "log_opening_bid")
CATALOGUE = ("sale_kind_mean", "sale_kind_weight", "sale_kind_sell_through", "lot_number", *SALE_WORDS)
USUAL = "earlier_mean_3"
FROM_USUAL = (
    "earlier_mean_1", "earlier_mean_10", "alike_size", "alike_period", "alike_near", "alike_twin", "last_sized",
    "last_3_sized", "said_mean", "said_near", "title_sized", "hand_mean", "price_median",
)  # fmt: skip
FROM_ESTIMATE = (
    USUAL, "alike_near", "alike_twin", "said_near", "title_sized", "last_sized", "price_median", "highest_5",
)  # fmt: skip
ABOVE_USUAL = tuple(f"{name}_above_usual" for name in FROM_USUAL)
ABOVE_EARLIER = tuple(f"estimate_above_{name}" for name in FROM_ESTIMATE)
DIFFERENCES = ABOVE_USUAL + ABOVE_EARLIER
FIRST = FACTS + HISTORY + HOUSE + WORDS + EARLIER + CATALOGUE + WORDING + PROVENANCE
PLACES = {name: place for place, name in enumerate(FIRST)}
NAMES = FIRST + DIFFERENCES
CATEGORICAL = ("medium", "support", "attribution")
SYMBOLIC = 1.0
NEXT_TO_NOTHING = 50.0


@dataclass(frozen=True)
class FeatureTable:
    """Numbers of some offers: ``values`` [n, k] float64 with NaN where a fact is missing, ``names`` of the k columns."""

    values: NDArray[np.float64]
    names: tuple[str, ...]

    @property
    def has_estimate(self) -> NDArray[np.bool_]:
        """Which rows [n] have an estimate or an opening bid that says something about the price."""
        return ~np.isnan(self.values[:, self.names.index("log_estimate")])

    def rows(self, places: Sequence[int]) -> FeatureTable:
        """The rows at these places, in that order."""
        return FeatureTable(self.values[list(places)], self.names)

    def columns(self, names: Sequence[str]) -> NDArray[np.float64]:
        """The named columns, in that order."""
        return self.values[:, [self.names.index(name) for name in names]]


def walk(offers: Sequence[Offer], memory: MarketMemory | None = None) -> Iterator[tuple[Offer, list[float]]]:
    """Each offer with its numbers, in order of date. A day's offers are all asked before any of its results is told."""
    memory = memory or MarketMemory()
    for _day, same_day in groupby(
        sorted(offers, key=lambda offer: (offer.date, offer.key)), key=lambda offer: offer.date
    ):
        todays = list(same_day)
        for offer in todays:
            yield offer, numbers(offer, memory)
        for offer in todays:
            memory.tell(offer)


def build(offers: Sequence[Offer]) -> FeatureTable:
    """Features of all offers, each as known before its own date; rows in the order given."""
    place = {offer.key: row for row, offer in enumerate(offers)}
    if len(place) != len(offers):
        raise ValueError("two offers have the same key")
    values = np.full((len(offers), len(NAMES)), np.nan)
    for offer, row in walk(offers):
        values[place[offer.key]] = row
    return FeatureTable(values, NAMES)


def remember(offers: Sequence[Offer]) -> MarketMemory:
    """What these offers' results tell, for asking about later ones."""
    memory = MarketMemory()
    for offer in sorted(offers, key=lambda each: (each.date, each.key)):
        memory.tell(offer)
    return memory


def ask(offer: Offer, memory: MarketMemory) -> FeatureTable:
    """The numbers of one offer against a memory that ends before its date."""
    if memory.until is not None and memory.until >= offer.date:
        raise ValueError(f"the memory reaches to {memory.until}, the offer is of {offer.date}")
    return FeatureTable(np.array([numbers(offer, memory)]), NAMES)


def numbers(offer: Offer, memory: MarketMemory) -> list[float]:
    """One row, in the order of ``NAMES``."""
    row = [
        *facts(offer),
        *history(offer, memory),
        *house(offer, memory),
        *materials(offer.medium_text),
        *earlier(offer, memory.told.get(offer.artist), memory.sized_prior(offer)),
        *catalogue(offer, memory),
        *memory.wording.ask(offer),
        *provenance(offer),
    ]
    return [*row, *differences(row)]


def differences(row: Sequence[float]) -> list[float]:
    """In the order of ``DIFFERENCES``: trees find a difference of two of their columns only in many steps."""
    usual, estimate = row[PLACES[USUAL]], row[PLACES["log_estimate"]]
    return [
        *(row[PLACES[name]] - usual for name in FROM_USUAL),
        *(estimate - row[PLACES[name]] for name in FROM_ESTIMATE),
    ]


def catalogue(offer: Offer, memory: MarketMemory) -> list[float]:
    """What the house's choice of sale and place says, without its estimate."""
    kind = memory.sale_kinds.get((offer.house, offer.sale_kind), NOBODY)
    number = math.nan if offer.lot_number is None else float(offer.lot_number)
    return [
        kind.mean(math.nan, offer.date.toordinal()),
        math.log1p(kind.weight),
        kind.sell_through,
        number,
        *sale_words(offer.sale_kind),
    ]


def facts(offer: Offer) -> list[float]:
    sides = (offer.height_cm, offer.width_cm)
    aspect = math.log(sides[0] / sides[1]) if sides[0] and sides[1] else math.nan
    return [
        offer.log_area,
        aspect,
        math.log(offer.depth_cm) if offer.depth_cm else math.nan,
        code(offer.medium, MEDIA),
        code(support_of(offer.support), SUPPORTS),
        code(offer.attribution, ATTRIBUTIONS),
        offer.date.year - offer.made_year if offer.made_year else math.nan,
        offer.made_year - offer.born_year if offer.made_year and offer.born_year else math.nan,
        float(offer.is_signed),
        float(offer.date.month),
        offer.date.toordinal() / DAYS_A_YEAR,
    ]


def history(offer: Offer, memory: MarketMemory) -> list[float]:
    day = offer.date.toordinal()
    market = memory.market.mean(math.nan, day)
    per_area = memory.market.mean_per_area(math.nan, day)
    medium = memory.media.get(offer.medium, NOBODY).mean(market, day)
    artist = memory.artists.get(offer.artist, NOBODY)
    hand = memory.hands.get(offer.hand, NOBODY)
    return [
        hand.mean(medium, day),
        hand.mean_per_area(per_area, day),
        math.log1p(hand.weight),
        hand.sell_through,
        hand.last_log_price,
        hand.highest,
        float(day - hand.last_day) if hand.last_day else math.nan,
        artist.mean(medium, day),
        math.log1p(artist.offered),
        medium,
        market,
        per_area,
        memory.market.sell_through,
    ]


def house(offer: Offer, memory: MarketMemory) -> list[float]:
    day = offer.date.toordinal()
    spread = math.nan
    if offer.estimate_low and offer.estimate_high:
        spread = math.log(offer.estimate_high / offer.estimate_low)
    return [
        memory.houses.get(offer.house, NOBODY).mean(memory.market.mean(math.nan, day), day),
        math.nan if is_symbolic(offer, memory) else log_mid_estimate(offer),
        spread,
        first_digits(offer.estimate_low) if offer.estimate_low else math.nan,
        math.log(offer.opening_bid) if offer.opening_bid else math.nan,
    ]


def first_digits(amount: float) -> float:
    """The amount's leading digits, 1 up to below 10: houses step by 2, 3, 5, 8 and the like."""
    return float(amount / 10 ** math.floor(math.log10(amount)))


def is_symbolic(offer: Offer, memory: MarketMemory) -> bool:
    """Whether the lot is only invited to by its opening bid: one unit of money, or next to nothing for this hand."""
    if not offer.opening_bid or offer.estimate_low or offer.estimate_high:
        return False
    hand = memory.hands.get(offer.hand, NOBODY)
    usual = hand.mean(math.nan, offer.date.toordinal())
    return offer.opening_bid <= SYMBOLIC or math.log(offer.opening_bid) < usual - math.log(NEXT_TO_NOTHING)


def code(value: str, known: tuple[str, ...]) -> float:
    return float(known.index(value)) if value in known else math.nan


def support_of(text: str) -> str:
    """The first known support that the text names."""
    return next((support for support in SUPPORTS if support in text.lower()), "")
