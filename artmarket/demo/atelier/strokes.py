"""Brushwork: a scene painted again by thousands of strokes, coarse ones first, fine ones where there is something to see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from artmarket.demo.atelier.colour import Array, Palette, from_oklab, to_oklab
from artmarket.demo.atelier.noise import clouds, resized


@dataclass(frozen=True)
class Brush:
    """How a hand moves. Lengths are multiples of the brush's width; ``width`` is a share of the picture's long side.

    ``direction``: ``form`` follows the edges of things, ``sweep`` one slant, ``swirl`` a slow turning field,
    ``level`` lies flat, ``dab`` anywhere.
    """

    width: float = 0.014
    length: float = 4.0
    direction: str = "form"
    slant: float = 0.6
    bend: float = 0.5
    opacity: float = 0.85
    jitter: float = 0.02
    layers: int = 3
    density: float = 1.0
    split: float = 0.0
    outline: float = 0.0


def flow(scene: Array, brush: Brush, rng: np.random.Generator) -> Array:
    """The direction (radians) in which the brush moves at each place."""
    height, width = scene.shape[:2]
    wander = clouds(rng, width, height, 2.5, 2)
    if brush.direction == "level":
        return wander * 0.12
    if brush.direction == "sweep":
        return (brush.slant + wander * 0.18).astype(np.float32)
    if brush.direction == "swirl":
        return (brush.slant + wander * 1.7).astype(np.float32)
    if brush.direction == "dab":
        return (rng.uniform(0, np.pi, (height, width))).astype(np.float32)
    grey = ndimage.gaussian_filter(scene.mean(-1), 1.5)
    down, across = np.gradient(grey)
    xx, yy, xy = (ndimage.gaussian_filter(part, 5) for part in (across * across, down * down, across * down))
    turned: Array = (0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2).astype(np.float32)
    weak = np.exp(-(xx + yy) / 4e-5)
    return turned * (1 - weak) + weak * (brush.slant + wander * 0.5)


def outlines(x: Array, y: Array, angle: Array, bend: Array, half_long: Array, half_wide: Array) -> Array:
    """Corners (strokes, 10, 2) of tapered, bent strokes."""
    along = np.array([-1, -0.55, 0, 0.55, 1, 1, 0.55, 0, -0.55, -1], np.float32)
    aside = np.array([0.45, 0.95, 1, 0.9, 0.3, -0.3, -0.9, -1, -0.95, -0.45], np.float32)
    far = along * half_long[:, None]
    off = aside * half_wide[:, None] + bend[:, None] * (along**2 - 0.4) * half_long[:, None]
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return np.stack([x[:, None] + far * cosine - off * sine, y[:, None] + far * sine + off * cosine], -1)


def paint_over(
    scene: Array, width: int, height: int, brush: Brush, palette: Palette, rng: np.random.Generator
) -> tuple[Array, Array]:
    """The scene in strokes at ``width`` by ``height``; also the flow field at that size."""
    angle = flow(scene, brush, rng)
    base = Image.fromarray((np.clip(scene, 0, 1) * 255).astype(np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    draw = ImageDraw.Draw(base, "RGBA")
    grey = scene.mean(-1)
    detail = np.hypot(ndimage.sobel(grey, 0), ndimage.sobel(grey, 1))
    detail = ndimage.gaussian_filter(detail, 2)
    detail /= np.quantile(detail, 0.97) + 1e-5
    for layer in range(brush.layers):
        coarse = 2.0 ** (brush.layers - 1 - layer)
        if layer:
            one_layer(
                draw, scene, angle, brush, rng, coarse, np.clip(detail + 0.25 * (coarse > 1), 0, 1), width, height
            )
        else:
            one_layer(draw, scene, angle, brush, rng, coarse, None, width, height)
    painted = np.asarray(base, np.float32) / 255
    cosine, sine = resized(np.cos(2 * angle), width, height), resized(np.sin(2 * angle), width, height)
    if brush.outline:
        edge = np.clip(resized(detail, width, height) - 0.55, 0, 1) * brush.outline
        painted += (palette.rgb("dark", -0.05) - painted) * np.clip(edge * 2, 0, 1)[..., None]
    return painted, (0.5 * np.arctan2(sine, cosine)).astype(np.float32)


def one_layer(
    draw: ImageDraw.ImageDraw,
    scene: Array,
    angle: Array,
    brush: Brush,
    rng: np.random.Generator,
    coarse: float,
    where: Array | None,
    width: int,
    height: int,
) -> None:
    """Lay one coat; ``where`` (0..1) thins the strokes out."""
    wide = max(brush.width * max(width, height) * coarse, 1.5)
    room = wide * wide * max(brush.length * 0.42, 0.75)
    count = int(min(brush.density * width * height / room, 5200))
    x, y = rng.uniform(0, width, count), rng.uniform(0, height, count)
    scale = scene.shape[1] / width
    column = np.minimum((x * scale).astype(int), scene.shape[1] - 1)
    row = np.minimum((y * scale).astype(int), scene.shape[0] - 1)
    if where is not None:
        kept = rng.random(count) < where[row, column] * 1.1
        x, y, row, column = x[kept], y[kept], row[kept], column[kept]
    count = len(x)
    colour = to_oklab(scene[row, column])
    colour += rng.normal(0, 1, (count, 3)).astype(np.float32) * np.array([1, 0.8, 0.8], np.float32) * brush.jitter
    if brush.split:
        turned = rng.random(count) < 0.3
        colour[turned, 1:] *= 1 - 2.2 * brush.split
        colour[~turned, 1:] *= 1 + brush.split
    fill = (from_oklab(colour) * 255).astype(np.uint8)
    half_wide = wide / 2 * rng.uniform(0.6, 1.25, count)
    half_long = half_wide * brush.length * rng.uniform(0.7, 1.3, count)
    bend = rng.normal(0, 0.25 * brush.bend, count)
    turn = angle[row, column] + rng.normal(0, 0.12, count)
    corners = outlines(x, y, turn, bend, half_long, half_wide).reshape(count, 20)
    opacity = int(brush.opacity * 255)
    for points, (red, green, blue) in zip(corners.tolist(), fill.tolist(), strict=True):
        draw.polygon(points, (red, green, blue, opacity))
