"""Light and dark: key, contrast, shadow."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ml.appraisal.geometry import Grid, Overlay
from ml.appraisal.oklab import Floats
from ml.appraisal.picture import Picture
from ml.appraisal.seen import Seen

DEEP, DARK, BRIGHT = 0.30, 0.40, 0.70
WINDOW = 16
TONES = 256


def look(picture: Picture, seen: Seen) -> None:
    light = picture.small_light
    darks, lights = float((light < DARK).mean()), float((light > BRIGHT).mean())
    low, high = np.quantile(light, (0.05, 0.95))
    seen.measures |= {
        "lightness": float(light.mean()),
        "key": lights - darks,
        "contrast": float(light.std()),
        "local_contrast": local_contrast(light),
        "tonal_range": float(high - low),
        "deep_shadow": float((light < DEEP).mean()),
        "bimodality": otsu(light)[1],
        "chiaroscuro": chiaroscuro(light),
    }
    tiny = picture.tiny_lab[:, :, 0]
    zones = np.where(tiny < DEEP, 0, np.where(tiny > BRIGHT, 2, 1))
    seen.overlays["light"] = Overlay(grid=Grid.of(zones, "labels", ("#10131c", "#808080", "#fff3c4")))


def local_contrast(light: Floats) -> float:
    """The mean deviation of lightness within squares of a sixteenth of the long edge."""
    side = max(3, max(light.shape) // WINDOW) | 1
    mean = ndimage.uniform_filter(light, side, mode="reflect")
    square = ndimage.uniform_filter(light * light, side, mode="reflect")
    return float(np.sqrt(np.maximum(square - mean * mean, 0)).mean())


def otsu(values: Floats) -> tuple[float, float]:
    """Otsu's threshold of values in 0…1 and η: the variance between the two camps over all variance, 0…1 (1979).

    Two tones give 1, an even spread 0.75, a normal distribution 0.64.
    """
    counts, edges = np.histogram(values, TONES, (0, 1))
    shares = counts / counts.sum()
    middles = (edges[:-1] + edges[1:]) / 2
    below, moment = np.cumsum(shares), np.cumsum(shares * middles)
    total = moment[-1]
    variance = float((shares * (middles - total) ** 2).sum())
    parts = below * (1 - below)
    between = np.divide((total * below - moment) ** 2, parts, out=np.zeros(TONES), where=parts > 1e-9)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    threshold = float(edges[1:][best].mean())
    return threshold, float(min(1.0, between.max() / variance)) if variance > 1e-12 else 0.0


def chiaroscuro(light: Floats) -> float:
    """The share in deep shadow (L < 0.3) times how far the lightest twentieth stands above that shadow, 0…1."""
    deep = light < DEEP
    if not deep.any():
        return 0.0
    brightest = np.partition(light.ravel(), -max(1, light.size // 20))[-max(1, light.size // 20) :]
    return float(deep.mean() * max(0.0, float(brightest.mean()) - float(light[deep].mean())))
