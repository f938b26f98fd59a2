"""Harmony of hues: how near they lie to the best of Matsuda's templates on the hue wheel.

Cohen-Or, Sorkine, Gal, Leyvand & Xu, "Color harmonization" (2006), after Matsuda 1995.
"""

from __future__ import annotations

from colorsys import hsv_to_rgb
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.appraisal.geometry import Grid, Overlay
from ml.appraisal.picture import Picture
from ml.appraisal.seen import Seen

# Sectors of each template: (middle, width) in degrees of the HSV hue wheel. N, the template of greys, is no hue's.
TEMPLATES: dict[str, tuple[tuple[float, float], ...]] = {
    "i": ((0, 18),),
    "V": ((0, 93.6),),
    "L": ((0, 18), (90, 79.2)),
    "I": ((0, 18), (180, 18)),
    "T": ((0, 180),),
    "Y": ((0, 93.6), (180, 18)),
    "X": ((0, 93.6), (180, 93.6)),
}
STEP = 2
BINS = 360 // STEP
# Whatever the hues, the mean of X's distances over all turns is this: so the best template is never farther.
FARTHEST = 2 * (180 - 93.6) / 360 * (180 - 93.6) / 4
SIMPLICITY = 1.0
# Of turns that hold the hues equally well, the one with the hues in the middle of its sectors.
MIDDLING = 0.003
LEAST_CHROMA = 0.02
GREY, WHITE = "#7d7d7d", "#ffffff"


def look(picture: Picture, seen: Seen) -> None:
    if picture.is_grey:
        return
    hues = hue_degrees(picture.small)
    weights = np.bincount((hues.ravel() / STEP).astype(int) % BINS, picture.chroma.ravel(), BINS)
    name, turn, away = best(weights)
    seen.measures["harmony"] = 1 - away / FARTHEST
    seen.overlays["harmony"] = parted(picture, name, turn)


def parted(picture: Picture, name: str, turn: int) -> Overlay:
    """Each place by the sector of the template in which its hue lies, in that sector's pure hue; white where it lies in
    none, grey where there is hardly colour."""
    hues = hue_degrees(picture.tiny)
    chroma = np.hypot(picture.tiny_lab[:, :, 1], picture.tiny_lab[:, :, 2])
    labels = np.full(hues.shape, 1)
    colours = [GREY, WHITE]
    for middle, width in TEMPLATES[name]:
        centre = (middle + turn) % 360
        inside = np.abs((hues - centre + 180) % 360 - 180) <= width / 2 + STEP
        labels[inside] = len(colours)
        colours.append(vivid(centre))
    labels[chroma < LEAST_CHROMA] = 0
    facts: dict[str, float | str] = {"template": name, "turn_degrees": float(turn)}
    return Overlay(grid=Grid.of(labels, "labels", tuple(colours)), facts=facts)


def vivid(hue: float) -> str:
    """A strong colour of this hue of HSV, ``#rrggbb``."""
    return "#" + bytes(round(255 * part) for part in hsv_to_rgb(hue / 360, 0.75, 0.85)).hex()


def hue_degrees(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Hue of HSV 0…360 [h, w] in steps of 1.4, the wheel on which the templates are defined; 0 for greys."""
    hue = np.asarray(Image.fromarray(rgb).convert("HSV"))[:, :, 0]
    return hue.astype(np.float32) * np.float32(360 / 256)


def turned(arcs: NDArray[np.float64], spectrum: NDArray[np.complexfloating]) -> NDArray[np.float64]:
    """The weighted mean of arcs for every turn of the template [180]."""
    return np.asarray(np.fft.irfft(np.conj(np.fft.rfft(arcs) * spectrum), BINS), np.float64)


def from_middles(name: str) -> NDArray[np.float64]:
    """How far (degrees of arc) each step of the wheel lies from the nearest middle of a sector [180]."""
    places = (np.arange(BINS) + 0.5) * STEP
    arcs = [np.abs((places - middle + 180) % 360 - 180) for middle, _width in TEMPLATES[name]]
    return np.asarray(np.min(arcs, axis=0), np.float64)


def distances(name: str) -> NDArray[np.float64]:
    """How far (degrees of arc) each step of the wheel lies outside an unturned template [180]."""
    places = (np.arange(BINS) + 0.5) * STEP
    found = np.full(BINS, 360.0)
    for middle, width in TEMPLATES[name]:
        arc = np.abs((places - middle + 180) % 360 - 180)
        found = np.minimum(found, np.maximum(arc - width / 2, 0))
    return found


def best(weights: NDArray[Any]) -> tuple[str, int, float]:
    """The best template, its turn in degrees, and the weighted mean distance from it, as in the paper, 0…10.4.

    Which template is named: the first, from the narrowest, that is within one degree of the best, since the wide ones hold
    nearly everything. The distance is the best one's.
    """
    shares = weights / weights.sum()
    spectrum = np.conj(np.fft.rfft(shares))
    found: dict[str, tuple[int, float]] = {}
    for name in TEMPLATES:
        by_turn = turned(distances(name), spectrum)
        turn = int((by_turn + MIDDLING * turned(from_middles(name), spectrum)).argmin())
        found[name] = (turn * STEP, max(0.0, float(by_turn[turn])))
    least = min(away for _turn, away in found.values())
    for name, (turn, away) in found.items():
        if away <= least + SIMPLICITY:
            return name, turn, least
    raise AssertionError("one of them is the best")
