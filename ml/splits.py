"""Fair splits: photographs of one work never stand on both sides, nor, where it is asked, pictures of one source."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from ml.images import Pixels

Groups = npt.NDArray[np.int64]
THUMB = 16
CUT_SHARES = (0.0, 0.04, 0.08, 0.12)
SAME_WORK = 0.85
MOST_AT_ONCE = 2_000


def quadratic_surfaces() -> npt.NDArray[np.float32]:
    """An orthonormal base ``[256, 6]`` of the surfaces of second degree over the thumb."""
    across, down = (axis.ravel() for axis in np.meshgrid(*[np.linspace(-1, 1, THUMB)] * 2))
    surfaces = np.stack([np.ones_like(across), across, down, across**2, down**2, across * down], axis=1)
    return np.asarray(np.linalg.qr(surfaces)[0], np.float32)


SMOOTH = quadratic_surfaces()


def same_work_groups(pixels: Pixels, *, at_least: float = SAME_WORK) -> Groups:
    """A group number for each of ``uint8 [n, 3, side, side]``: near-duplicates and photographs of one work share one.

    Two pictures belong together where their lightness, blurred to 16 × 16, correlates to ``at_least`` once what is smooth
    (light sky above dark ground) is taken away; whole against whole, or against one with its border cut by up to an
    eighth (a frame, a crop). Colour casts, contrast and compression change little.
    """
    whole, cuts = thumbs(pixels, 0.0), [thumbs(pixels, share) for share in CUT_SHARES]
    pairs = [pair for cut in cuts for pair in alike(whole, cut, at_least)]
    return joined(len(pixels), pairs)


def thumbs(pixels: Pixels, cut: float) -> npt.NDArray[np.float32]:
    """Lightness ``[n, 256]`` of the middle of each picture, ``cut`` of every side taken away: without the quadratic surface
    that fits it best, of unit length."""
    side = pixels.shape[-1]
    first = round(side * cut)
    middle = pixels[:, :, first : side - first, first : side - first]
    rows = np.array_split(np.arange(middle.shape[2]), THUMB)
    columns = np.array_split(np.arange(middle.shape[3]), THUMB)
    light = middle.mean(axis=1, dtype=np.float32)
    by_row = np.stack([light[:, part].mean(axis=1) for part in rows], axis=1)
    grid = np.stack([by_row[:, :, part].mean(axis=2) for part in columns], axis=2).reshape(len(pixels), -1)
    grid -= (grid @ SMOOTH) @ SMOOTH.T
    length = np.linalg.norm(grid, axis=1, keepdims=True)
    return np.asarray(grid / np.maximum(length, 1e-6), np.float32)


def alike(left: npt.NDArray[np.float32], right: npt.NDArray[np.float32], at_least: float) -> list[tuple[int, int]]:
    """Pairs of places whose rows correlate to ``at_least``, by blocks, so that memory stays small."""
    found = []
    for start in range(0, len(left), MOST_AT_ONCE):
        rows, columns = np.nonzero(left[start : start + MOST_AT_ONCE] @ right.T >= at_least)
        found += [(int(row) + start, int(column)) for row, column in zip(rows, columns, strict=True)]
    return found


def joined(count: int, pairs: Sequence[tuple[int, int]]) -> Groups:
    """Connected components of ``count`` things as numbers from 0, in the order of their first member."""
    parent = list(range(count))

    def root(thing: int) -> int:
        while parent[thing] != thing:
            parent[thing] = parent[parent[thing]]
            thing = parent[thing]
        return thing

    for left, right in pairs:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(root(thing), len(numbers)) for thing in range(count)], np.int64)


def folds(groups: Sequence[int] | Groups, labels: Sequence[Hashable], *, count: int = 5, seed: int = 1) -> Groups:
    """A fold number, 0 to ``count - 1``, for each picture; a group is never divided, labels are spread evenly.

    Groups are dealt largest first, each to the fold that holds fewest of its label, then fewest in all. Raises
    ``ValueError`` for fewer than two folds or fewer groups than folds.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        members[int(group)].append(place)
    if count < 2 or len(members) < count:
        raise ValueError(f"{len(members)} works cannot be divided into {count} folds.")
    random = np.random.default_rng(seed)
    order = sorted(members, key=lambda group: (-len(members[group]), random.random()))
    by_label: dict[Hashable, list[int]] = defaultdict(lambda: [0] * count)
    sizes, chosen = [0] * count, np.zeros(len(labels), np.int64)
    for group in order:
        label = Counter(labels[place] for place in members[group]).most_common(1)[0][0]
        fold = min(range(count), key=lambda each: (by_label[label][each], sizes[each]))
        chosen[members[group]] = fold
        by_label[label][fold] += len(members[group])
        sizes[fold] += len(members[group])
    return chosen
