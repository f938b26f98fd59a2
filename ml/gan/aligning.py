"""Is this picture a training work, or a part of one? Its lightness is laid over every work, mirrored too, and over its parts.

The same idea as ``ml.similarity.duplicates``, for one picture against thousands of works at once: lightness at 16 × 16 without
its smooth part (``ml.splits``) is compared with whole works and 27 windows of each; the four best are then fitted edge by edge.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ml.images import Pixels
from ml.planes import Planes, cells
from ml.planes import lightness as lightness_at
from ml.splits import SMOOTH, THUMB

PLANE = 48
SIZES, PLACES = (0.92, 0.84, 0.76), 3
LEAST_SIZE, STEPS, CANDIDATES = 0.6, (0.05, 0.025), 4
FLAT = 1.0
MOST_AT_ONCE, WORKS_AT_ONCE = 64, 1024


class Aligner:
    """Training works ready to be laid under pictures."""

    def __init__(self, planes: Planes) -> None:
        """``planes [n, 48, 48]``: what ``lightness`` makes of the works."""
        self.planes = np.concatenate([planes, planes[:, :, ::-1]])
        self.windows = windows()
        edges = self.windows.reshape(-1, 2, 2)
        cut = [overlap(edges[:, axis, 0], edges[:, axis, 1]) for axis in (0, 1)]
        bank = np.empty((len(self.planes), len(self.windows), THUMB**2), np.float16)
        for window, (down, across) in enumerate(zip(*cut, strict=True)):
            bank[:, window] = sharp(down @ self.planes @ across.T)
        self.bank = bank.reshape(-1, THUMB**2)

    def best(
        self, pictures: Planes, *, without: npt.NDArray[np.int64] | None = None
    ) -> tuple[Planes, npt.NDArray[np.int64]]:
        """For each of ``[m, 48, 48]`` the highest correlation, -1 to 1, and the number of the work that it is with.

        ``without [m]``: a work that each picture is not compared with (itself). A blank picture correlates with nothing.
        """
        parts = [
            self.best_of_some(
                pictures[at : at + MOST_AT_ONCE], None if without is None else without[at : at + MOST_AT_ONCE]
            )
            for at in range(0, len(pictures), MOST_AT_ONCE)
        ]
        if not parts:
            return np.zeros(0, np.float32), np.zeros(0, np.int64)
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def best_of_some(
        self, pictures: Planes, without: npt.NDArray[np.int64] | None
    ) -> tuple[Planes, npt.NDArray[np.int64]]:
        whole = overlap(np.zeros(1, np.float32), np.ones(1, np.float32))[0]
        thumbs = sharp(whole @ pictures @ whole.T)
        highest, window = self.coarse(thumbs)
        works = len(self.planes) // 2
        if without is not None:
            rows = np.arange(len(pictures))
            highest[rows, without] = highest[rows, without + works] = -1.0
        kept = min(CANDIDATES, len(self.planes))
        candidates = np.argpartition(-highest, kept - 1, axis=1)[:, :kept]
        rows = np.repeat(np.arange(len(pictures)), kept)
        places = candidates.ravel()
        scores = self.fitted(thumbs[rows], places, self.windows[window[rows, places]], highest[rows, places])
        scores = scores.reshape(len(pictures), kept)
        first = scores.argmax(1)
        chosen = candidates[np.arange(len(pictures)), first]
        return scores.max(1), np.asarray(chosen % works, np.int64)

    def coarse(self, thumbs: Planes) -> tuple[Planes, npt.NDArray[np.int64]]:
        """The highest correlation with each work and its mirror image, ``[m, 2 n]``, and with which window of it."""
        across, found = len(self.windows), []
        for at in range(0, len(self.planes), WORKS_AT_ONCE):
            part = self.bank[at * across : (at + WORKS_AT_ONCE) * across].astype(np.float32)
            likeness = (thumbs @ part.T).reshape(len(thumbs), -1, across)
            found.append((likeness.max(2), likeness.argmax(2)))
        highest, window = zip(*found, strict=True)
        return np.concatenate(highest, axis=1), np.concatenate(window, axis=1)

    def fitted(self, thumbs: Planes, places: npt.NDArray[np.int64], frames: Planes, scores: Planes) -> Planes:
        """Scores once each window's edges were moved, one after another, wherever that helped."""
        planes, frames, scores = self.planes[places], frames.copy(), scores.astype(np.float32)
        for step in STEPS:
            for edge in range(4):
                for move in (-step, step):
                    tried = frames.copy()
                    tried[:, edge] = (tried[:, edge] + move).clip(0, 1)
                    fits = (tried[:, 1::2] - tried[:, ::2] >= LEAST_SIZE).all(1)
                    tried[~fits] = frames[~fits]
                    down, across = overlap(tried[:, 0], tried[:, 1]), overlap(tried[:, 2], tried[:, 3])
                    reached = (sharp(down @ planes @ across.transpose(0, 2, 1)) * thumbs).sum(1)
                    better = (reached > scores) & fits & (scores > -1)
                    frames[better], scores[better] = tried[better], reached[better]
        return scores


def lightness(pixels: Pixels) -> Planes:
    """``float32 [n, 48, 48]``, 0 to 255, of RGB ``uint8 [n, 3, h, w]``."""
    return lightness_at(pixels, PLANE)


def overlap(start: Planes, end: Planes) -> Planes:
    """``[n, 16, 48]``: a plane's places shared out to a thumb of each window from ``start [n]`` to ``end [n]``."""
    return cells(PLANE, THUMB, start, end)


def windows() -> Planes:
    """``[28, 4]``: top, bottom, left, right of the whole and of three sizes of window in three by three places."""
    found = [(0.0, 1.0, 0.0, 1.0)]
    for size in SIZES:
        starts = np.linspace(0, 1 - size, PLACES)
        found += [(top, top + size, left, left + size) for top in starts for left in starts]
    return np.array(found, np.float32)


def sharp(thumbs: Planes) -> Planes:
    """Unit vectors ``[n, 256]`` of ``[n, 16, 16]`` without the quadratic surface that fits each best; flat ones are short."""
    flat = thumbs.reshape(len(thumbs), -1)
    detail = flat - (flat @ SMOOTH) @ SMOOTH.T
    return np.asarray(detail / np.maximum(np.linalg.norm(detail, axis=1, keepdims=True), FLAT * THUMB), np.float32)
