"""Second looks at a ranking, from the whole collection's likenesses: neighbourhoods instead of single pairs.

CSLS: Conneau and others, "Word translation without parallel data", 2018. k-reciprocal neighbours: Zhong and others,
"Re-ranking person re-identification with k-reciprocal encoding", 2017. Both need every pair, so they serve evaluation and
maps; a search over a live catalogue is ranked by its scores.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Likenesses = npt.NDArray[np.float32]


def local_scaling(scores: Likenesses, *, neighbours: int = 10) -> Likenesses:
    """CSLS: twice the score less how near each of the two is to its own ``neighbours``; takes hubs out of the way."""
    near = nearest_mean(scores, neighbours)
    return np.asarray(2 * scores - near[:, None] - near[None, :], np.float32)


def nearest_mean(scores: Likenesses, neighbours: int) -> npt.NDArray[np.float32]:
    others = scores - np.diag(np.full(len(scores), np.inf, np.float32))
    count = min(neighbours, len(scores) - 1)
    return np.asarray(np.partition(others, -count, axis=1)[:, -count:].mean(axis=1), np.float32)


def reciprocal(scores: Likenesses, *, neighbours: int = 10, expand: int = 6, share: float = 0.7) -> Likenesses:
    """Mix standardised scores with the Jaccard index of the pictures' reciprocal neighbourhoods (``share`` of it)."""
    count = len(scores)
    own = scores + np.diag(np.full(count, 1e6, np.float32))
    order = np.argsort(-own, axis=1)[:, : neighbours + 1]
    near = np.zeros((count, count), bool)
    near[np.arange(count)[:, None], order] = True
    spread = scores[~np.eye(count, dtype=bool)].std()
    weight = np.where(near & near.T, np.exp((scores - scores.max()) / spread), 0).astype(np.float32)
    weight /= weight.sum(axis=1, keepdims=True)
    weight = np.stack([weight[order[row, :expand]].mean(axis=0) for row in range(count)])
    common = np.stack([np.minimum(weight[row], weight).sum(axis=1) for row in range(count)])
    standard = (scores - scores.mean()) / spread
    return np.asarray((1 - share) * standard / 3 + share * 3 * common / (2 - common), np.float32)
