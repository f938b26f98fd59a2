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
LEVELS = 255.0


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
    apart = distances(copying, pixels)
    images = dict(model.training_pictures.values_list("name", "image_id"))
    return [
        Compared(
            GeneratedImage.Verdict.COPY if checked.is_copy[row] else GeneratedImage.Verdict.ORIGINAL,
            nearest_of(copying, images, int(checked.nearest[row]), float(checked.likeness[row]), apart[row]),
            {"threshold": round(copying.threshold, 4), "likeness": round(float(checked.likeness[row]), 4)},
        )
        for row in range(len(pixels))
    ]


def distances(copying: Copying, pixels: Pixels) -> npt.NDArray[np.float32]:
    """``[n, works]``: root mean square differences of lightness to each work or its mirror image, 0 to 1."""
    from ml.gan.aligning import lightness

    made = lightness(pixels).reshape(len(pixels), -1) / LEVELS
    found = [
        apart(made, planes.reshape(len(planes), -1) / LEVELS) for planes in (copying.planes, copying.planes[..., ::-1])
    ]
    return np.minimum(*found)


def apart(left: npt.NDArray[np.float32], right: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    squares = (left**2).sum(1)[:, None] + (right**2).sum(1) - 2 * left @ right.T
    return np.asarray(np.sqrt(np.maximum(squares, 0) / left.shape[1]), np.float32)


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
