"""The market's level by year, from what the same hands brought: a mean price would move with what happens to be offered.

Least squares of log price (size taken out) on hand and calendar year, the years tied to each other as a random walk.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
TIE = 10.0
A_TRIFLE = 1e-9
FIRST_ORDINAL = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Levels:
    """Log levels [t] at the mean days [t] (ordinals) of the years with sales; constant before the first and after the last."""

    days: Numbers
    logs: Numbers

    def at(self, days: Numbers | float) -> Numbers:
        """Log level on each of the days; 0 everywhere where nothing was sold."""
        asked = np.asarray(days, dtype=np.float64)
        return np.asarray(np.interp(asked, self.days, self.logs)) if len(self.days) else np.zeros_like(asked)


def levels_of(days: NDArray[np.int64], hands: NDArray[np.int64], sized: Numbers) -> Levels:
    """Levels from sales: ordinal days [n], the hand of each as a number [n], log prices with size taken out [n].

    ``TIE`` sales' worth of evidence hold each year to the one before, so that a year of few sales does not jump.
    """
    if not len(days):
        return Levels(np.empty(0), np.empty(0))
    dates = (days - FIRST_ORDINAL).astype("datetime64[D]")
    _years, year = np.unique(dates.astype("datetime64[Y]"), return_inverse=True)
    _hands, hand = np.unique(hands, return_inverse=True)
    lots = np.bincount(year).astype(np.float64)
    count, centres = len(lots), np.bincount(year, days) / lots
    both = np.bincount(hand * count + year, minlength=len(_hands) * count).reshape(-1, count).astype(np.float64)
    of_hand = np.bincount(hand)
    within = np.diag(lots) - (both / of_hand[:, None]).T @ both
    right = np.bincount(year, sized) - (np.bincount(hand, sized) / of_hand) @ both
    steps = np.diff(np.eye(count), axis=0)
    logs = np.linalg.solve(within + TIE * steps.T @ steps + A_TRIFLE * np.eye(count), right)
    return Levels(centres, np.asarray(logs, dtype=np.float64))
