"""Which training works generated pictures lie nearest to, and whether one is a copy: by the rule that is kept with the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.generation.generators import load_copying
from analysis.generation.models import GeneratedImage, StudioModel

if TYPE_CHECKING:
    import numpy.typing as npt

    from ml.gan.copying import Copying
    from ml.images import Pixels

SHOWN = 3


@dataclass(frozen=True)
class Compared:
    """A verdict, the nearest works with how near they are, and what the verdict rests on."""

    verdict: str = GeneratedImage.Verdict.UNKNOWN
    nearest: Sequence[dict[str, Any]] = ()
    copying: dict[str, Any] = field(default_factory=dict)


def compare(model: StudioModel, pixels: Pixels) -> list[Compared]:
    """Look for each of RGB ``uint8 [n, 3, h, w]`` among the works that the model learned from.

    ``likeness``: how exactly the picture lies over the work or a part of it, -1 to 1; ``distance``: the root mean square
    difference of lightness, 0 to 1. A model that keeps no rule leaves its pictures unknown, which cannot be published.
    """
    copying = load_copying(model)
    if copying is None:
        return [Compared()] * len(pixels)
    checked = copying.check(pixels)
    apart = copying.distances(pixels)
    images = dict(model.training_pictures.values_list("name", "image_id"))
    return [
        Compared(
            GeneratedImage.Verdict.COPY if checked.is_copy[row] else GeneratedImage.Verdict.ORIGINAL,
            nearest_of(copying, images, int(checked.nearest[row]), float(checked.likeness[row]), apart[row]),
            {"threshold": round(copying.threshold, 4), "likeness": round(float(checked.likeness[row]), 4)},
        )
        for row in range(len(pixels))
    ]


def nearest_of(
    copying: Copying, images: dict[str, int], best: int, likeness: float, distance: npt.NDArray[np.float32]
) -> list[dict[str, Any]]:
    """The work that the picture lies over best, then those of the nearest lightness."""
    others = [int(place) for place in np.argsort(distance)[:SHOWN] if int(place) != best][: SHOWN - 1]
    rows: list[dict[str, Any]] = []
    for place in (best, *others):
        name = copying.names[place]
        row: dict[str, Any] = {"name": name, "image": images.get(name), "distance": round(float(distance[place]), 4)}
        rows.append(row | ({"likeness": round(likeness, 4)} if place == best else {"likeness": None}))
    return rows
