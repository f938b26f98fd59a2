"""OKLab, a perceptual colour space (Björn Ottosson, "A perceptual color space for image processing", 2020)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Differences of a and b count double when colours are told apart by eye (Ottosson's and CSS Color 4's ΔE-OK2).
BY_EYE = np.array([1.0, 2.0, 2.0], np.float32)
CODES = np.arange(256) / 255
LINEAR = np.where(CODES <= 0.04045, CODES / 12.92, ((CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)


def from_rgb(rgb: NDArray[np.uint8]) -> Floats:
    """sRGB ``uint8 […, 3]`` as OKLab ``float32 […, 3]``: lightness 0…1, a and b about −0.32…0.32."""
    cones = np.cbrt(LINEAR[rgb] @ TO_CONES.T.astype(np.float32))
    return np.asarray(cones @ TO_LAB.T.astype(np.float32), np.float32)


def lightness(rgb: NDArray[np.uint8]) -> Floats:
    """Only the lightness of ``from_rgb`` [h, w]."""
    cones = np.cbrt(LINEAR[rgb] @ TO_CONES.T.astype(np.float32))
    return np.asarray(cones @ TO_LAB[0].astype(np.float32), np.float32)


def to_rgb(lab: NDArray[np.floating]) -> NDArray[np.uint8]:
    """OKLab ``[…, 3]`` as sRGB ``uint8 […, 3]``, clipped to what a screen can show."""
    linear = (np.asarray(lab, np.float64) @ np.linalg.inv(TO_LAB).T) ** 3 @ np.linalg.inv(TO_CONES).T
    linear = np.clip(linear, 0, 1)
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(coded * 255), np.uint8)


def as_hex(lab: NDArray[np.floating]) -> str:
    """One OKLab colour ``[3]`` as ``#rrggbb``."""
    return "#" + bytes(to_rgb(lab)).hex()


def from_hex(colour: str) -> Floats:
    """``#rrggbb`` as OKLab ``[3]``."""
    return from_rgb(np.frombuffer(bytes.fromhex(colour.removeprefix("#")), np.uint8))
