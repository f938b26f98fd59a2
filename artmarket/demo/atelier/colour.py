"""Colours as painters mix them: OKLab, and palettes whose tints are named by their task in a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]

TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883, 0.2817, 0.6299]],
    np.float32,
)
TO_LMS[2] = [0.0883024619, 0.2817188376, 0.6299787005]
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
FROM_LAB = np.linalg.inv(TO_LAB).astype(np.float32)
FROM_LMS = np.linalg.inv(TO_LMS).astype(np.float32)


def to_oklab(rgb: Array) -> Array:
    """sRGB in 0..1, last axis 3, as OKLab (lightness 0..1, two opponent axes about ±0.4)."""
    linear = np.where(rgb > 0.04045, ((np.maximum(rgb, 0) + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    lab: Array = (np.cbrt(linear @ TO_LMS.T) @ TO_LAB.T).astype(np.float32)
    return lab


def from_oklab(lab: Array) -> Array:
    """OKLab as sRGB, cut to 0..1."""
    linear = np.clip(((lab @ FROM_LAB.T) ** 3) @ FROM_LMS.T, 0, 1)
    rgb: Array = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, linear * 12.92).astype(np.float32)
    return rgb


def parse_hex(text: str) -> Array:
    """``"d9c8a0"`` as three floats in 0..1."""
    return np.array([int(text[place : place + 2], 16) / 255 for place in (0, 2, 4)], np.float32)


ROLES = ("sky", "haze", "far", "ground", "dark", "light", "accent", "second")


@dataclass(frozen=True)
class Palette:
    """Eight tints in OKLab, by task: sky, haze, far, ground, dark, light, accent, second."""

    tints: Array

    @classmethod
    def parse(cls, text: str) -> Palette:
        """From eight hexadecimal colours separated by spaces, in the order of ``ROLES``."""
        return cls(to_oklab(np.stack([parse_hex(word) for word in text.split()])))

    def mixed(self, other: Palette, share: float) -> Palette:
        """``share`` 0 is this palette, 1 the other."""
        return Palette((self.tints * (1 - share) + other.tints * share).astype(np.float32))

    def varied(self, rng: np.random.Generator, amount: float) -> Palette:
        """The tints as squeezed out on another day."""
        shift = rng.normal(0, amount, self.tints.shape) * [0.7, 1, 1] + rng.normal(0, amount * 0.7, 3)
        return Palette((self.tints + shift).astype(np.float32))

    def lab(self, role: str) -> Array:
        tint: Array = self.tints[ROLES.index(role)]
        return tint

    def rgb(self, role: str, lighter: float = 0.0) -> Array:
        """A tint as sRGB floats; ``lighter`` moves OKLab lightness, about ±0.3."""
        return from_oklab(self.lab(role) + np.array([lighter, 0, 0], np.float32))

    def mix(self, one: str, other: str, share: float = 0.5, lighter: float = 0.0) -> Array:
        """The tint ``share`` of the way from one role to another, as sRGB floats."""
        lab = self.lab(one) * (1 - share) + self.lab(other) * share
        return from_oklab((lab + np.array([lighter, 0, 0])).astype(np.float32))


def as_fill(rgb: Sequence[float] | Array, opacity: float | None = None) -> tuple[int, ...]:
    """Floats in 0..1 as the integers that Pillow draws with."""
    values = tuple(round(min(max(float(part), 0.0), 1.0) * 255) for part in rgb)
    return values if opacity is None else (*values, round(opacity * 255))


def harmonise(rgb: Array, palette: Palette, strength: float) -> Array:
    """Pull each pixel's chroma towards the nearest tints of the palette; ``strength`` 0..1. Lightness stays."""
    if strength <= 0:
        return rgb
    lab = to_oklab(rgb)
    chroma = lab[..., None, 1:] - palette.tints[:, 1:]
    lightness = (lab[..., None, 0] - palette.tints[:, 0]) * 0.5
    weight = np.exp(-((chroma**2).sum(-1) + lightness**2) / 0.006) + 1e-6
    target = (weight @ palette.tints[:, 1:]) / weight.sum(-1, keepdims=True)
    lab[..., 1:] += strength * (target - lab[..., 1:])
    return from_oklab(lab)
