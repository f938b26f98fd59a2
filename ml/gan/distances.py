"""How far two sets of pictures lie apart in a network's features: the kernel and the Fréchet distance.

Both reward copies of the training works, so neither is ever shown without the rows of ``ml.gan.judging``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg

Vectors = npt.NDArray[np.floating]
BLOCK = 1_000
LEAST = 3


@dataclass(frozen=True)
class Scale:
    """Centres features on a reference and gives them ``dimensions`` of total variance there: one for all that is compared.

    Networks' features differ in length by orders; so scaled, the kernel's terms are of one size whatever the network.
    """

    mean: npt.NDArray[np.float64]
    factor: float

    @classmethod
    def of(cls, reference: Vectors) -> Scale:
        """Fitted on ``[n, d]``; a reference of one picture over and over keeps its length."""
        centred = reference.astype(np.float64) - reference.mean(0, dtype=np.float64)
        variance = float(np.square(centred).sum() / max(1, len(centred) - 1))
        factor = np.sqrt(reference.shape[1] / variance) if variance > 0 else 1.0
        return cls(reference.mean(0, dtype=np.float64), float(factor))

    def __call__(self, features: Vectors) -> npt.NDArray[np.float64]:
        return np.asarray((features.astype(np.float64) - self.mean) * self.factor)


def kid(left: Vectors, right: Vectors, *, block: int = BLOCK, seed: int = 0) -> tuple[float, float]:
    """Kernel distance of ``[n, d]`` and ``[m, d]``, unbiased, and its standard error; below 0 where it is nothing.

    Bińkowski and others, "Demystifying MMD GANs" (2018): the squared maximum mean discrepancy with the kernel
    (x·y / d + 1)³, a mean over disjoint random subsets of at most ``block``; a single one where the sets are that small,
    which is the mean over all smaller subsets. The error is the jackknife's, over pictures of both sets. Raises
    ``ValueError`` for fewer than three pictures.
    """
    if min(len(left), len(right)) < LEAST:
        raise ValueError(f"A distance needs {LEAST} pictures on each side.")
    parts = min(-(-max(len(left), len(right)) // block), min(len(left), len(right)) // LEAST)
    random = np.random.default_rng(seed)
    cut = [np.array_split(side[random.permutation(len(side))], parts) for side in (left, right)]
    found = np.array([discrepancy(one, other) for one, other in zip(*cut, strict=True)])
    return float(found[:, 0].mean()), float(np.sqrt(np.square(found[:, 1]).sum()) / parts)


def discrepancy(left: Vectors, right: Vectors) -> tuple[float, float]:
    """The unbiased squared discrepancy of two sets, and its jackknife error, from one matrix of kernels each."""
    within, other, between = kernel(left, left), kernel(right, right), kernel(left, right)
    np.fill_diagonal(within, 0.0)
    np.fill_diagonal(other, 0.0)
    own = [pair_mean(within.sum(), len(left)), pair_mean(other.sum(), len(right))]
    whole = own[0] + own[1] - 2 * between.mean()
    variance = 0.0
    for place, (matrix, cross) in enumerate(((within, between), (other, between.T))):
        count = len(matrix)
        left_out = pair_mean(matrix.sum() - 2 * matrix.sum(1), count - 1)
        crossed = (cross.sum() - cross.sum(1)) / ((count - 1) * cross.shape[1])
        each = left_out + own[1 - place] - 2 * crossed
        variance += (count - 1) / count * float(np.square(each - each.mean()).sum())
    return float(whole), float(np.sqrt(variance))


def kernel(left: Vectors, right: Vectors) -> npt.NDArray[np.float64]:
    return np.asarray((left @ right.T / left.shape[1] + 1) ** 3, np.float64)


def pair_mean(total: Vectors | float, count: int) -> npt.NDArray[np.float64]:
    """The mean over ordered pairs of different things."""
    return np.asarray(np.asarray(total, np.float64) / (count * (count - 1)))


def fid(left: Vectors, right: Vectors) -> float:
    """Fréchet distance of the Gaussians of ``[n, d]`` and ``[m, d]``, in squared units of the features; 0 or more.

    Heusel and others, "GANs Trained by a Two Time-Scale Update Rule" (2017): |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½). With
    Σ = AᵀA the last trace is the sum of the singular values of A₁A₂ᵀ: exact also where there are fewer pictures than
    features and the usual root of a singular product goes astray. Raises ``ValueError`` for fewer than three pictures.
    """
    if min(len(left), len(right)) < LEAST:
        raise ValueError(f"A distance needs {LEAST} pictures on each side.")
    roots = [root(side) for side in (left, right)]
    means = left.mean(0, dtype=np.float64) - right.mean(0, dtype=np.float64)
    overlap = float(linalg.svdvals(roots[0] @ roots[1].T).sum())
    return max(0.0, float(means @ means) + sum(float(np.square(each).sum()) for each in roots) - 2 * overlap)


def root(features: Vectors) -> npt.NDArray[np.float64]:
    """A matrix A, as small as may be, with AᵀA the covariance of ``[n, d]``."""
    centred = (features.astype(np.float64) - features.mean(0, dtype=np.float64)) / np.sqrt(len(features) - 1)
    return np.asarray(
        centred if len(centred) <= centred.shape[1] else linalg.qr(centred, mode="r")[0][: centred.shape[1]]
    )
