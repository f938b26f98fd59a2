"""The palette: main colours as clusters in OKLab, as many as can be told apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.appraisal.colour_names import name_of
from ml.appraisal.geometry import Grid, Overlay
from ml.appraisal.oklab import BY_EYE, Floats, as_hex
from ml.appraisal.picture import Picture
from ml.appraisal.seen import Seen, Swatch

MOST = 8
SEEDS, ROUNDS = 14, 8
APART = 0.1
LEAST_SHARE = 0.006


def look(picture: Picture, seen: Seen) -> None:
    centres, shares = clusters(picture.lab, picture.small)
    seen.palette = tuple(
        Swatch(as_hex(centre), float(share), (float(centre[0]), float(centre[1]), float(centre[2])), name_of(centre))
        for centre, share in zip(centres, shares, strict=True)
    )
    seen.measures["palette_size"] = float(len(centres))
    labels = nearest(picture.tiny_lab.reshape(-1, 3) * BY_EYE, centres * BY_EYE).reshape(picture.tiny.shape[:2])
    colours = tuple(swatch.hex for swatch in seen.palette)
    seen.overlays["palette"] = Overlay(grid=Grid.of(labels, "labels", colours))


def clusters(lab: Floats, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cluster centres in OKLab [k, 3] and their shares [k], the largest first; 1 ≤ k ≤ 8.

    Weighted k-means (Lloyd 1982) over the colours that occur (4 bits a channel), begun at the colours farthest from each
    other, without chance. Clusters nearer than 0.1 to each other (ΔE-OK2), or of less than 0.6 % of the picture, are then joined,
    cheapest first (Ward 1963), and the cheapest of those that are left until there are eight.
    """
    colours, weights = occurring(lab * BY_EYE, rgb)
    centres = lloyd(colours, weights, farthest(colours, weights))
    sizes = held(colours, weights, centres)
    centres = joined(centres[sizes > 0], sizes[sizes > 0])
    sizes = held(colours, weights, centres)
    order = np.lexsort((centres[:, 0], -sizes))
    return centres[order] / BY_EYE, sizes[order] / sizes.sum()


def occurring(lab: Floats, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The picture's colours by cells of 4 bits a channel: mean OKLab [n, 3] and number of pixels [n]."""
    four = (rgb >> 4).astype(np.int32).reshape(-1, 3)
    cells = (four[:, 0] << 8) | (four[:, 1] << 4) | four[:, 2]
    counts = np.bincount(cells, minlength=1 << 12)
    used = np.flatnonzero(counts)
    flat = lab.reshape(-1, 3)
    sums = np.column_stack([np.bincount(cells, flat[:, axis], 1 << 12)[used] for axis in range(3)])
    return sums / counts[used, None], counts[used].astype(np.float64)


def farthest(colours: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seeds: the most frequent colour, then again and again the one with the most weighted distance from all seeds."""
    seeds = [int(weights.argmax())]
    away = np.full(len(colours), np.inf)
    root = np.sqrt(weights)
    for _seed in range(min(SEEDS, len(colours)) - 1):
        away = np.minimum(away, ((colours - colours[seeds[-1]]) ** 2).sum(1))
        seeds.append(int((away * root).argmax()))
    return colours[seeds]


def nearest(colours: NDArray[np.floating], centres: NDArray[np.floating]) -> NDArray[np.int64]:
    """The number of the nearest centre to each colour [n]."""
    away = (centres**2).sum(1)[None, :] - 2 * colours @ centres.T
    return np.asarray(away.argmin(1), np.int64)


def held(
    colours: NDArray[np.float64], weights: NDArray[np.float64], centres: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The weight of the colours that are nearest to each centre [k]."""
    return np.asarray(np.bincount(nearest(colours, centres), weights, len(centres)), np.float64)


def lloyd(
    colours: NDArray[np.float64], weights: NDArray[np.float64], centres: NDArray[np.float64]
) -> NDArray[np.float64]:
    for _round in range(ROUNDS):
        labels = nearest(colours, centres)
        sizes = np.bincount(labels, weights, len(centres))
        sums = np.column_stack([np.bincount(labels, weights * colours[:, axis], len(centres)) for axis in range(3)])
        centres = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1e-9)[:, None], centres)
    return centres


def joined(centres: NDArray[np.float64], sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Join clusters, cheapest first by Ward's cost, until all can be told apart, none is a speck, and they are few."""
    total = sizes.sum()
    while len(centres) > 1:
        away = np.linalg.norm(centres[:, None] - centres[None], axis=2)
        cost = away**2 * (sizes[:, None] * sizes[None]) / (sizes[:, None] + sizes[None])
        np.fill_diagonal(cost, np.inf)
        speck = sizes < LEAST_SHARE * total
        may = (away < APART) | speck[:, None] | speck[None] if len(centres) <= MOST else np.ones_like(away, bool)
        first, second = divmod(int(np.where(may, cost, np.inf).argmin()), len(centres))
        if not np.isfinite(cost[first, second]) or not may[first, second]:
            break
        both = sizes[first] + sizes[second]
        centres[first] = (centres[first] * sizes[first] + centres[second] * sizes[second]) / both
        sizes[first] = both
        centres, sizes = np.delete(centres, second, 0), np.delete(sizes, second)
    return centres
