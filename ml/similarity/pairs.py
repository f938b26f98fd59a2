"""Labelled pairs to calibrate on: near neighbours as a search would show them, and photographs of one work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import imagehash
import numpy as np
import numpy.typing as npt

from ml.images import Pixels
from ml.perturbing import WAYS, another_photograph, as_pixels
from ml.similarity.duplicates import overlay
from ml.similarity.mixing import ALL_ROUND, mixed
from ml.similarity.spreads import Spread, Vectors

NEAREST, CHANCE = 20, 5
WORK_SCORES = ("correlation", "hash")


@dataclass(frozen=True)
class Pairs:
    """Scores ``[n, names]``, whether each pair is the same, and the group that must not be divided."""

    names: tuple[str, ...]
    table: npt.NDArray[np.float64]
    same: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.int64]


def neighbours(
    vectors: Mapping[str, Vectors], spreads: Mapping[str, Spread], labels: Sequence[str], works: npt.NDArray[np.int64]
) -> Pairs:
    """Each labelled picture with its nearest 20 of the all-round mix and 5 others, of other works: same label or not?

    Scores are deviations nearer than chance in each sense; a group is a label, so that figures are of unseen ones.
    """
    names = tuple(name for name in vectors if name in spreads)
    standard = {
        name: (np.asarray(vectors[name] @ vectors[name].T, np.float64) - spreads[name].mean) / spreads[name].deviation
        for name in names
    }
    weights = {name: weight for name, weight in ALL_ROUND.items() if name in names}
    cosines = {name: np.asarray(vectors[name] @ vectors[name].T, np.float64) for name in weights}
    mix, known = mixed(cosines, weights, spreads), np.asarray(labels)
    numbers, random = np.unique(known, return_inverse=True)[1], np.random.default_rng(1)
    rows, same, groups = [], [], []
    for query in np.flatnonzero(known != ""):
        others = np.flatnonzero((known != "") & (works != works[query]))
        order = others[np.argsort(-mix[query, others], kind="stable")]
        chosen = [*order[:NEAREST], *random.permutation(order[NEAREST:])[:CHANCE]]
        rows += [[standard[name][query, other] for name in names] for other in chosen]
        same += [known[other] == known[query] for other in chosen]
        groups += [numbers[query]] * len(chosen)
    return Pairs(names, np.array(rows).reshape(-1, len(names)), np.array(same, bool), np.array(groups, np.int64))


def photographs(pixels: Pixels, nearest: npt.NDArray[np.int64], *, seed: int = 1) -> Pairs:
    """Each picture with another photograph of it, and with the work that looks most like it: the same work or not?

    ``pixels uint8 [n, 3, side, side]``; ``nearest [n]``: the place of each one's nearest other work, the hardest case.
    """
    random, side = np.random.default_rng(seed), pixels.shape[-1]
    rows, same, groups = [], [], []
    for place, picture in enumerate(pixels):
        again = as_pixels(another_photograph(picture, random, place % len(WAYS)), side)
        for other, is_same in ((again, True), (pixels[nearest[place]], False)):
            rows.append([overlay(picture, other).correlation, hash_agreement(picture, other)])
            same.append(is_same)
            groups.append(place)
    return Pairs(WORK_SCORES, np.array(rows).reshape(-1, 2), np.array(same, bool), np.array(groups, np.int64))


def hash_agreement(left: Pixels, right: Pixels) -> float:
    """1 less the share of differing bits of two perceptual hashes."""
    return 1 - float(perceptual(left) - perceptual(right)) / 64


def perceptual(picture: Pixels) -> imagehash.ImageHash:
    from PIL import Image

    return imagehash.phash(Image.fromarray(np.ascontiguousarray(picture.transpose(1, 2, 0))))
