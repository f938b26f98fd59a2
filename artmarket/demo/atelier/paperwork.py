"""Work on paper: mountains in ink wash, and scenes cut in wood."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from artmarket.demo.atelier.colour import Array, Palette
from artmarket.demo.atelier.noise import clouds, combed, resized
from artmarket.demo.atelier.underpainting import Underpainting


def ink_wash(width: int, height: int, palette: Palette, rng: np.random.Generator, kind: str, density: float) -> Array:
    """Mist and mountains on paper: ``peaks``, ``shore`` with boats, or ``bamboo``."""
    paint = Underpainting(width, height, palette, rng)
    paint.gradient([(0, palette.rgb("light")), (1, palette.mix("light", "haze", 0.5))])
    if kind == "bamboo":
        bamboo(paint, density)
    else:
        ranges(paint, int(3 + 2 * density) if kind == "peaks" else 2, 0.16 if kind == "peaks" else 0.07)
    if kind == "shore":
        boats(paint)
    seal(paint)
    return paint.rgb


def ranges(paint: Underpainting, layers: int, tall: float) -> None:
    """Ridges that darken at the crest and dissolve downwards into mist; pines on the nearest."""
    rng, colours = paint.rng, paint.palette
    for layer in range(layers):
        near = (layer + 1) / layers
        base = 0.3 + 0.5 * near * rng.uniform(0.85, 1.1)
        window = np.exp(-(((paint.across[0] - rng.uniform(0.1, 0.9)) / rng.uniform(0.18, 0.5)) ** 2))
        crest = base - tall * (1.2 + paint.ridge(3 + layer, 0.58)) * window * rng.uniform(0.8, 1.6)
        depth = paint.down - crest[None, :]
        fade = np.exp(-np.clip(depth, 0, 1) / (0.05 + 0.12 * near)) * (depth > 0)
        texture = np.clip(0.75 + 0.3 * clouds(rng, paint.width, paint.height, 14, 3, 0.6), 0.1, 1)
        tone = colours.mix("far", "dark", near * 0.85)
        paint.lay(fade * texture * (window > 0.08), tone, 0.35 + 0.55 * near)
        rim = np.exp(-((depth * paint.height / 2.2) ** 2)) * (window > 0.12)
        paint.lay(rim * (texture > 0.6), colours.rgb("dark"), 0.5 * near + 0.15)
        if near > 0.6:
            pines(paint, crest, near)
    veil = np.clip(paint.noise(2, 3, 3) - 0.3, 0, 1)
    paint.lay(veil, colours.rgb("light"), 0.75)


def pines(paint: Underpainting, crest: Array, near: float) -> None:
    """Small trees on a crest, in quick touches."""
    rng, shapes = paint.rng, []
    for x in rng.uniform(0.02, 0.98, int(16 * near)):
        foot = float(crest[int(x * (paint.width - 1))]) + 0.03
        high = 0.05 * near * rng.uniform(0.6, 1.5)
        dark = paint.palette.mix("dark", "far", rng.uniform(0, 0.4))
        shapes.append(("polygon", [(x - 0.002, foot), (x + 0.002, foot), (x, foot - high)], dark))
        for level in (0.35, 0.6, 0.85):
            reach = high * (1.05 - level) * 0.75
            y = foot - high * level
            shapes.append(("ellipse", [(x - reach, y - high * 0.08), (x + reach, y + high * 0.08)], dark))
    paint.draw_in(shapes)


def boats(paint: Underpainting) -> None:
    """A reed shore and one or two fishing boats on empty water."""
    rng, shapes = paint.rng, []
    dark = paint.palette.rgb("dark")
    for _ in range(int(rng.integers(1, 4))):
        x, y, size = rng.uniform(0.15, 0.85), rng.uniform(0.62, 0.85), rng.uniform(0.05, 0.1)
        hull = [
            (x - size, y - size * 0.15),
            (x, y + size * 0.05),
            (x + size, y - size * 0.2),
            (x + size * 0.6, y + size * 0.18),
            (x - size * 0.6, y + size * 0.18),
        ]
        shapes.append(("polygon", hull, dark))
        shapes.append(("ellipse", [(x - size * 0.2, y - size * 0.45), (x + size * 0.2, y)], paint.palette.rgb("far")))
    side = rng.uniform(0, 0.3) if rng.random() < 0.5 else rng.uniform(0.7, 1)
    for _ in range(60):
        x, foot = side + rng.normal(0, 0.1), 0.97 + rng.normal(0, 0.03)
        lean, high = rng.normal(0, 0.03), rng.uniform(0.08, 0.24)
        shapes.append(("polygon", [(x, foot), (x + 0.004, foot), (x + lean, foot - high)], dark))
    paint.draw_in(shapes)


def bamboo(paint: Underpainting, density: float) -> None:
    """Stalks with joints and pointed leaves, near ones black, far ones grey."""
    rng = paint.rng
    for near in (0.25, 0.55, 1.0):
        shapes = []
        tone = paint.palette.mix("haze", "dark", near)
        for _ in range(int(2 + 2 * density)):
            x, lean, thick = rng.uniform(0.05, 0.95), rng.normal(0, 0.12), 0.006 + 0.01 * near
            for joint in np.arange(-0.05, 1.05, 0.15):
                left, right = x + lean * joint, x + lean * (joint + 0.14)
                stalk = [
                    (left - thick, joint),
                    (left + thick, joint),
                    (right + thick, joint + 0.14),
                    (right - thick, joint + 0.14),
                ]
                shapes.append(("polygon", stalk, tone))
                for _ in range(int(rng.integers(0, 6))):
                    angle, long = rng.choice([0.5, 2.6]) + rng.normal(0, 0.4), rng.uniform(0.07, 0.16)
                    dx, dy = np.cos(angle) * long * 0.8, abs(np.sin(angle)) * long
                    leaf = [
                        (left, joint),
                        (left + dx * 0.4 - dy * 0.12, joint + dy * 0.4 + dx * 0.12),
                        (left + dx, joint + dy),
                        (left + dx * 0.4 + dy * 0.12, joint + dy * 0.4 - dx * 0.12),
                    ]
                    shapes.append(("polygon", leaf, tone))
        paint.draw_in(shapes)


def seal(paint: Underpainting) -> None:
    """A red seal beside a column of brushed marks."""
    rng = paint.rng
    x, y, size = float(rng.choice([0.07, 0.88])), rng.uniform(0.08, 0.6), 0.035
    ratio = paint.height / paint.width
    marks = [
        (
            "polygon",
            [(x + a * ratio, y - 0.03 - b), (x + (a + c) * ratio, y - 0.033 - b + d), (x + a * ratio, y - 0.025 - b)],
            paint.palette.rgb("dark"),
        )
        for a, b, c, d in zip(
            rng.uniform(0, 0.03, 14),
            np.repeat(np.arange(7) * 0.03, 2)[:14] * 0.6,
            rng.uniform(0.01, 0.03, 14),
            rng.normal(0, 0.008, 14),
            strict=True,
        )
    ]
    square = [(x, y), (x + size * ratio, y), (x + size * ratio, y + size), (x, y + size)]
    paint.draw_in([*marks, ("polygon", square, paint.palette.rgb("accent"))])


def woodcut(
    scene: Array,
    width: int,
    height: int,
    palette: Palette,
    rng: np.random.Generator,
    levels: int,
    hatch: float,
    angle: Array,
) -> Array:
    """A scene in a key block of carved lines and a few flat colour blocks, on paper with a margin."""
    grey = scene @ np.array([0.3, 0.6, 0.1], np.float32)
    order = np.argsort(np.argsort(grey.ravel())).reshape(grey.shape) / grey.size
    tone = resized(0.5 * order.astype(np.float32) + 0.5 * grey, width, height)
    big = np.stack([resized(scene[..., part], width, height) for part in range(3)], -1)
    flat = ndimage.median_filter(np.round(tone * levels) / levels, 3)
    colours = np.stack([palette.rgb(role) for role in ("far", "ground", "accent", "second", "sky", "haze", "light")])
    distance = ((big[:, :, None] - colours) ** 2).sum(-1)
    blocks = colours[distance.argmin(-1)]
    furrow = combed(rng, angle, 16, 2.2)
    carved = flat * 1.9 - 0.62 + furrow * hatch * 0.3
    edges = np.hypot(ndimage.sobel(tone, 0), ndimage.sobel(tone, 1))
    key = np.clip((0.12 - carved) * 9, 0, 1) + np.clip((edges - 0.55) * 3, 0, 1)
    worn = np.clip(1.05 - np.clip(clouds(rng, width, height, 40, 2) - 1.5, 0, 1), 0, 1)
    ink = np.clip(key, 0, 1) * worn
    out = blocks * (1 - ink[..., None]) + palette.rgb("dark") * ink[..., None]
    margin = int(min(width, height) * 0.045)
    framed = np.broadcast_to(palette.rgb("light", 0.04), out.shape).copy()
    framed[margin:-margin, margin:-margin] = out[margin:-margin, margin:-margin]
    return framed.astype(np.float32)
