"""Deep features for prices: the few directions in which the training pictures differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.valuation.offers import Offer


@dataclass(frozen=True)
class Looks:
    """Principal components of pictures' vectors: ``mean`` [d], ``axes`` [d, k]."""

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"look_{place}" for place in range(self.axes.shape[1]))

    def project(self, offers: Sequence[Offer]) -> NDArray[np.float64]:
        """Coordinates [n, k]; NaN for an offer without a picture of this space."""
        values = np.full((len(offers), self.axes.shape[1]), np.nan)
        for row, offer in enumerate(offers):
            if offer.vector is not None and offer.vector.shape == self.mean.shape:
                values[row] = (offer.vector - self.mean) @ self.axes
        return values


def fit_looks(offers: Sequence[Offer], *, components: int, seed: int) -> Looks | None:
    """Components of the offers' pictures; None where fewer than ten times as many pictures as components are there."""
    seen = {id(offer.vector): offer.vector for offer in offers if offer.vector is not None}
    vectors = list(seen.values())
    if len(vectors) < 10 * components:
        return None
    chosen = np.random.default_rng(seed).permutation(len(vectors))[:5000]
    matrix = np.stack([vectors[place] for place in chosen]).astype(np.float32)
    mean = matrix.mean(axis=0)
    _left, _scale, right = np.linalg.svd(matrix - mean, full_matrices=False)
    return Looks(mean, np.ascontiguousarray(right[:components].T))
