"""How near samples come to the training works, set against how near real works come that the model never saw.

Distances are those of the scaled features (``ml.gan.distances``) to the nearest training work, mirrored or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.gan.manifolds import distances

Distances = npt.NDArray[np.float64]
CLOSE = 0.01


@dataclass(frozen=True)
class Originality:
    """How a set of samples stands to the training works; real works that were held out give the value in brackets.

    ``nearer``: the chance that a sample is nearer to its nearest training work than a held-out work is (0.5), and
    ``copying_z`` the same as a standard score, below about -3 for copying that is no accident (Meehan, Chaudhuri and
    Dasgupta, "A non-parametric test to detect data-copying", 2020). ``originality`` is 1 where nearer is 0.5 or less,
    0 where every sample is nearer than every held-out work. ``close``: the share of samples nearer than all but one in a
    hundred held-out works (0.01). ``memorisation``: how much of the held-out works' mean distance is missing, 0 to 1 (0).
    ``authentic``: the share of samples further from their nearest work than that is from its own nearest (Alaa and others, 2022).
    """

    nearer: float
    copying_z: float
    originality: float
    close: float
    memorisation: float
    authentic: float


def to_training(
    samples: Distances, training: Distances, turned: Distances | None = None
) -> tuple[Distances, npt.NDArray[np.int64]]:
    """The distance ``[n]`` of each of ``samples [n, d]`` to the nearest of ``training [m, d]``, and which that is.

    ``turned [m, d]`` are the mirrored works' features: a mirrored copy is one.
    """
    apart = distances(samples, training)
    if turned is not None:
        apart = np.minimum(apart, distances(samples, turned))
    nearest = apart.argmin(1)
    return apart[np.arange(len(apart)), nearest], nearest


def originality(
    samples: Distances, held_out: Distances, nearest: npt.NDArray[np.int64], spacing: Distances
) -> Originality:
    """Of distances to the nearest training work: ``samples [n]``, whose works are ``nearest [n]``, and ``held_out [m]``.

    ``spacing``: the distance of each training work to its own nearest other.
    """
    nearer, standard = nearer_share(samples, held_out)
    return Originality(
        nearer=nearer,
        copying_z=standard,
        originality=float(min(1.0, 2 * (1 - nearer))),
        close=float((samples < np.quantile(held_out, CLOSE)).mean()),
        memorisation=float(np.clip(1 - samples.mean() / max(held_out.mean(), 1e-12), 0, 1)),
        authentic=float((samples > spacing[nearest]).mean()),
    )


def nearer_share(samples: Distances, held_out: Distances) -> tuple[float, float]:
    """P(sample nearer than held-out work), ties counted half, and Mann and Whitney's z of it: negative for copying."""
    n, m = len(samples), len(held_out)
    below = np.searchsorted(np.sort(held_out), samples, side="left")
    level = np.searchsorted(np.sort(held_out), samples, side="right") - below
    wins = float((below + level / 2).sum())
    deviation = np.sqrt(n * m * (n + m + 1) / 12)
    return 1 - wins / (n * m), float((wins - n * m / 2) / deviation)
