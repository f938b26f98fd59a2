"""How far paintings are from the set while a training runs: the kernel distance by a small count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.backbone import Backbone
from ml.gan.distances import Scale, kid
from ml.gan.seeing import see, shown_px
from ml.images import Pixels


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
        seen = see(backbone, pictures, side_px=side_px, with_senses=False).features
        scale = Scale.of(seen)
        return cls(backbone, side_px, scale, scale(seen))

    def measure(self, samples: Pixels) -> float:
        """The kernel distance (KID) of samples ``uint8 [n, 3, side, side]`` to the set."""
        seen = see(self.backbone, samples, side_px=self.side_px, with_senses=False).features
        return kid(self.scale(seen), self.reference)[0]
