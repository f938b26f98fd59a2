"""A collection on a plane: works that look alike lie together. Principal axes first, then t-SNE.

t-SNE: van der Maaten and Hinton, 2008, by scikit-learn's Barnes–Hut form, started from the two main axes so that the
same pictures always give the same map, and far groups stay where the collection as a whole puts them (Kobak and Berens,
"The art of using t-SNE for single-cell transcriptomics", 2019).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ml.similarity.mixing import Weights, parts
from ml.similarity.spreads import Spread, Vectors

Points = npt.NDArray[np.float32]
FEWEST_FOR_TSNE = 16
KEPT_AXES = 50
PERPLEXITY = 30.0
START_DEVIATION = 1e-4


def joined(vectors: Mapping[str, Vectors], weights: Weights, spreads: Mapping[str, Spread]) -> Vectors:
    """One vector a picture whose squared distances are the mix's: each sense stretched by the root of its gain."""
    gains = parts(weights, spreads)
    return np.concatenate([np.sqrt(part.gain) * vectors[name] for name, part in gains.items()], axis=1)


def plane(vectors: Vectors, *, iterations: int = 500) -> Points:
    """``float32 [n, 2]`` in -1..1 of vectors ``[n, d]``; the same input gives the same map.

    Fewer than 16 pictures are laid out by their principal axes alone; none give an empty map.
    """
    axes = principal(vectors, KEPT_AXES)
    if len(vectors) < FEWEST_FOR_TSNE:
        return scaled(axes[:, :2])
    from sklearn.manifold import TSNE

    start = axes[:, :2] / max(float(axes[:, 0].std()), 1e-12) * START_DEVIATION
    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    made = TSNE(2, perplexity=perplexity, init=start, max_iter=iterations, random_state=1, n_jobs=1)
    return scaled(made.fit_transform(axes))


def principal(vectors: Vectors, most: int) -> Points:
    """Coordinates on the main axes, ``[n, max(2, …)]``, signs fixed so that each axis' largest part is positive."""
    if len(vectors) == 0:
        return np.zeros((0, 2), np.float32)
    centred = vectors - vectors.mean(axis=0)
    left, values, axes = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    found = (left * values * signs)[:, :most]
    return np.asarray(np.pad(found, ((0, 0), (0, max(0, 2 - found.shape[1])))), np.float32)


def scaled(points: npt.NDArray[np.floating]) -> Points:
    """Centred, the farthest coordinate at 1."""
    if len(points) == 0:
        return np.zeros((0, 2), np.float32)
    centred = points - (points.max(axis=0) + points.min(axis=0)) / 2
    return np.asarray(centred / max(float(np.abs(centred).max()), 1e-9), np.float32)
