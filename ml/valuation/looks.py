"""Deep features for prices: what a picture adds to a price that the facts alone missed.

Fitted to the residuals, in a second stage: as further columns of the trees pictures made them worse (docs/valuation.md; so
found Kim & Kim 2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.valuation.offers import Offer

Numbers = NDArray[np.float64]

FEWEST, MOST = 100, 20_000
PENALTIES = np.logspace(-2, 4, 19)


@dataclass(frozen=True)
class Looks:
    """A direction [d] in the space of pictures' vectors, from their ``mean`` [d]: how log price moves along it."""

    mean: NDArray[np.float32]
    direction: NDArray[np.float32]

    def pull(self, offers: Sequence[Offer]) -> Numbers:
        """What the pictures add to log prices [n]; 0 for an offer without a picture of this space."""
        found = np.zeros(len(offers))
        for row, offer in enumerate(offers):
            if offer.vector is not None and offer.vector.shape == self.mean.shape:
                found[row] = float((offer.vector - self.mean) @ self.direction)
        return found


def fit_looks(offers: Sequence[Offer], residuals: Numbers) -> Looks | None:
    """Ridge regression of residuals of log price [n] on the pictures, its penalty by leave-one-out (Golub et al. 1979).

    ``residuals`` come from models that had not seen the prices. The mean is taken out of them: a market that rose is no
    matter of pictures. None where fewer than ``FEWEST`` have a picture of the commonest space; the latest ``MOST`` count.
    """
    from sklearn.linear_model import RidgeCV

    shape = commonest_shape(offers)
    rows = [row for row, offer in enumerate(offers) if offer.vector is not None and offer.vector.shape == shape][-MOST:]
    if len(rows) < FEWEST:
        return None
    vectors = np.stack([offers[row].vector for row in rows]).astype(np.float64)  # type: ignore[misc]
    mean, left = vectors.mean(axis=0), residuals[rows] - residuals[rows].mean()
    scale = float(np.sqrt(((vectors - mean) ** 2).sum(axis=1).mean())) or 1.0
    ridge = RidgeCV(alphas=PENALTIES, fit_intercept=False).fit((vectors - mean) / scale, left)
    return Looks(mean.astype(np.float32), np.asarray(ridge.coef_ / scale, dtype=np.float32))


def commonest_shape(offers: Sequence[Offer]) -> tuple[int, ...] | None:
    """The shape of most vectors; None where there is none."""
    shapes = [offer.vector.shape for offer in offers if offer.vector is not None]
    return max(set(shapes), key=shapes.count) if shapes else None
