"""How far two judges agree who each name one hand a work: share, and Cohen's kappa, each with an interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.registry.card_charts import wilson

RESAMPLES, SEED = 1_000, 20
FEWEST = 2
Pair = tuple[str, str]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Agreement:
    """Of ``works`` judged by both: the share named alike, and kappa, which takes out what chance alone would give.

    Both lie in [0, 1], kappa below 0 where they agree less than by chance; intervals of 95 %. ``kappa`` is None where
    both name one and the same hand throughout: chance would then agree as well.
    """

    works: int
    share: float
    share_interval: Interval
    kappa: float | None
    kappa_interval: Interval | None


def agreement(pairs: Sequence[Pair]) -> Agreement | None:
    """Agreement over works; None for fewer than two."""
    if len(pairs) < FEWEST:
        return None
    share = sum(one == other for one, other in pairs) / len(pairs)
    return Agreement(len(pairs), share, wilson(share, len(pairs)), kappa(pairs), kappa_interval(pairs))


def kappa(pairs: Sequence[Pair]) -> float | None:
    """J. Cohen, Educational and Psychological Measurement 20 (1960): (observed - chance) / (1 - chance)."""
    n = len(pairs)
    ours, theirs = Counter(one for one, _other in pairs), Counter(other for _one, other in pairs)
    chance = sum(ours[name] * theirs[name] for name in ours) / n**2
    if chance >= 1:
        return None
    observed = sum(one == other for one, other in pairs) / n
    return (observed - chance) / (1 - chance)


def kappa_interval(pairs: Sequence[Pair]) -> Interval | None:
    """95 % by drawing works again with replacement (percentiles of 1,000 draws, seeded)."""
    random = np.random.default_rng(SEED)
    draws = random.integers(len(pairs), size=(RESAMPLES, len(pairs)))
    found = [value for draw in draws if (value := kappa([pairs[place] for place in draw])) is not None]
    if len(found) < RESAMPLES / 2:
        return None
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)
