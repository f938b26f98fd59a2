"""What a comparable sale would have brought, were it the asked work today: one fact after the other is changed.

The adjustments are traced through the price model itself ("trace-adjusted comparables", Comparables XAI, arXiv
2602.13784): it is asked about the comparable's work on the asked date, then again with one fact of the asked work, and
so on; each difference of the answers is an adjustment in log price. The market's level since the sale comes from
``levels``. So that a comparable's price enters once, the model is asked as if that sale were not known.
"""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.valuation.comparables import Comparable, PastSales
from ml.valuation.earlier import Told
from ml.valuation.features import NAMES, FeatureTable, numbers
from ml.valuation.history import HALF_LIFE_DAYS, MarketMemory, Running
from ml.valuation.model import PriceModel
from ml.valuation.offers import Offer
from ml.valuation.wording import Wording
from ml.valuation.words import known_title

DATE, REST = "date", "rest"
STEPS: Mapping[str, tuple[str, ...]] = {
    "artist": ("artist", "born_year"),
    "attribution": ("attribution",),
    "medium": ("medium", "support", "medium_text"),
    "size": ("height_cm", "width_cm", "depth_cm"),
    "age": ("made_year",),
    "signature": ("is_signed",),
    "look": ("vector",),
}
NEAR = 1.0
NOTHING = 1e-9


@dataclass(frozen=True)
class Adjusted:
    """A comparable with its adjustments in log price, by name and in the order in which they were made."""

    comparable: Comparable
    adjustments: Mapping[str, float]

    @property
    def log_price(self) -> float:
        """The adjusted price: the paid one and all adjustments."""
        return self.comparable.offer.log_price + sum(self.adjustments.values())

    @property
    def weight(self) -> float:
        """How much it counts, above 0: the less it is like the asked work, and the more had to be adjusted, the less."""
        return math.exp(-(self.comparable.distance + sum(map(abs, self.adjustments.values()))) / NEAR)


def adjust(
    asked: Offer, comparables: Sequence[Comparable], model: PriceModel, memory: MarketMemory, past: PastSales
) -> list[Adjusted]:
    """Each comparable adjusted to the asked work on its date; ``memory`` and ``past`` as known before it.

    All questions to the model are put at once. A sale that is not in ``past`` need not be forgotten. Adjustments of 0 are
    kept where the fact is the same on both sides.
    """
    levels = past.levels_before(asked.date.toordinal())
    traces = [trace(asked, each.offer) for each in comparables]
    told = [list(trace.values()) for trace in traces]
    memories = [without(memory, each.offer) if past.holds(each.offer) else memory for each in comparables]
    answers = middles(model, told, memories)
    days = np.array([each.offer.date.toordinal() for each in comparables], dtype=np.float64)
    since = levels.at(asked.date.toordinal()) - levels.at(days)
    return [
        Adjusted(each, {DATE: float(since[row]), **dict(zip(list(trace)[1:], np.diff(answer).tolist(), strict=True))})
        for row, (each, trace, answer) in enumerate(zip(comparables, traces, answers, strict=True))
    ]


def trace(asked: Offer, sale: Offer) -> dict[str, Offer]:
    """The offers on the way from the sold work, offered on the asked date, to the asked one; by what was changed last.

    A title that comes back would tell the sale's own price: it changes last, with all else that is left.
    """
    at = replace(asked, title="", **{name: getattr(sale, name) for names in STEPS.values() for name in names})
    way = {"": at}
    for step, names in STEPS.items():
        if any(differs(getattr(at, name), getattr(asked, name)) for name in names):
            at = replace(at, **{name: getattr(asked, name) for name in names})
        way[step] = at
    return {**way, REST: asked}


def middles(
    model: PriceModel, traces: Sequence[Sequence[Offer]], memories: Sequence[MarketMemory]
) -> list[NDArray[np.float64]]:
    """The model's middle log prices of each trace's offers, each against its own memory."""
    rows: list[list[float]] = []
    places: list[list[int]] = []
    asked: list[Offer] = []
    for offers, memory in zip(traces, memories, strict=True):
        place: list[int] = []
        for before, offer in zip([None, *offers], offers, strict=False):
            if offer is not before:
                rows.append(numbers(offer, memory))
                asked.append(offer)
            place.append(len(rows) - 1)
        places.append(place)
    if not rows:
        return []
    answers = model.middle(FeatureTable(np.array(rows), NAMES), asked)
    return [answers[place] for place in places]


def differs(one: Any, other: Any) -> bool:
    """Whether two facts are not the same; pictures' vectors are compared number by number."""
    return one is not other and not (np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other)


def without(memory: MarketMemory, sale: Offer) -> MarketMemory:
    """The memory as if this sale had not been told, as far as a walk-in model reads it; the given one stays as it is.

    What words are worth was learned from surprises that this sale had a part in: it is left aside as a whole.
    """
    keys = {"hands": sale.hand, "artists": sale.artist, "media": sale.medium}
    kept: dict[str, Any] = {}
    for name, key in keys.items():
        known = getattr(memory, name)
        kept[name] = ChainMap({key: forgotten(known[key], sale)}, known) if key in known else known
    told = memory.told.get(sale.artist)
    if told is not None:
        if sale.hand in memory.hands:
            kept["hands"].maps[0][sale.hand] = without_last_and_highest(kept["hands"][sale.hand], told, sale)
        kept["told"] = ChainMap({sale.artist: untold(told, sale)}, memory.told)
    return replace(memory, market=forgotten(memory.market, sale), wording=Wording(), **kept)


def forgotten(running: Running, sale: Offer) -> Running:
    """The sums without one sale, which has faded since as they have."""
    faded = 0.5 ** ((running.last_day - sale.date.toordinal()) / HALF_LIFE_DAYS)
    sized = 0.0 if math.isnan(sale.log_area) else faded
    weight, weight_per_area = running.weight - faded, running.weight_per_area - sized
    per_area = 0.0 if math.isnan(sale.log_area) else sized * (sale.log_price - sale.log_area)
    return replace(
        running,
        offered=running.offered - (sale.sold is not None),
        sold=running.sold - bool(sale.sold),
        weight=weight if weight > NOTHING else 0.0,
        total=running.total - faded * sale.log_price if weight > NOTHING else 0.0,
        weight_per_area=weight_per_area if weight_per_area > NOTHING else 0.0,
        total_per_area=running.total_per_area - per_area if weight_per_area > NOTHING else 0.0,
    )


def without_last_and_highest(running: Running, told: Told, sale: Offer) -> Running:
    """The last and the highest price of a hand, where they are this sale's, give way to those of its other sales."""
    if sale.log_price not in (running.last_log_price, running.highest):
        return running
    others = [each.log_price for each in told.offers if each.price and each.hand == sale.hand and each.key != sale.key]
    last, highest = (others[-1], max(others)) if others else (math.nan, math.nan)
    return replace(running, last_log_price=last, highest=highest)


def untold(told: Told, sale: Offer) -> Told:
    """An artist's offers without one sale, as far back as they are read; its title goes with it."""
    table = told.columns()
    place = next((place for place, offer in enumerate(told.offers) if offer.key == sale.key), None)
    title = known_title(sale.title)
    titles = {name: known for name, known in told.titles.items() if name != title}
    if place is None or (column := place - len(told.offers) + table.shape[1]) < 0:
        return replace(told, titles=titles)
    return replace(told, titles=titles, table=np.delete(table, column, axis=1)) if len(told.offers) > 1 else Told()
