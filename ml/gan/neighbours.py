"""The training works that pictures are most like: by each sense of the similarity search, and pixel by pixel.

Beside each figure stands what real works score that the model never saw: what is near is near only if they are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from ml.backbone.features import fit_projection
from ml.gan.originality import nearer_share
from ml.gan.seeing import PIXELS, Seen, Vectors, as_array
from ml.similarity.names import INBORN
from ml.similarity.spaces import COMPACTIONS

BY_SENSE = tuple(f"nearer_{name}" for name in (*INBORN, PIXELS))


@dataclass(frozen=True)
class Neighbours:
    """The nearest training works of each of ``n`` pictures by one sense, nearest first.

    ``works [n, k]`` are places among the training works, ``likeness [n, k]`` cosines (``pixels``: 1 less the root mean
    square difference).
    """

    works: npt.NDArray[np.int64]
    likeness: npt.NDArray[np.float32]


class Senses:
    """Training works, and their mirror images, as each sense sees them: made small on them as ``ml.similarity`` does it."""

    def __init__(self, training: Seen, turned: Seen) -> None:
        self.projections = {
            name: fit_projection(torch.from_numpy(training.senses[name]), most=way.most, evenness=way.evenness)
            for name, way in COMPACTIONS.items()
        }
        self.works = self.vectors(training), self.vectors(turned)

    def nearest(self, shown: Seen, *, k: int = 3) -> Mapping[str, Neighbours]:
        """By sense (style, subject, colour, composition, pixels), the ``k`` nearest works of each picture."""
        found = {}
        for name, vectors in self.vectors(shown).items():
            likeness = np.maximum(*(alike(name, vectors, works[name]) for works in self.works))
            places = np.argsort(-likeness, axis=1, kind="stable")[:, :k]
            found[name] = Neighbours(places, np.take_along_axis(likeness, places, 1))
        return found

    @torch.inference_mode()
    def vectors(self, seen: Seen) -> Mapping[str, Vectors]:
        """Unit vectors ``[n, d]`` by sense; ``pixels`` as they are, 0 to 1."""
        found = {PIXELS: seen.senses[PIXELS]}
        for name, projection in self.projections.items():
            raw = torch.from_numpy(seen.senses[name])
            found[name] = as_array(functional.normalize(raw) if projection is None else projection(raw))
        return found


def alike(name: str, left: Vectors, right: Vectors) -> Vectors:
    """``[n, m]`` likenesses of the pictures of both by one sense, at most 1."""
    if name != PIXELS:
        return np.asarray(left @ right.T, np.float32)
    apart = torch.cdist(torch.from_numpy(left), torch.from_numpy(right)).numpy()
    return np.asarray(1 - apart / np.sqrt(left.shape[1]), np.float32)


def nearer_by_sense(shown: Mapping[str, Neighbours], real: Mapping[str, Neighbours]) -> dict[str, float]:
    """``BY_SENSE``: the chance that a picture is more like its nearest work than a held-out work is; 0.5 for real works."""
    return {f"nearer_{name}": nearer_share(apart(shown[name]), apart(real[name]))[0] for name in (*COMPACTIONS, PIXELS)}


def apart(neighbours: Neighbours) -> npt.NDArray[np.float64]:
    return 1 - neighbours.likeness[:, 0].astype(np.float64)
