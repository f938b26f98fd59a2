"""How far paintings are from the set while a training runs: the kernel distance by a small count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from ml.backbone import Backbone
from ml.images import Pixels

Features = npt.NDArray[np.float64]
AT_ONCE = 32


@dataclass(frozen=True)
class Ruler:
    """A network's features of the set, to measure samples against."""

    backbone: Backbone
    reference: Features

    @classmethod
    def on(cls, backbone: Backbone, pictures: Pixels, most: int) -> Ruler:
        """Against at most so many pictures, the same at every call."""
        if len(pictures) > most:
            pictures = pictures[np.sort(np.random.default_rng(0).permutation(len(pictures))[:most])]
        return cls(backbone, features(backbone, pictures))

    def measure(self, samples: Pixels) -> float:
        return kernel_distance(features(self.backbone, samples), self.reference)


def features(backbone: Backbone, pictures: Pixels) -> Features:
    """Unit vectors ``float64 [n, d]`` of the backbone's raw features of pictures ``uint8 [n, 3, side, side]``."""
    found = []
    for at in range(0, len(pictures), AT_ONCE):
        part = torch.from_numpy(np.ascontiguousarray(pictures[at : at + AT_ONCE])).float()
        large = functional.interpolate(part, size=backbone.input_px, mode="bilinear", antialias=True)
        found.append(functional.normalize(backbone.raw(large.round().to(torch.uint8).numpy())).cpu().double().numpy())
    return np.concatenate(found)


def kernel_distance(left: Features, right: Features) -> float:
    """The unbiased squared maximum mean discrepancy under the kernel ``(x·y + 1)³`` (KID, Bińkowski et al. 2018; there x·y is
    divided by d, here the vectors have unit length)."""
    within = [kernel.sum() - np.trace(kernel) for kernel in (cubic(left, left), cubic(right, right))]
    sizes = [len(left) * (len(left) - 1), len(right) * (len(right) - 1)]
    between = cubic(left, right).mean()
    return float(within[0] / sizes[0] + within[1] / sizes[1] - 2 * between)


def cubic(left: Features, right: Features) -> Features:
    return (left @ right.T + 1) ** 3
