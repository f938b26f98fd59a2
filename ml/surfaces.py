"""What photographs of artworks have in common whatever they show, and pages of text, charts, screens, codes, noise have not:
how flat, how sharp, how even in scale a picture is. Ten numbers, no network."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from ml.images import Pixels

Floats = npt.NDArray[np.float32]
STATISTICS = 10
LEVELS, FLAT, SHARPEST, WHITE = 16, 1.5, 20, 250
BANDS = ((0.01, 0.03), (0.03, 0.08), (0.08, 0.2), (0.2, 0.5))
REFUSED_SHARE = 0.005
ROOM = 1.15
FEWEST = 40
AT_ONCE = 512


def surface(picture: Pixels) -> Floats:
    """Ten statistics of a square ``uint8 [3, side, side]``: the share of places as light as their neighbours; the sharpest
    twentieth's share of all steps of lightness; the correlation of neighbours; the commonest of 4,096 colours' share and the
    four commonest's; how the power of lightness falls over three pairs of bands of frequency (it falls evenly in pictures of
    the world and in paintings: Graham & Field 2007); how far one frequency stands out; the share of white."""
    light = picture.astype(np.float32).mean(axis=0)
    right, down = np.abs(np.diff(light, axis=1))[:-1], np.abs(np.diff(light, axis=0))[:, :-1]
    steps = np.maximum(right, down).ravel()
    sharpest = np.partition(steps, len(steps) - len(steps) // SHARPEST)[-(len(steps) // SHARPEST) :]
    shares = np.sort(np.bincount(codes(picture)))[::-1] / light.size
    return np.array(
        [
            (steps < FLAT).mean(),
            sharpest.sum() / max(float(steps.sum()), 1e-6),
            correlation(light[:, :-1], light[:, 1:]),
            shares[0],
            shares[:4].sum(),
            *spectrum(light),
            (light >= WHITE).mean(),
        ],
        np.float32,
    )


def codes(picture: Pixels) -> npt.NDArray[np.int64]:
    red, green, blue = (picture.astype(np.int64) * LEVELS // 256).reshape(3, -1)
    return np.asarray((red * LEVELS + green) * LEVELS + blue)


def correlation(one: Floats, other: Floats) -> float:
    """Of two planes; 1 where either is flat."""
    left, right = one - one.mean(), other - other.mean()
    energy = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float((left * right).sum()) / energy if energy > 1e-6 else 1.0


def spectrum(light: Floats) -> list[float]:
    """Falls of log power from band to band, and the strongest frequency's power over the mean one's."""
    power = np.abs(np.fft.rfft2(light - light.mean())) ** 2
    within = bands(light.shape[0])
    levels = [float(np.log(power[band].mean() + 1)) for band in within]
    seen = power[np.logical_or.reduce(within)]
    peak = float(np.log(max(float(seen.max()), 1e-6) / max(float(seen.mean()), 1e-6)))
    return [high - low for high, low in itertools.pairwise(levels)] + [peak]


@cache
def bands(side: int) -> list[npt.NDArray[np.bool_]]:
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    return [(frequency >= low) & (frequency < high) for low, high in BANDS]


@dataclass(frozen=True)
class Surfaces:
    """Statistics ``points [n, 10]`` of the pictures that are known, each over its deviation; a picture whose nearest
    neighbour among them is farther than ``limit`` does not look like them."""

    mean: Floats
    deviation: Floats
    points: Floats
    limit: float

    def distance(self, surfaces: Floats) -> Floats:
        """To the nearest known picture over the limit, ``[n]`` of ``surfaces [n, 10]``: above 1 is unlike them."""
        return nearest(self.points, (surfaces - self.mean) / self.deviation) / np.float32(self.limit)

    def tensors(self) -> dict[str, Floats]:
        """What ``from_tensors`` reads."""
        return {"surfaces.mean": self.mean, "surfaces.deviation": self.deviation, "surfaces.points": self.points,
                "surfaces.limit": np.array([self.limit], np.float32)}  # fmt: skip

    @classmethod
    def from_tensors(cls, held: Mapping[str, Floats]) -> Surfaces | None:
        """None where there are none: of too few pictures, or a model of before."""
        if "surfaces.limit" not in held:
            return None
        mean, deviation, points = (held[f"surfaces.{name}"] for name in ("mean", "deviation", "points"))
        return cls(mean, deviation, points, float(held["surfaces.limit"][0]))

    def is_unlike(self, picture: Pixels) -> bool:
        """Whether a square of the size that the known ones had looks like none of them."""
        return bool(self.distance(surface(picture)[None])[0] > 1)


def surfaces_of(pictures: Iterable[Pixels]) -> Floats:
    """``[n, 10]`` of squares of one size."""
    return np.array([surface(picture) for picture in pictures], np.float32).reshape(-1, STATISTICS)


def fit_surfaces(known: Floats, *, also: Floats | None = None) -> Surfaces | None:
    """What is known by ``[n, 10]``. The limit is what all but 0.5 % keep when half are judged by the other half, and 15 %;
    None for fewer than 40 pictures: too few to say what is unlike them. ``also`` are known, too, but no measure of how far
    artworks lie apart: blurred, framed copies."""
    if len(known) < FEWEST:
        return None
    mean, deviation = known.mean(axis=0), np.maximum(known.std(axis=0), 1e-3)
    points = (known - mean) / deviation
    halves = points[::2], points[1::2]
    held = np.concatenate([nearest(one, other) for one, other in (halves, halves[::-1])])
    limit = ROOM * float(np.quantile(held, 1 - REFUSED_SHARE))
    more = np.zeros((0, STATISTICS), np.float32) if also is None else (also - mean) / deviation
    return Surfaces(mean, deviation, np.concatenate([points, more]), limit)


def nearest(points: Floats, asked: Floats) -> Floats:
    """Distances ``[n]`` of ``asked [n, 10]`` to the nearest of ``points``, by blocks, so that memory stays small."""
    found = [
        np.sqrt(((asked[at : at + AT_ONCE, None] - points[None]) ** 2).sum(axis=2)).min(axis=1)
        for at in range(0, len(asked), AT_ONCE)
    ]
    return np.asarray(np.concatenate(found), np.float32)
