"""What the words of titles and materials add to what the artist's earlier prices say; learned as results are told."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from ml.valuation.earlier import PRIOR, size_part
from ml.valuation.offers import Offer
from ml.valuation.words import words_of

HAND_HALF_LIFE, WORD_HALF_LIFE = 3 * 365.25, 2000.0
WORD_PRIOR = 4.0
MOST_SURPRISING = 2.0
WORDING = ("title_words", "title_strongest", "title_length", "word_level", "word_levels")


@dataclass
class Fading:
    """A decayed sum and its weight, as of its last day (ordinal)."""

    weight: float = 0.0
    total: float = 0.0
    day: int = 0

    def add(self, day: int, value: float, half_life: float) -> None:
        faded = 0.5 ** ((day - self.day) / half_life) if self.day else 0.0
        self.weight, self.total, self.day = self.weight * faded + 1.0, self.total * faded + value, day

    def mean(self, day: int, half_life: float, prior: float, prior_weight: float) -> float:
        """The decayed mean as of a day, shrunk towards the prior."""
        faded = 0.5 ** ((day - self.day) / half_life) if self.day else 0.0
        return (self.total * faded + prior_weight * prior) / (self.weight * faded + prior_weight)


@dataclass
class Wording:
    """By word, how much more or less (log price) was paid than the artist's earlier prices at the work's size say."""

    hands: defaultdict[Hashable, Fading] = field(default_factory=lambda: defaultdict(Fading))
    titles: defaultdict[Hashable, Fading] = field(default_factory=lambda: defaultdict(Fading))
    materials: defaultdict[Hashable, Fading] = field(default_factory=lambda: defaultdict(Fading))

    def tell(self, offer: Offer, prior: float) -> None:
        """Take one sold lot in; ``prior`` is the market's log price at the usual size, NaN before the first sale."""
        if not offer.price or math.isnan(prior):
            return
        day, sized = offer.date.toordinal(), offer.log_price - size_part(offer.log_area)
        expected = prior
        if offer.artist is not None:
            hand = self.hands[offer.hand]
            expected = hand.mean(day, HAND_HALF_LIFE, prior, PRIOR)
            hand.add(day, sized, HAND_HALF_LIFE)
        surprise = min(max(sized - expected, -MOST_SURPRISING), MOST_SURPRISING)
        for word in words_of(offer.title):
            self.titles[word].add(day, surprise, WORD_HALF_LIFE)
        for word in words_of(offer.medium_text):
            self.materials[word].add(day, surprise, WORD_HALF_LIFE)

    def ask(self, offer: Offer) -> list[float]:
        """Numbers in the order of ``WORDING``."""
        day = offer.date.toordinal()
        titles = levels(self.titles, words_of(offer.title), day)
        materials = levels(self.materials, words_of(offer.medium_text), day)
        return [
            sum(titles) / len(titles) if titles else math.nan,
            max(titles, key=abs) if titles else math.nan,
            float(len(offer.title)),
            sum(materials) / len(materials) if materials else math.nan,
            sum(materials) if materials else math.nan,
        ]


def levels(known: Mapping[Hashable, Fading], words: Iterable[str], day: int) -> list[float]:
    """Each word's level, 0 for one that was never told; in alphabetical order, for sums that are the same each time."""
    found = (known.get(word) for word in sorted(words))
    return [each.mean(day, WORD_HALF_LIFE, 0.0, WORD_PRIOR) if each else 0.0 for each in found]
