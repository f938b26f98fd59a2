"""Which way the outlines run, the dominant straight lines, and where they meet."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ml.appraisal.geometry import Line, Overlay, Point
from ml.appraisal.hough import EDGE, Mask, Segment, segments
from ml.appraisal.oklab import Floats
from ml.appraisal.picture import Picture
from ml.appraisal.seen import Seen

MEETS_DEGREES = 1.75
LEAST_FAN, LEAST_THROUGH = 5, 4
FARTHEST = 3.0
BORDER = 0.03


def look(picture: Picture, seen: Seen) -> None:
    right, down = picture.gradient
    thin = picture.ridges
    if thin.sum() < max(thin.shape) / 4:
        seen.abstain("no_edges", "horizontals", "verticals", "diagonals", "straightness", "perspective")
        return
    seen.measures |= ways(right, down, picture.edge_strength)
    found, held = segments(right, down, picture.edge_strength, away_from_border(thin))
    seen.measures["straightness"] = held
    meeting = vanishing_point(found, thin.shape)
    if meeting is None:
        seen.abstain("few_lines", "perspective")
    else:
        seen.measures["perspective"] = meeting[1]
    seen.overlays["lines"] = drawn(found, thin.shape, meeting)


def away_from_border(thin: Mask) -> Mask:
    """The edges without those in the outermost 3 %: lines there are a frame's or the photograph's."""
    margin = max(2, round(BORDER * max(thin.shape)))
    found = np.zeros_like(thin)
    found[margin:-margin, margin:-margin] = thin[margin:-margin, margin:-margin]
    return found


def ways(right: Floats, down: Floats, strength: Floats) -> dict[str, float]:
    """Shares of edge strength within 22.5° of level, of upright, and between; they add up to 1."""
    counted = np.where(strength > EDGE, strength, 0).astype(np.float64)
    slope = np.degrees(np.arctan2(np.abs(right), np.abs(down)))
    flat, upright = counted[slope < 22.5].sum(), counted[slope > 67.5].sum()
    total = max(float(counted.sum()), 1e-9)
    return {
        "horizontals": float(flat / total),
        "verticals": float(upright / total),
        "diagonals": float((total - flat - upright) / total),
    }


def vanishing_point(found: list[Segment], shape: tuple[int, ...]) -> tuple[tuple[float, float], float] | None:
    """Where most length of slanting lines meets (pixels), and its share; None where fewer than five lines slant.

    At least four must run through it, else the share is 0. Any two lines meet somewhere, so of those through the point, and
    of all, the two longest do not count. After Barnard 1983 and, for the measure of angle, Rother 2002.
    """
    slanting = [segment for segment in found if 8 < segment.degrees % 90 < 82]
    if len(slanting) < LEAST_FAN:
        return None
    best: tuple[tuple[float, float], float] = ((0.0, 0.0), 0.0)
    others = sum(sorted((each.length for each in slanting), reverse=True)[2:])
    for first, second in combinations(slanting, 2):
        place = meeting(first, second)
        if place is None or not near(place, shape):
            continue
        through = sorted((each.length for each in slanting if misses(each, place) < MEETS_DEGREES), reverse=True)
        share = sum(through[2:]) / max(others, 1e-9)
        if len(through) >= LEAST_THROUGH and share > best[1]:
            best = (place, min(1.0, share))
    return best


def meeting(first: Segment, second: Segment) -> tuple[float, float] | None:
    """Where two lines cross; None where they are within 10° of each other's way."""
    apart = abs((first.degrees - second.degrees + 90) % 180 - 90)
    if apart < 10:
        return None
    ends = np.cross(
        np.cross([first.x1, first.y1, 1.0], [first.x2, first.y2, 1.0]),
        np.cross([second.x1, second.y1, 1.0], [second.x2, second.y2, 1.0]),
    )
    return float(ends[0] / ends[2]), float(ends[1] / ends[2])


def near(place: tuple[float, float], shape: tuple[int, ...]) -> bool:
    """Whether a place lies within three picture sizes of the middle."""
    return abs(place[0] / shape[1] - 0.5) < FARTHEST and abs(place[1] / shape[0] - 0.5) < FARTHEST


def misses(segment: Segment, place: tuple[float, float]) -> float:
    """The angle (degrees) between a line and the way from its middle to a place."""
    x, y = (segment.x1 + segment.x2) / 2, (segment.y1 + segment.y2) / 2
    way = np.degrees(np.arctan2(y - place[1], place[0] - x)) % 180
    return float(abs((way - segment.degrees + 90) % 180 - 90))


def drawn(found: list[Segment], shape: tuple[int, ...], meeting: tuple[tuple[float, float], float] | None) -> Overlay:
    height, width = shape
    longest = max((segment.length for segment in found), default=1.0)
    lines = tuple(
        Line(
            within(each.x1, width),
            within(each.y1, height),
            within(each.x2, width),
            within(each.y2, height),
            weight=each.length / longest,
            role="slant" if 22.5 < each.degrees % 90 < 67.5 else "upright" if abs(each.degrees - 90) < 45 else "level",
        )
        for each in found
    )
    points: tuple[Point, ...] = ()
    if meeting and meeting[1] > 0:
        points = (Point(meeting[0][0] / width, meeting[0][1] / height, weight=meeting[1], role="vanishing"),)
    return Overlay(lines=lines, points=points)


def within(value: float, size: int) -> float:
    return min(max(value / size, 0.0), 1.0)
