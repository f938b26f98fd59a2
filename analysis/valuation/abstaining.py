"""When the evidence does not suffice. The thresholds were chosen where held-out errors grow: see docs/what-if.md."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml.valuation.comparables import Comparable
    from ml.valuation.history import MarketMemory
    from ml.valuation.offers import Offer

WIDEST = 60.0
WIDEST_COLD = 25.0


def reason_to_abstain(
    offer: Offer,
    memory: MarketMemory,
    comparables: list[Comparable],
    ratio: float,
    *,
    has_estimate: bool,
    ranges: Mapping[str, Any],
) -> str:
    """Why no estimate is given, as a code of ``models.REASONS``; empty where there is enough to go by.

    ``ratio`` is high over low of the 80 % interval; ``ranges`` what the version has seen (none for an old version).
    """
    from ml.valuation.ranges import outside

    if not comparables:
        return "no_sales"
    is_cold = offer.artist is None or offer.artist not in memory.artists
    if not has_estimate and is_cold and math.isnan(offer.log_area):
        return "unknown"
    unseen = outside(offer, ranges, has_estimate=has_estimate) if ranges else ""
    if unseen:
        return f"outside_{unseen}"
    if not has_estimate and is_cold and not any(alike(offer, each) for each in comparables):
        return "no_comparables"
    if is_cold and ratio > WIDEST_COLD:
        return f"cold_wide:{ratio:.0f}"
    return f"too_wide:{ratio:.0f}" if ratio > WIDEST else ""


def alike(offer: Offer, comparable: Comparable) -> bool:
    """Whether an earlier sale says anything of a work by an unknown hand: it is at least of its medium."""
    return comparable.offer.medium == offer.medium
