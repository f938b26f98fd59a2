"""Where weight and motif lie: thirds, golden section, balance, symmetry, figure and ground."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.appraisal.geometry import Curve, Grid, Line, Overlay, Point, Rectangle
from ml.appraisal.oklab import Floats
from ml.appraisal.outline import outline
from ml.appraisal.picture import Picture
from ml.appraisal.saliency import Mask, Motif, focus, main_motif, places, saliency
from ml.appraisal.seen import Seen

THIRDS = (1 / 3, 2 / 3)
GOLDEN = (2 - (1 + math.sqrt(5)) / 2, (math.sqrt(5) - 1) / 2)


def look(picture: Picture, seen: Seen) -> None:
    found = saliency(picture.tiny_lab)
    seen.measures["saliency_focus"] = focus(found)
    look_at_balance(picture.tiny_lab, seen)
    look_at_symmetry(picture.small_light, seen)
    motif = main_motif(found)
    strength = found / found.max()
    if motif is None:
        seen.abstain("no_motif", "thirds", "golden", "centrality", "figure_ground", "figure_share")
        seen.overlays["saliency"] = Overlay(grid=Grid.of(strength))
        return
    middle = Point(motif.x, motif.y, role="motif")
    seen.overlays["saliency"] = Overlay(
        points=(middle,), rectangles=(Rectangle(*motif.box, "motif"),), grid=Grid.of(strength)
    )
    for name, at in (("thirds", THIRDS), ("golden", GOLDEN)):
        seen.measures[name], nearest = closeness(motif, at)
        seen.overlays[name] = Overlay(lines=crossing(at), points=(middle, Point(*nearest, role="nearest")))
    seen.measures["centrality"] = 1 - math.hypot(motif.x - 0.5, motif.y - 0.5) / math.hypot(0.5, 0.5)
    seen.measures["figure_share"] = float(motif.mask.mean())
    seen.measures["figure_ground"] = separation(picture.lab, enlarged(motif.mask, picture.small.shape))
    seen.overlays["figure"] = Overlay(curves=(Curve(outline(motif.mask), "motif"),), grid=Grid.of(motif.mask, "mask"))


def closeness(motif: Motif, at: tuple[float, float]) -> tuple[float, tuple[float, float]]:
    """1 where the motif's middle lies on a crossing of the lines ``at``, 0 where in a corner, and that crossing."""
    crossings = list(product(at, at))
    away, nearest = min((math.dist((motif.x, motif.y), place), place) for place in crossings)
    return 1 - away / math.hypot(min(at), min(at)), nearest


def crossing(at: tuple[float, float]) -> tuple[Line, ...]:
    return tuple(line for place in at for line in (Line(place, 0, place, 1), Line(0, place, 1, place)))


def look_at_balance(lab: Floats, seen: Seen) -> None:
    """Weight of a place: how far its colour lies from the picture's mean colour in OKLab."""
    weights = np.linalg.norm(lab - lab.mean(axis=(0, 1)), axis=2)
    height, width = weights.shape
    x, y = (places(weights, 1) + 0.5) / width, (places(weights, 0) + 0.5) / height
    seen.measures["balance"] = 1 - math.hypot(x - 0.5, y - 0.5) / math.hypot(0.5, 0.5)
    seen.measures["weight_right"], seen.measures["weight_low"] = 2 * x - 1, 2 * y - 1
    points = (Point(x, y, role="weight"), Point(0.5, 0.5, role="centre"))
    seen.overlays["balance"] = Overlay(points=points, grid=Grid.of(weights / weights.max()))


def look_at_symmetry(light: Floats, seen: Seen) -> None:
    """The correlation of lightness, lightly smoothed, with its mirror image from left to right."""
    smooth = ndimage.gaussian_filter(light, max(light.shape) / 64, truncate=3)
    centred = smooth - smooth.mean()
    mirrored = centred[:, ::-1]
    spread = float((centred**2).mean())
    seen.measures["symmetry"] = float((centred * mirrored).mean()) / spread if spread > 1e-9 else 1.0
    apart = np.abs(centred - mirrored)[:: max(1, len(light) // 48), :: max(1, light.shape[1] // 64)]
    axis = Line(0.5, 0, 0.5, 1, role="axis")
    seen.overlays["symmetry"] = Overlay(lines=(axis,), grid=Grid.of(np.minimum(apart / 0.5, 1)))


def enlarged(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """A mask at another size, by the nearest place."""
    rows, columns = (np.arange(new) * old // new for new, old in zip(shape[:2], mask.shape, strict=True))
    return mask[np.ix_(rows, columns)]


def separation(lab: Floats, mask: Mask) -> float:
    """How well motif and ground differ in colour: 2 AUC − 1 along the best straight axis of OKLab (Fisher 1936), 0…1.

    0 is no better than chance, 1 that every colour of the one lies beyond all colours of the other.
    """
    figure, ground = lab[mask].astype(np.float64), lab[~mask].astype(np.float64)
    within = np.cov(figure.T, bias=True) + np.cov(ground.T, bias=True) + 1e-5 * np.eye(3)
    axis = np.linalg.solve(within, figure.mean(0) - ground.mean(0))
    return max(0.0, 2 * auc(figure @ axis, ground @ axis) - 1)


def auc(higher: NDArray[np.floating], lower: NDArray[np.floating]) -> float:
    """The chance that one of the first lies above one of the second, ties half (Mann & Whitney 1947)."""
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, "left") + np.searchsorted(ordered, higher, "right")
    return float(below.mean() / (2 * len(lower)))
