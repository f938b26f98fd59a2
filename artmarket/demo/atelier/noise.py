"""Irregular fields: clouds of noise, and noise combed along a direction as bristles comb paint."""

from __future__ import annotations

import numpy as np
from PIL import Image

from artmarket.demo.atelier.colour import Array


def resized(field: Array, width: int, height: int) -> Array:
    """A field brought to another size, smoothly."""
    picture = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC), np.float32)


def clouds(
    rng: np.random.Generator, width: int, height: int, cells: float = 4, octaves: int = 4, stretch: float = 1.0
) -> Array:
    """Fractal noise of mean 0 and deviation about 1. ``cells`` across the width; ``stretch`` > 1 lengthens sideways."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        across = max(2, round(cells * 2**octave / stretch))
        down = max(2, round(cells * 2**octave * height / width))
        grid = rng.normal(size=(min(down, height) + 1, min(across, width) + 1)).astype(np.float32)
        total += resized(grid, width, height) * 0.55**octave
    total -= total.mean()
    return total / (total.std() + 1e-6)


def ridge(rng: np.random.Generator, count: int, cells: float, rough: float = 0.5, octaves: int = 5) -> Array:
    """A line of ``count`` heights, mean 0 and deviation 1: hills for a small ``rough``, crags for a large one."""
    places = np.linspace(0, 1, count)
    line = np.zeros(count)
    for octave in range(octaves):
        knots = max(3, int(cells * 2**octave) + 1)
        values = rng.normal(size=knots)
        place = places * (knots - 1)
        left = np.minimum(place.astype(int), knots - 2)
        part = place - left
        smooth = part * part * (3 - 2 * part) if rough < 0.6 else part
        line += (values[left] * (1 - smooth) + values[left + 1] * smooth) * rough**octave
    return ((line - line.mean()) / (line.std() + 1e-6)).astype(np.float32)


def combed(rng: np.random.Generator, angle: Array, length: int = 12, grain: float = 1.0) -> Array:
    """White noise averaged along the directions ``angle`` (radians): the furrows of a bristle brush. Deviation 1."""
    height, width = angle.shape
    noise = rng.normal(size=(height, width)).astype(np.float32)
    if grain > 1:
        coarse = rng.normal(size=(int(height / grain) + 1, int(width / grain) + 1)).astype(np.float32)
        noise = resized(coarse, width, height)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.int32)
    across, down = np.cos(angle), np.sin(angle)
    total = np.zeros((height, width), np.float32)
    for step in range(-length, length + 1, 2):
        row = np.clip(rows + (down * step).astype(np.int32), 0, height - 1)
        column = np.clip(columns + (across * step).astype(np.int32), 0, width - 1)
        total += noise[row, column]
    return total / (total.std() + 1e-6)
