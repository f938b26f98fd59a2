"""How much colour, how warm, how varied."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.appraisal.geometry import Grid, Overlay
from ml.appraisal.oklab import Floats
from ml.appraisal.picture import Picture
from ml.appraisal.seen import Seen

NAMES = ("temperature", "warm_share", "harmony", "hue_variety")
WARM_HUE = np.deg2rad(50)
NEUTRAL_CHROMA = 0.02
COLOURED = 0.035
HUES = 36


def look(picture: Picture, seen: Seen) -> None:
    seen.measures["colourfulness"] = colourfulness(picture.small)
    seen.measures["saturation"] = float(picture.chroma.mean())
    seen.measures["saturation_spread"] = float(picture.chroma.std())
    if picture.is_grey:
        seen.abstain("no_colour", *NAMES)
        return
    warmth = warm_part(picture.lab)
    seen.measures["temperature"] = float(warmth.sum() / (picture.chroma + NEUTRAL_CHROMA).sum())
    coloured = picture.chroma > COLOURED
    if coloured.mean() >= 0.01:
        seen.measures["warm_share"] = float((warmth[coloured] > 0).mean())
    else:
        seen.abstain("no_colour", "warm_share")
    seen.measures["hue_variety"] = hue_variety(picture.lab, picture.chroma)
    tiny = picture.tiny_lab
    pull = warm_part(tiny) / (np.hypot(tiny[:, :, 1], tiny[:, :, 2]) + NEUTRAL_CHROMA)
    seen.overlays["temperature"] = Overlay(grid=Grid.of(pull, "diverging"))


def colourfulness(rgb: NDArray[np.uint8]) -> float:
    """M(3) of Hasler & Süsstrunk, "Measuring colourfulness in natural images" (2003).

    The deviations of red − green and yellow − blue together, and 0.3 times their mean. At most √1.09 · √(255² + 127.5²) =
    297.7; the paper calls 15 slightly, 33 moderately, 59 quite and 109 extremely colourful.
    """
    red, green, blue = np.moveaxis(rgb.astype(np.float32), 2, 0)
    differences = np.stack([(red - green).ravel(), ((red + green) / 2 - blue).ravel()])
    return float(np.linalg.norm(differences.std(axis=1)) + 0.3 * np.linalg.norm(differences.mean(axis=1)))


def warm_part(lab: Floats) -> Floats:
    """The part of each pixel's chroma towards the warm pole: hue 50° of OKLab, between red and orange, as Itten's is."""
    return np.asarray(lab[:, :, 1] * np.cos(WARM_HUE) + lab[:, :, 2] * np.sin(WARM_HUE), np.float32)


def hue_variety(lab: Floats, chroma: Floats) -> float:
    """Entropy of hue in 36 steps weighted by chroma, over its greatest: 0 one hue, 1 all alike."""
    hue = np.arctan2(lab[:, :, 2], lab[:, :, 1])
    steps = np.floor((hue / (2 * np.pi) % 1) * HUES).astype(int) % HUES
    shares = np.bincount(steps.ravel(), chroma.ravel(), HUES)
    return entropy(shares) / math.log(HUES)


def entropy(weights: NDArray[Any]) -> float:
    """Shannon's entropy (nats) of weights that need not add up to 1."""
    shares = weights[weights > 0] / weights.sum()
    return float(max(0.0, -(shares * np.log(shares)).sum()))
