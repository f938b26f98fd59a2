"""Pictures as small planes of lightness, shared out by area: what photographs of one work are laid over each other by.

``ml.similarity.duplicates`` lays two pictures over each other, ``ml.gan.aligning`` one over thousands. ``ml.splits``, which
compares all pairs of a collection, has a coarser and quicker measure of its own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ml.images import Pixels

Planes = npt.NDArray[np.float32]
WHITE = np.array([0.299, 0.587, 0.114], np.float32)
MOST_AT_ONCE = 64
FIRST, LAST = np.zeros(1), np.ones(1)


def lightness(pixels: Pixels, side: int) -> Planes:
    """``float32 [n, side, side]``, 0 to 255 (the weights of ITU-R BT.601), of RGB ``uint8 [n, 3, h, w]``, by blocks."""
    planes = np.empty((len(pixels), side, side), np.float32)
    for at in range(0, len(pixels), MOST_AT_ONCE):
        light = np.einsum("c,nchw->nhw", WHITE, pixels[at : at + MOST_AT_ONCE].astype(np.float32))
        planes[at : at + MOST_AT_ONCE] = shrunk(light, side)
    return planes


def shrunk(planes: Planes, side: int) -> Planes:
    """Means over ``side`` × ``side`` even cells of ``[…, h, w]``, edges shared out by area."""
    across = cells(planes.shape[-1], side)[0]
    down = across if planes.shape[-2] == planes.shape[-1] else cells(planes.shape[-2], side)[0]
    return np.asarray(down @ planes @ across.T, np.float32)


def cells(
    length: int, count: int, start: npt.NDArray[np.floating] = FIRST, end: npt.NDArray[np.floating] = LAST
) -> Planes:
    """How much of each of ``length`` places belongs to each of ``count`` even cells of windows from ``start [n]`` to ``end [n]``,
    shares of the side: ``[n, count, length]``; rows add up to 1."""
    steps = np.linspace(0, 1, count + 1, dtype=start.dtype)
    edges = (start[:, None] + (end - start)[:, None] * steps) * length
    places = np.arange(length)
    inside = np.minimum(edges[:, 1:, None], places + 1) - np.maximum(edges[:, :-1, None], places)
    return np.asarray(inside.clip(0) * (count / (length * (end - start)))[:, None, None], np.float32)
