"""Signs of depth: a dividing level line, paler and softer distance, and where detail lies."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ml.appraisal.geometry import Line, Overlay
from ml.appraisal.oklab import Floats
from ml.appraisal.picture import Picture
from ml.appraisal.seen import Seen

BANDS = 16
EDGE_ROWS = 0.08
LEAST_DIVISION = 0.2


def look(picture: Picture, seen: Seen) -> None:
    y, strength = division(picture.lab)
    seen.measures["horizon"] = strength
    if strength >= LEAST_DIVISION:
        seen.measures["horizon_height"] = 1 - y
        seen.overlays["horizon"] = Overlay(lines=(Line(0, y, 1, y, weight=strength, role="horizon"),))
    else:
        seen.abstain("no_horizon", "horizon_height")
    seen.measures["aerial"] = aerial(picture)
    seen.measures["sharp_low"] = sharp_low(picture.small_light)


def division(lab: Floats) -> tuple[float, float]:
    """The level line that best divides the picture's colours: its y (0…1), and the share of all variance of OKLab that
    lies between above and below (Otsu's η over rows), 0…1. It lies no nearer to an edge than 8 %.
    """
    height = len(lab)
    rows = lab.astype(np.float64).mean(axis=1)
    total = float(lab.astype(np.float64).var(axis=(0, 1)).sum())
    above = np.cumsum(rows, axis=0)[:-1]
    count = np.arange(1, height)[:, None]
    between = (
        count * (height - count) / height**2 * (above / count - (above[-1:] + rows[-1] - above) / (height - count)) ** 2
    )
    explained = between.sum(axis=1) / max(total, 1e-9)
    least = max(1, round(EDGE_ROWS * height))
    inner = explained[least - 1 : height - least]
    place = least + int(inner.argmax())
    return place / height, float(min(1.0, inner.max()))


def aerial(picture: Picture) -> float:
    """How steadily the picture grows paler, softer and bluer from bottom to top, −1…1.

    Leonardo's signs of distance, as the mean of three correlations with height over 16 bands: of lightness, of less
    contrast within the band, of blue (−b of OKLab; left out where there is no colour). A band that is all alike says 0.
    """
    light, blue = picture.small_light, -picture.lab[:, :, 2]
    parts = np.array_split(np.arange(len(light)), min(BANDS, len(light)))
    softness = [-float((light[part] - light[part].mean(axis=1, keepdims=True)).std()) for part in parts]
    signs = [[float(light[part].mean()) for part in parts], softness]
    if not picture.is_grey:
        signs.append([float(blue[part].mean()) for part in parts])
    upwards = np.arange(len(parts))[::-1]
    return float(np.mean([correlation(np.array(sign), upwards) for sign in signs]))


def correlation(values: np.ndarray, others: np.ndarray) -> float:
    """Pearson's; 0 where the values hardly vary."""
    return float(np.corrcoef(values, others)[0, 1]) if values.std() > 2e-3 else 0.0


def sharp_low(light: Floats) -> float:
    """Fine detail (what a smoothing of a 128th of the long edge takes away) below the middle less that above, over both."""
    fine = np.abs(light - ndimage.gaussian_filter(light, max(light.shape) / 128, truncate=3))
    middle = len(fine) // 2
    above, below = float(fine[:middle].mean()), float(fine[-middle:].mean())
    return (below - above) / max(below + above, 1e-9)
