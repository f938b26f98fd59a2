"""Works that failed to sell before: the trade calls them burned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from ml.valuation.features import FeatureTable
from ml.valuation.history import MarketMemory
from ml.valuation.offers import Offer
from ml.valuation.words import known_title

BURNED = "title_bought_in"
DAYS_A_YEAR = 365.25


def years_since_bought_in(offer: Offer, earlier: Sequence[Offer]) -> float:
    """Years since a work of this title by the same artist was last bought in; NaN where none was, or it has sold since.

    ``earlier`` holds the artist's offers before the asked one's date, in order of date.
    """
    title = known_title(offer.title)
    same = [each for each in earlier if each.sold is not None and known_title(each.title) == title] if title else []
    if not same or same[-1].sold:
        return float("nan")
    return (offer.date - same[-1].date).days / DAYS_A_YEAR


def with_burned(table: FeatureTable, offers: Sequence[Offer]) -> FeatureTable:
    """The table [n, k] with the column ``BURNED`` after the others, each row as known before its own date."""
    place = {offer.key: row for row, offer in enumerate(offers)}
    titles: defaultdict[tuple[int, str], list[Offer]] = defaultdict(list)
    found = np.full(len(offers), np.nan)
    for offer in sorted(offers, key=lambda each: (each.date, each.key)):
        title = known_title(offer.title)
        if offer.artist is not None and title:
            same = titles[offer.artist, title]
            found[place[offer.key]] = years_since_bought_in(offer, [each for each in same if each.date < offer.date])
            same.append(offer)
    return joined(table, found)


def with_burned_of(table: FeatureTable, offer: Offer, memory: MarketMemory) -> FeatureTable:
    """The one row of ``features.ask`` with the column ``BURNED``, from a memory that ends before the offer's date."""
    told: Mapping[object, object] = memory.told
    history = memory.told[offer.artist].offers if offer.artist is not None and offer.artist in told else []
    return joined(table, np.array([years_since_bought_in(offer, history)]))


def joined(table: FeatureTable, column: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> FeatureTable:
    return FeatureTable(np.column_stack([table.values, column]), (*table.names, BURNED))
