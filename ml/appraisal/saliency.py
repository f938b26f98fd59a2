"""What draws the eye, from the picture alone: without training, without knowledge of things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.appraisal.light import otsu
from ml.appraisal.oklab import Floats

Mask = NDArray[np.bool_]

LEAST_HELD = 0.15


def saliency(lab: Floats) -> Floats:
    """A map [h, w] of a small picture in OKLab, adding up to 1: two maps, each adding up to a half.

    The spectral residual (Hou & Zhang 2007) of the three channels finds what breaks the picture's own regularity; the
    distance of the smoothed colour from the mean colour (Achanta et al. 2009) finds whole areas.
    """
    residual = np.sum([spectral_residual(lab[:, :, channel]) for channel in range(3)], axis=0)
    smooth = ndimage.gaussian_filter(lab, (1, 1, 0), truncate=3)
    distance = np.linalg.norm(smooth - lab.mean(axis=(0, 1)), axis=2)
    return np.asarray((normal(residual) + normal(distance**2)) / 2, np.float32)


def spectral_residual(channel: Floats) -> Floats:
    """The inverse transform of what the log spectrum has beyond its own smooth mean, squared and smoothed."""
    height, width = channel.shape
    spread = max(height, width) // 4
    framed = np.pad(channel - channel.mean(), spread, mode="reflect")
    spectrum = np.fft.fft2(framed)
    size = np.log(np.abs(spectrum) + 1e-4)
    residual = size - ndimage.uniform_filter(size, 3, mode="wrap")
    back = np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))
    energy = np.abs(back[spread : spread + height, spread : spread + width]) ** 2
    weight = float(channel.std())
    return np.asarray(weight * ndimage.gaussian_filter(energy, max(height, width) / 26, truncate=3), np.float32)


def normal(values: NDArray[Any]) -> NDArray[Any]:
    """Made to add up to 1, from its own least value up; even where there is nothing."""
    raised = values - values.min()
    total = raised.sum()
    return raised / total if total > 0 else np.full_like(values, 1 / values.size)


@dataclass(frozen=True)
class Motif:
    """The main motif: its mask [h, w], the place of its middle (0…1), and its box (left, top, width, height; 0…1)."""

    mask: Mask
    x: float
    y: float
    box: tuple[float, float, float, float]


def main_motif(found: Floats) -> Motif | None:
    """The connected region above Otsu's threshold that holds the most saliency; None where none stands out.

    It must hold 15 % of all saliency. Holes are filled. The middle is the mean place by saliency.
    """
    peak = float(found.max())
    if peak <= 1.2 / found.size:
        return None
    threshold, _parted = otsu(np.asarray(found / peak, np.float32))
    regions, count = ndimage.label(found / peak > threshold, structure=np.ones((3, 3)))
    if not count:
        return None
    held = ndimage.sum_labels(found, regions, range(1, count + 1))
    mask = np.asarray(ndimage.binary_fill_holes(regions == int(np.argmax(held)) + 1))
    if mask.all() or found[mask].sum() < LEAST_HELD:
        return None
    height, width = found.shape
    weights = np.where(mask, found, 0)
    y, x = ((places(weights, axis) + 0.5) / size for axis, size in ((0, height), (1, width)))
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    top, left = rows[0] / height, columns[0] / width
    box = (left, top, (columns[-1] + 1) / width - left, (rows[-1] + 1) / height - top)
    return Motif(mask, float(x), float(y), box)


def places(weights: NDArray[np.floating], axis: int) -> float:
    """The mean row (axis 0) or column (axis 1) by weight, from 0."""
    along = weights.sum(axis=1 - axis)
    return float((along * np.arange(len(along))).sum() / along.sum())


def focus(found: Floats) -> float:
    """How far the map is gathered in one place: 1 − its entropy over the greatest."""
    shares = found[found > 0]
    return float(1 + (shares * np.log(shares)).sum() / np.log(found.size))
