"""Invented painters whose hands differ in palette, direction and breadth of stroke: small pictures with a known truth."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ml.attribution import TrainingPicture
from ml.backbone import Backbone, build
from ml.backbone.interface import Provenance
from ml.backbone.networks import COMPACT, trunk

SIDE = 96


def paint(painter: int, work: int, *, side: int = SIDE) -> np.ndarray:
    """A work ``uint8 [side, side, 3]``: noise drawn out along the painter's direction, in his three colours."""
    own, random = np.random.default_rng(1000 + painter), np.random.default_rng([painter, work])
    palette, angle, breadth = own.uniform(20, 235, (3, 3)), own.uniform(0, 180), own.uniform(0.7, 2.5)
    noise = random.normal(size=(2 * side, 2 * side))
    strokes = ndimage.gaussian_filter(noise, (breadth, 5 * breadth))
    turned = ndimage.rotate(strokes, angle, reshape=False)[side // 2 : side // 2 + side, side // 2 : side // 2 + side]
    masses = ndimage.gaussian_filter(random.normal(size=(side, side)), side / 6)
    level = (turned / turned.std() + 1.5 * masses / masses.std())[:, :, None]
    mixed = (
        palette[0]
        + (palette[1] - palette[0]) / (1 + np.exp(-level))
        + 0.2 * (palette[2] - 128) * np.tanh(masses / masses.std())[:, :, None]
    )
    return mixed.clip(0, 255).astype(np.uint8)


def works_of(painter: int, count: int, *, first: int = 0, qualifier: str = "") -> list[TrainingPicture]:
    def one(work: int) -> TrainingPicture:
        key = f"{painter}/{work}"
        return TrainingPicture(
            key, f"painter {painter}", qualifier, "studio", painter * 1000 + work, lambda: paint(painter, work)
        )

    return [one(work) for work in range(first, first + count)]


def school(*, painters: int = 6, works: int = 10, strangers: int = 12) -> list[TrainingPicture]:
    """``painters`` with ``works`` works each, and one work each of ``strangers`` others."""
    known = [picture for painter in range(painters) for picture in works_of(painter, works)]
    return known + [picture for painter in range(50, 50 + strangers) for picture in works_of(painter, 1)]


def eyes() -> Backbone:
    """A compact network as it is before training, always the same."""
    import torch

    torch.manual_seed(3)
    return build(COMPACT, trunk(COMPACT), Provenance("untrained"), device="cpu")
