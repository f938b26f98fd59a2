"""Edges one pixel wide, and the straight lines that they lie on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.appraisal.oklab import Floats

EDGE = 0.02
MOST_EDGES = 4000
TURN_DEGREES, RHO_PX = 2.0, 1.5
TURNS = int(180 / TURN_DEGREES)
MOST_LINES = 20
SHORTEST = 1 / 10
GAP_PX, NEAR_PX = 5, 1.6
OFF_DEGREES = 12.0

Places = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Segment:
    """A straight outline in pixels: its ends, and its length."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def length(self) -> float:
        return float(np.hypot(self.x2 - self.x1, self.y2 - self.y1))

    @property
    def degrees(self) -> float:
        """Counter-clockwise from level, 0…180."""
        return float(np.degrees(np.arctan2(self.y1 - self.y2, self.x2 - self.x1)) % 180)


def ridges(right: Floats, down: Floats, strength: Floats) -> NDArray[np.bool_]:
    """Pixels stronger than both neighbours across the edge (Canny 1986), and than a fixed least."""
    step_x = np.rint(right / np.maximum(strength, 1e-9)).astype(int)
    step_y = np.rint(down / np.maximum(strength, 1e-9)).astype(int)
    framed = np.pad(strength, 1)
    rows, columns = np.indices(strength.shape)
    ahead = framed[rows + 1 + step_y, columns + 1 + step_x]
    behind = framed[rows + 1 - step_y, columns + 1 - step_x]
    thin = (strength > EDGE) & (strength >= ahead) & (strength >= behind)
    thin[[0, -1], :] = False
    thin[:, [0, -1]] = False
    return np.asarray(thin)


def segments(right: Floats, down: Floats, strength: Floats, thin: Mask) -> tuple[list[Segment], float]:
    """Straight outlines, the strongest first, and the share of all outline that lies on them.

    Hough's transform in Duda & Hart's form (1972): each edge pixel votes for the line across its gradient and its next two
    turns. Lines are taken by votes; a line's pixels vote no more. Of each line the longest run without a gap counts.
    """
    rows, columns = np.nonzero(thin)
    order = np.argsort(-strength[rows, columns], kind="stable")[:MOST_EDGES]
    rows, columns = rows[order], columns[order]
    x, y = columns - (thin.shape[1] - 1) / 2, rows - (thin.shape[0] - 1) / 2
    normal = np.arctan2(down[rows, columns], right[rows, columns]) % np.pi
    ballot = Ballot(x, y, normal, float(np.hypot(*thin.shape) / 2))
    found: list[Segment] = []
    held, shortest = 0, max(thin.shape) * SHORTEST
    for _line in range(3 * MOST_LINES):
        votes, on, angle, rho = ballot.strongest()
        if len(found) == MOST_LINES or votes < shortest / 2 or not on.any():
            break
        segment, count = longest_run(x[on], y[on], angle, rho)
        if segment.length >= shortest and count >= 0.6 * segment.length:
            held += count
            found.append(moved(segment, thin.shape))
    found.sort(key=lambda segment: -segment.length)
    return found, held / max(len(x), 1)


class Ballot:
    """The votes of edge pixels for lines, and who may still vote."""

    def __init__(self, x: Places, y: Places, normal: Places, reach: float) -> None:
        self.x, self.y, self.normal, self.reach = x, y, normal, reach
        self.free = np.ones(len(x), bool)
        self.width = int(2 * reach / RHO_PX) + 3
        turns = (np.rint(np.degrees(normal) / TURN_DEGREES).astype(int)[:, None] + np.arange(-2, 3)) % TURNS
        angle = np.radians(turns * TURN_DEGREES)
        rho = np.rint((x[:, None] * np.cos(angle) + y[:, None] * np.sin(angle) + reach) / RHO_PX).astype(int) + 1
        self.choices = turns * self.width + rho
        self.votes = self.count(self.free)

    def count(self, who: Mask) -> NDArray[np.int64]:
        return np.bincount(self.choices[who].ravel(), minlength=TURNS * self.width)

    def strongest(self) -> tuple[float, Mask, float, float]:
        """The line with the most votes: its votes, its pixels (that vote no more), its normal's angle, its distance from
        the middle."""
        votes = self.votes.reshape(TURNS, self.width)
        summed = 2 * votes[:, 1:-1] + votes[:, :-2] + votes[:, 2:]
        turn, place = divmod(int(summed.argmax()), self.width - 2)
        angle, rho = np.radians(turn * TURN_DEGREES), place * RHO_PX - self.reach
        off = np.abs((self.normal - angle + np.pi / 2) % np.pi - np.pi / 2)
        near = np.abs(self.x * np.cos(angle) + self.y * np.sin(angle) - rho) <= NEAR_PX
        on = self.free & near & (off < np.radians(OFF_DEGREES))
        self.votes = self.votes - self.count(on)
        self.free &= ~on
        return float(summed[turn, place]) / 4, on, float(angle), float(rho)


def longest_run(x: Places, y: Places, angle: float, rho: float) -> tuple[Segment, int]:
    """The longest run of pixels along a line without a gap of more than 5 px, and how many pixels it has."""
    along = np.sort(y * np.cos(angle) - x * np.sin(angle))
    runs = np.split(along, np.flatnonzero(np.diff(along) > GAP_PX) + 1)
    run = max(runs, key=lambda part: part[-1] - part[0])
    (x1, y1), (x2, y2) = (
        (rho * np.cos(angle) - end * np.sin(angle), rho * np.sin(angle) + end * np.cos(angle)) for end in run[[0, -1]]
    )
    return Segment(float(x1), float(y1), float(x2), float(y2)), len(run)


def moved(segment: Segment, shape: tuple[int, ...]) -> Segment:
    """From the middle's coordinates to those of pixels, left end first."""
    x, y = shape[1] / 2, shape[0] / 2
    ends = sorted([(segment.x1 + x, segment.y1 + y), (segment.x2 + x, segment.y2 + y)])
    return Segment(*ends[0], *ends[1])
