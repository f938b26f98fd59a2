"""Prices as distributions: from a model's bands to quantiles, and to mixtures of several opinions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ml.valuation.features import ATTRIBUTIONS

Numbers = NDArray[np.float64]

RANKS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
EIGHTY = (0.1, 0.5, 0.9)
LEAST_STEP = 1e-6
ROUNDING = 0.01
PARTS = 400
STEPS = 60


class BadOpinion(ValueError):
    """Probabilities that are no opinion: ``code`` (unknown, not_a_share, sum, empty) and what it is about."""

    def __init__(self, code: str, message: str, about: str = "") -> None:
        super().__init__(message)
        self.code, self.about = code, about


@dataclass(frozen=True)
class Prices:
    """A distribution of log price: ``logs`` [m], rising, at the normal ranks ``at`` [m]; straight between and beyond."""

    at: Numbers
    logs: Numbers

    @classmethod
    def of_bands(cls, bands: Sequence[float]) -> Prices:
        """From log prices in the order of ``ml.valuation.model.BANDS`` [7], some of them NaN.

        Raises ``ValueError`` where fewer than three are known.
        """
        known = [(rank, log) for rank, log in zip(RANKS, bands, strict=True) if not math.isnan(log)]
        if len(known) < 3:
            raise ValueError("an interval and its middle are needed")
        at = np.array([NormalDist().inv_cdf(rank) for rank, _log in known])
        logs = np.array([log for _rank, log in known]) + LEAST_STEP * np.arange(len(known))
        return cls(at, np.maximum.accumulate(logs))

    def moved(self, change: float, error: float) -> Prices:
        """All prices times exp(change), where that change itself has a standard error."""
        middle = float(np.interp(0.0, self.at, self.logs))
        away = np.sign(self.at) * np.hypot(self.logs - middle, self.at * error)
        return Prices(self.at, middle + change + away)

    def quantile(self, rank: float) -> float:
        """The log price that a share ``rank`` (between 0 and 1) of prices stays below."""
        return float(line(NormalDist().inv_cdf(rank), self.at, self.logs))

    def share_below(self, log: float) -> float:
        """The share of prices (0 to 1) below a log price."""
        return NormalDist().cdf(line(log, self.logs, self.at))

    @property
    def mean(self) -> float:
        """The expected price, leaving out one price in 200 at each end, of which nothing was measured."""
        ranks = np.linspace(0.005, 0.995, PARTS)
        return float(np.mean([math.exp(self.quantile(float(rank))) for rank in ranks]))


def line(value: float, xs: Numbers, ys: Numbers) -> float:
    """Linear interpolation, going on as between the last two points beyond them."""
    place = int(np.clip(np.searchsorted(xs, value), 1, len(xs) - 1))
    x0, x1, y0, y1 = xs[place - 1], xs[place], ys[place - 1], ys[place]
    step = max(float(x1 - x0), LEAST_STEP / 10)
    return float(y0 + (value - x0) * (y1 - y0) / step)


@dataclass(frozen=True)
class Mixture:
    """Several distributions, each with its probability."""

    parts: Sequence[tuple[float, Prices]]

    def share_below(self, log: float) -> float:
        """The share of prices (0 to 1) below a log price."""
        return sum(probability * prices.share_below(log) for probability, prices in self.parts)

    def quantile(self, rank: float) -> float:
        """The mixture's own quantile, by bisection: not the mean of the parts' quantiles."""
        ends = [prices.quantile(rank) for probability, prices in self.parts if probability > 0]
        low, high = min(ends), max(ends)
        for _step in range(STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.share_below(middle) < rank else (low, middle)
        return (low + high) / 2

    @property
    def mean(self) -> float:
        """The expected price."""
        return sum(probability * prices.mean for probability, prices in self.parts)


def checked_opinion(opinion: Mapping[str, float]) -> dict[str, float]:
    """Probabilities by qualifier that sum to 1, without those of 0. Raises ``BadOpinion``."""
    for qualifier, probability in opinion.items():
        if qualifier not in ATTRIBUTIONS:
            raise BadOpinion("unknown", f"no such attribution: {qualifier}", qualifier)
        if not 0 <= probability <= 1:
            raise BadOpinion("not_a_share", f"{qualifier}: {probability} is not between 0 and 1", qualifier)
    total = math.fsum(opinion.values())
    if not total:
        raise BadOpinion("empty", "no probability is given")
    if abs(total - 1) > ROUNDING + 1e-9:
        raise BadOpinion("sum", f"the probabilities sum to {total:.3g}, not to 1", f"{total:.3g}")
    return {qualifier: probability / total for qualifier, probability in opinion.items() if probability}
