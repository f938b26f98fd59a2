"""What a walk forward teaches of the trees' word: how far to trust it, and what pictures add to it.

Both are learned only from windows whose prices the trees had not seen, and each window is corrected only by what the
windows before it taught, so that what is measured is what the next question will meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.valuation.looks import Looks, fit_looks
from ml.valuation.offers import Offer

Numbers = NDArray[np.float64]

TRUSTS = np.linspace(0.0, 1.0, 21)


@dataclass(frozen=True)
class Walked:
    """A window as boosters saw it that had not seen its prices: first guesses [n], quantiles beyond them [n, 3]."""

    offers: Sequence[Offer]
    true: Numbers
    guess: Numbers
    quantiles: Numbers
    strata: NDArray[np.int64]

    def corrected(self, by: Correction) -> Numbers:
        """Low, middle, high log prices [n, 3]."""
        return self.guess[:, None] + self.quantiles + by.shift(self.quantiles[:, 1], self.offers)[:, None]


@dataclass(frozen=True)
class Correction:
    """``trust``: the part of the trees' middle that holds beyond what they were fitted to, 0 to 1; ``looks``, if they help."""

    trust: float = 1.0
    looks: Looks | None = None

    def shift(self, middles: Numbers, offers: Sequence[Offer]) -> Numbers:
        """By how much log prices [n] move, from the trees' middles beyond the first guess [n]."""
        pull = self.looks.pull(offers) if self.looks else np.zeros(len(middles))
        return (self.trust - 1.0) * middles + pull


def loss(away: Numbers, regime: str) -> float:
    """Mean squared error of log prices; beside an estimate, where tails are long, the mean absolute one."""
    return float(np.abs(away).mean() if regime == "estimated" else (away**2).mean())


def learn(parts: Sequence[Walked], regime: str) -> Correction:
    """What the windows teach. Pictures count where, learned from all windows but the last, they lower the last's error."""
    if not parts:
        return Correction()
    trust = trust_of(parts, regime)
    before = Correction(trust, looks_of(parts[:-1], trust))
    if before.looks is None:
        return Correction(trust)
    last = parts[-1]
    with_, without = (loss(last.true - last.corrected(each)[:, 1], regime) for each in (before, Correction(trust)))
    return Correction(trust, looks_of(parts, trust) if with_ < without else None)


def trust_of(parts: Sequence[Walked], regime: str) -> float:
    """The part of the trees' word that would have lost least: below 1 where a few sales taught them by heart.

    A shrinkage of predictions as of Copas (1983), by the regime's own loss.
    """
    said = np.concatenate([part.quantiles[:, 1] for part in parts])
    left = np.concatenate([part.true - part.guess for part in parts])
    return float(min(TRUSTS[::-1], key=lambda trust: loss(left - trust * said, regime)))


def looks_of(parts: Sequence[Walked], trust: float) -> Looks | None:
    """What pictures say of the residuals that are left at this trust; None where too few have one."""
    if not parts:
        return None
    residuals = np.concatenate([part.true - part.corrected(Correction(trust))[:, 1] for part in parts])
    return fit_looks([offer for part in parts for offer in part.offers], residuals)
