"""What lies over and under the paint: relief, canvas, paper, varnish, crackle."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from artmarket.demo.atelier.colour import Array
from artmarket.demo.atelier.noise import clouds, combed


def relief(rgb: Array, angle: Array, rng: np.random.Generator, strength: float) -> Array:
    """Light from the upper left raking over the furrows of the brush; ``strength`` 0..1."""
    if strength <= 0:
        return rgb
    grey = rgb @ np.array([0.3, 0.6, 0.1], np.float32)
    high = combed(rng, angle, 9) * 0.022 + (grey - ndimage.uniform_filter(grey, 9)) * 0.5
    shade = np.zeros_like(high)
    shade[1:, 1:] = high[1:, 1:] - high[:-1, :-1]
    return rgb * (1 + np.clip(shade * 2.2 * strength, -0.25, 0.25))[..., None]


def canvas(rgb: Array, rng: np.random.Generator, strength: float) -> Array:
    """A plain weave showing through."""
    if strength <= 0:
        return rgb
    height, width = rgb.shape[:2]
    across = np.sin(np.arange(width) * (2 * np.pi / 3.1))[None, :]
    down = np.sin(np.arange(height) * (2 * np.pi / 3.3))[:, None]
    weave = (across * down + rng.normal(0, 0.5, (height, width))).astype(np.float32)
    return rgb * (1 + weave * 0.03 * strength)[..., None]


def paper(rgb: Array, rng: np.random.Generator, strength: float) -> Array:
    """Fibres and unevenness of handmade paper."""
    height, width = rgb.shape[:2]
    grain = clouds(rng, width, height, 3, 3) * 0.4 + rng.normal(0, 0.8, (height, width)).astype(np.float32)
    return rgb * (1 + np.clip(grain, -2, 2) * 0.012 * strength)[..., None]


def aged(rgb: Array, rng: np.random.Generator, varnish: float, crackle: float) -> Array:
    """Yellowed varnish, darkened corners, and a net of fine cracks."""
    height, width = rgb.shape[:2]
    if varnish:
        amber = np.array([1.0, 0.93, 0.74], np.float32)
        rgb = rgb * (1 + (amber - 1) * varnish)
        down, across = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None, :]
        rgb = rgb * (1 - 0.4 * varnish * np.clip(across**2 + down**2 - 0.5, 0, 1.5))[..., None]
    if crackle:
        lines = np.minimum(np.abs(clouds(rng, width, height, 22, 2)), np.abs(clouds(rng, width, height, 26, 2)))
        rgb = rgb * (1 - np.clip(0.05 - lines, 0, 0.05) * 9 * crackle)[..., None]
    return rgb.astype(np.float32)
