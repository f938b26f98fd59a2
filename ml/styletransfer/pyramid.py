"""A picture as a Laplacian pyramid: what an optimiser moves, so that large forms and colours move as readily as grain does.

Burt & Adelson 1983; as the variable of a style transfer in Kolkin, Salavon, Shakhnarovich, "STROTSS" (2019). Moved pixel by
pixel, a picture grows noise between the places that a strided network looks at long before its colours change.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional

LEVELS = 5
LEAST_SIDE = 8


def resized(unit: Tensor, size: Sequence[int]) -> Tensor:
    """``[n, c, h, w]`` at another size ``(height, width)``, without aliasing; itself where it has it."""
    if tuple(unit.shape[2:]) == tuple(size):
        return unit
    return functional.interpolate(unit, size=tuple(size), mode="bilinear", antialias=True, align_corners=False)


def taken_apart(unit: Tensor) -> list[Tensor]:
    """Differences of ever smaller pictures, fine to coarse, and the smallest."""
    parts: list[Tensor] = []
    rest = unit
    while len(parts) < LEVELS - 1 and min(rest.shape[2:]) >= 2 * LEAST_SIDE:
        smaller = resized(rest, [side // 2 for side in rest.shape[2:]])
        parts.append(rest - resized(smaller, rest.shape[2:]))
        rest = smaller
    return [*parts, rest]


def put_together(parts: Sequence[Tensor]) -> Tensor:
    """The picture again, exactly, for what ``taken_apart`` gave."""
    whole = parts[-1]
    for part in reversed(parts[:-1]):
        whole = resized(whole, part.shape[2:]) + part
    return whole
