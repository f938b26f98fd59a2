"""How far paintings are from the set while a training runs: the kernel distance by a small count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from ml.backbone import Backbone
from ml.backbone.features import described
from ml.gan.distances import Scale, kid
from ml.gan.seeing import resized, shown_px
from ml.images import Pixels

AT_ONCE = 64


@dataclass(frozen=True)
class Ruler:
    """A network's features of the set, scaled as ``ml.gan.judging`` scales them, to measure samples against."""

    backbone: Backbone
    side_px: int
    scale: Scale
    reference: npt.NDArray[np.float64]

    @classmethod
    def on(cls, backbone: Backbone, pictures: Pixels, most: int) -> Ruler:
        """Against at most so many pictures, the same at every call."""
        if len(pictures) > most:
            pictures = pictures[np.sort(np.random.default_rng(0).permutation(len(pictures))[:most])]
        side_px = shown_px(backbone, pictures.shape[-1])
        seen = features(backbone, pictures, side_px)
        scale = Scale.of(seen)
        return cls(backbone, side_px, scale, scale(seen))

    def measure(self, samples: Pixels) -> float:
        """The kernel distance (KID) of samples ``uint8 [n, 3, side, side]`` to the set."""
        return kid(self.scale(features(self.backbone, samples, self.side_px)), self.reference)[0]


@torch.inference_mode()
def features(backbone: Backbone, pictures: Pixels, side_px: int) -> npt.NDArray[np.float32]:
    """``[n, d]`` of pictures shown at ``side_px``, a few at a time."""
    found = []
    for at in range(0, len(pictures), AT_ONCE):
        batch = resized(np.ascontiguousarray(pictures[at : at + AT_ONCE]), side_px)
        unit = backbone.plan.place(torch.from_numpy(batch)) / 255
        found.append(described(backbone.maps(batch), unit).float().cpu().numpy())
    return np.concatenate(found)
