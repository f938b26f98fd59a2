"""How like a picture is to those learned from: nothing is said of what is like none of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ml.classification.heads import Features

MOST_AXES = 64
REFUSED_SHARE = 0.005
ROOM = 1.15


@dataclass(frozen=True)
class Familiarity:
    """How far features lie from those learned from: Mahalanobis' distance under a Gaussian with ``axes`` of their own
    deviation and one for all that is left (probabilistic PCA; Tipping & Bishop 1999).

    ``limit``: beyond it a picture is ``unlike_training``: the distance that all but 0.5 % of pictures keep that the
    Gaussian was not fitted on, and a little room.
    """

    mean: Features
    axes: Features
    deviations: Features
    rest: float
    limit: float

    def distance(self, scaled: Features) -> npt.NDArray[np.float64]:
        """Root mean square of standardised deviations, ``[n]``: about 1 for pictures like those learned from."""
        centred = (scaled - self.mean).astype(np.float64)
        along = centred @ self.axes
        left = np.maximum((centred**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        free = max(1, self.axes.shape[0] - self.axes.shape[1])
        parts = ((along / self.deviations) ** 2).sum(axis=1) / self.axes.shape[1], left / (free * self.rest**2)
        return np.asarray(np.sqrt((parts[0] + parts[1]) / 2))

    def is_unlike(self, scaled: Features) -> npt.NDArray[np.bool_]:
        return np.asarray(self.distance(scaled) > self.limit)


def fit_familiarity(scaled: Features) -> Familiarity:
    """The Gaussian of all pictures ``[n, d]``; its limit by two halves, each judged by the other."""
    halves, axes = (scaled[::2], scaled[1::2]), min(MOST_AXES, max(1, len(scaled) // 16))
    held = [gaussian(one, axes).distance(other) for one, other in (halves, halves[::-1])]
    return replace(gaussian(scaled, axes), limit=limit_of(np.concatenate(held)))


def limited(fitted: Familiarity, held: Features) -> Familiarity:
    """The same with its limit by pictures ``held`` out; never a narrower one than before."""
    return replace(fitted, limit=max(fitted.limit, limit_of(fitted.distance(held))))


def limit_of(distances: npt.NDArray[np.float64]) -> float:
    return ROOM * float(np.quantile(distances, 1 - REFUSED_SHARE))


def gaussian(scaled: Features, kept: int) -> Familiarity:
    """The Gaussian of pictures with ``kept`` axes of their own, without a limit."""
    mean = scaled.mean(axis=0)
    centred = scaled - mean
    _left, values, axes = np.linalg.svd(centred, full_matrices=False)
    deviations = np.maximum(values[:kept], 1e-6) / np.sqrt(len(scaled))
    free = max(1, scaled.shape[1] - kept)
    rest = float(np.sqrt(max((values[kept:] ** 2).sum(), 1e-9) / (len(scaled) * free)))
    return Familiarity(
        np.asarray(mean, np.float32),
        np.asarray(axes[:kept].T, np.float32),
        np.asarray(deviations, np.float32),
        rest,
        np.inf,
    )
