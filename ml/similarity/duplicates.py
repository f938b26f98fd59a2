"""Are these two photographs of one work? Their lightness is laid over each other at several sizes and places.

Normalised cross-correlation (Lewis, "Fast normalized cross-correlation", 1995) of what is left of lightness once the
smooth part is taken away: casts, contrast, black-and-white, compression change little; a crop or a frame is found as a
part of the other picture; two works of one composition do not agree line by line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.images import Pixels
from ml.planes import lightness, shrunk

Plane = npt.NDArray[np.float32]
SIDE = 48
SIZES = (1.0, 0.92, 0.84, 0.76, 0.68)
BLUR = 7
FLAT = 1.0


@dataclass(frozen=True)
class Overlay:
    """``correlation``, -1 to 1, at the best place; ``size`` is the smaller picture's side as a share of the other's."""

    correlation: float
    size: float


def overlay(left: Pixels, right: Pixels) -> Overlay:
    """The best agreement of two pictures ``uint8 [3, side, side]``, either being the other's part.

    Blank pictures agree with nothing: correlation 0.
    """
    one, other = lightness(left[None], SIDE)[0], lightness(right[None], SIDE)[0]
    best = Overlay(0.0, 1.0)
    for whole, piece in ((one, other), (other, one)):
        detail = sharp(whole)
        for size in SIZES if whole is one else SIZES[1:]:
            side = round(size * SIDE)
            found = agreement(detail, sharp(shrunk(piece, side)))
            if found > best.correlation:
                best = Overlay(found, size)
    return best


def sharp(plane: Plane) -> Plane:
    """What is left once the mean of the 7 × 7 places around is taken away."""
    wide = np.pad(plane, BLUR // 2, mode="reflect")
    sums = box_sums(wide, BLUR, BLUR)
    return np.asarray(plane - sums / BLUR**2, np.float32)


def box_sums(plane: npt.NDArray[np.floating], high: int, wide: int) -> npt.NDArray[np.float64]:
    """Sums over every window of ``high`` × ``wide`` places that lies inside."""
    total = np.zeros((plane.shape[0] + 1, plane.shape[1] + 1))
    total[1:, 1:] = plane.astype(np.float64).cumsum(0).cumsum(1)
    return np.asarray(total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide] + total[:-high, :-wide])


def agreement(whole: Plane, piece: Plane) -> float:
    """The highest correlation of ``piece`` with a window of ``whole`` of its size; 0 where either is flat."""
    high, wide = piece.shape
    centred = piece - piece.mean()
    energy = float(np.square(centred).sum())
    if energy < FLAT * piece.size:
        return 0.0
    shape = whole.shape
    spectrum = np.fft.rfft2(whole) * np.conj(np.fft.rfft2(centred, shape))
    products = np.fft.irfft2(spectrum, shape)[: shape[0] - high + 1, : shape[1] - wide + 1]
    sums, squares = box_sums(whole, high, wide), box_sums(np.square(whole), high, wide)
    spread = squares - sums**2 / piece.size
    valid = spread > FLAT * piece.size
    if not valid.any():
        return 0.0
    return float((products[valid] / np.sqrt(spread[valid] * energy)).max())
