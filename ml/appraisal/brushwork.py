"""Brush-work as the picture's fine structure: which way marks run, how alike, how broad, and the spectrum of detail."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.appraisal.colour import entropy
from ml.appraisal.geometry import Line, Overlay
from ml.appraisal.oklab import Floats
from ml.appraisal.picture import FINE_ENOUGH_PX, Picture
from ml.appraisal.seen import Seen

NAMES = (
    "direction",
    "alignment",
    "coherence",
    "direction_variety",
    "stroke_scale",
    "spectrum_slope",
    "spectrum_misfit",
)
CELLS = 24
WAYS = 18
LEAST_ALIGNMENT = 0.05
LOWEST, HIGHEST = 8.0, 80.0
COARSEST, FINEST = 6.0, 96.0
BANDS = 12


def look(picture: Picture, seen: Seen) -> None:
    if max(picture.rgb.shape) < FINE_ENOUGH_PX:
        seen.abstain("too_coarse", *NAMES)
        return
    across, down, mixed = tensor(picture.light)
    look_at_ways(across, down, mixed, seen)
    power, frequency = spectrum(picture.light)
    slope, misfit = slope_of(power, frequency)
    seen.measures |= {
        "stroke_scale": stroke_scale(power, frequency),
        "spectrum_slope": slope,
        "spectrum_misfit": misfit,
    }


def tensor(light: Floats) -> tuple[Floats, Floats, Floats]:
    """The structure tensor (Bigün & Granlund 1987) as means over square cells of a 24th of the long edge: Jxx, Jyy, Jxy.

    Gradients are of a Gaussian of a 256th of the long edge.
    """
    width = max(light.shape) / 256
    below, right = np.gradient(ndimage.gaussian_filter(light, width, truncate=3))
    return in_cells(right * right), in_cells(below * below), in_cells(right * below)


def in_cells(values: Floats) -> Floats:
    side = max(2, max(values.shape) // CELLS)
    rows, columns = (max(1, size // side) for size in values.shape)
    top, left = ((size - count * side) // 2 for size, count in zip(values.shape, (rows, columns), strict=True))
    middle = values[top : top + rows * side, left : left + columns * side]
    return np.asarray(middle.reshape(rows, side, columns, side).mean(axis=(1, 3)), np.float32)


def look_at_ways(across: Floats, down: Floats, mixed: Floats, seen: Seen) -> None:
    """Direction of marks is across the gradient; its double angle is averaged by energy (Mardia & Jupp 2000)."""
    energy = np.maximum(across + down, 1e-12)
    # Doubled angle of the marks, counter-clockwise as one sees it: y grows downwards, and marks run across the gradient.
    along, aslant = down - across, 2 * mixed
    local = np.hypot(along, aslant) / energy
    degrees = np.degrees(np.arctan2(aslant, along)) / 2 % 180
    total = float(energy.sum())
    level, slant = float(along.sum()) / total, float(aslant.sum()) / total
    seen.measures["alignment"] = math.hypot(level, slant)
    seen.measures["coherence"] = float((local * energy).sum() / total)
    shares = np.bincount((degrees / 180 * WAYS).astype(int).ravel() % WAYS, (local * energy).ravel(), WAYS)
    seen.measures["direction_variety"] = entropy(shares) / math.log(WAYS) if shares.sum() > 0 else 1.0
    if seen.measures["alignment"] >= LEAST_ALIGNMENT:
        seen.measures["direction"] = math.degrees(math.atan2(slant, level)) / 2 % 180
    else:
        seen.abstain("no_direction", "direction")
    seen.overlays["brushwork"] = ticks(degrees, local, energy)


def ticks(degrees: Floats, local: Floats, energy: Floats) -> Overlay:
    """A short line in each cell along its marks, as long as they are coherent; faint where hardly anything is to see."""
    rows, columns = degrees.shape
    reach = 0.45 * local
    x, y = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    dx, dy = reach * np.cos(np.radians(degrees)) / columns, -reach * np.sin(np.radians(degrees)) / rows
    strong = np.sqrt(energy) / max(float(np.quantile(np.sqrt(energy), 0.95)), 1e-9)
    told = np.stack([x - dx, y - dy, x + dx, y + dy, np.minimum(strong, 1)], axis=2).reshape(-1, 5)
    lines = tuple(Line(x1, y1, x2, y2, weight, "mark") for x1, y1, x2, y2, weight in told[told[:, 4] > 0.1].tolist())
    return Overlay(lines=lines)


def spectrum(light: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Power of lightness under a Hann window, and its frequency in cycles a long edge, both [h, w // 2 + 1]."""
    height, width = light.shape
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    mean = float((light * window).sum() / window.sum())
    power = np.abs(np.fft.rfft2((light - mean) * window)) ** 2
    power[:, 1 : (width + 1) // 2] *= 2
    edge = max(height, width)
    frequency = np.hypot(np.fft.fftfreq(height)[:, None] * edge, np.fft.rfftfreq(width)[None] * edge)
    return power, frequency


def slope_of(power: NDArray[np.float64], frequency: NDArray[np.float64]) -> tuple[float, float]:
    """The slope of log mean power over log frequency from 8 to 80 cycles a long edge, and the fit's root mean square miss
    (log10). White noise 0, natural scenes about −2 (Graham & Field 2007).
    """
    doubled = np.where((np.arange(power.shape[1]) > 0) & (np.arange(power.shape[1]) < power.shape[1] - 1), 2.0, 1.0)
    edges = np.geomspace(LOWEST, HIGHEST, BANDS + 1)
    band = np.digitize(frequency, edges).ravel()
    count = np.bincount(band, np.broadcast_to(doubled, power.shape).ravel(), BANDS + 2)[1:-1]
    mean = np.bincount(band, power.ravel(), BANDS + 2)[1:-1] / np.maximum(count, 1)
    middle = np.log10(np.sqrt(edges[:-1] * edges[1:]))
    level = np.log10(np.maximum(mean, mean.max() * 1e-12 + 1e-30))
    used = count > 0
    fit = np.polyfit(middle[used], level[used], 1)
    miss = level[used] - np.polyval(fit, middle[used])
    return float(fit[0]), float(np.sqrt((miss**2).mean()))


def stroke_scale(power: NDArray[np.float64], frequency: NDArray[np.float64]) -> float:
    """The mean half period of structure from 6 to 96 cycles a long edge, by energy in the logarithm; % of the long edge.

    Where power falls as 1/f², each octave holds as much and this is 2.1 %.
    """
    used = (frequency >= COARSEST) & (frequency <= FINEST)
    weights = power[used]
    if weights.sum() <= 0:
        return 100 / (2 * math.sqrt(COARSEST * FINEST))
    return float(100 / (2 * math.exp((weights * np.log(frequency[used])).sum() / weights.sum())))
