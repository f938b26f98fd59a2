"""The outline of a region as a closed curve."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

Corner = tuple[int, int]
# The four sides of a cell, walked clockwise as one sees it: where the neighbour lies, and from which corner to which.
SIDES = (
    ((-1, 0), (0, 0), (0, 1)),
    ((0, 1), (0, 1), (1, 1)),
    ((1, 0), (1, 1), (1, 0)),
    ((0, -1), (1, 0), (0, 0)),
)


def outline(mask: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    """The longest closed curve around a mask ``[h, w]``: corners ``(x, y)`` in 0…1, the first again at the end.

    Empty where the mask is.
    """
    curves = walked(sides(mask))
    if not curves:
        return ()
    longest = max(curves, key=len)
    before = [longest[-2], *longest]
    kept = [here for last, here, after in zip(before, longest, longest[1:], strict=False) if bends(last, here, after)]
    height, width = mask.shape
    return tuple((column / width, row / height) for row, column in [*kept, kept[0]])


def sides(mask: NDArray[np.bool_]) -> dict[Corner, list[Corner]]:
    """Cells' sides between inside and outside, by the corner where each begins."""
    framed = np.pad(mask, 1)
    found: dict[Corner, list[Corner]] = defaultdict(list)
    for (down, right), begin, end in SIDES:
        outside = ~framed[1 + down : 1 + down + mask.shape[0], 1 + right : 1 + right + mask.shape[1]]
        for row, column in np.argwhere(mask & outside).tolist():
            found[row + begin[0], column + begin[1]].append((row + end[0], column + end[1]))
    return found


def walked(ways: dict[Corner, list[Corner]]) -> list[list[Corner]]:
    """Sides joined end to end to closed curves."""
    curves = []
    while ways:
        start = here = next(iter(ways))
        curve = [start]
        while True:
            ends = ways[here]
            following = ends.pop()
            if not ends:
                del ways[here]
            here = following
            curve.append(here)
            if here == start:
                break
        curves.append(curve)
    return curves


def bends(before: Corner, here: Corner, after: Corner) -> bool:
    """Whether the curve turns at a corner."""
    return (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1])
