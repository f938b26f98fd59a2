"""Scenes under a roof: still lifes, heads and rooms."""

from __future__ import annotations

import numpy as np

from artmarket.demo.atelier.colour import Array
from artmarket.demo.atelier.underpainting import Underpainting


def body(paint: Underpainting, mask: Array, tint: Array, light: float, centre: float, radius: float) -> None:
    """Fill a thing and turn its form: lit on the side ``light`` (-1 left, 1 right), shaded on the other."""
    paint.lay(mask, tint)
    turn = np.clip((paint.across - centre) / max(radius, 1e-3), -1, 1) * light
    paint.lay(mask * np.clip(-turn * 0.9 - 0.05, 0, 1), tint * 0.35)
    paint.lay(mask * np.exp(-((turn - 0.45) ** 2) / 0.03), np.minimum(tint * 1.25 + 0.1, 1), 0.55)


def profile(
    paint: Underpainting, centre: float, base: float, rows: list[tuple[float, float]], soft: float = 0.7
) -> Array:
    """Mask of a turned vessel from (height above base, half width) pairs, both in shares of the picture's height."""
    heights = np.array([row[0] for row in rows])
    widths = np.array([row[1] for row in rows])
    half = np.interp(base - paint.down[:, 0], heights, widths, left=0, right=0)
    away = np.abs(paint.across - centre) * paint.width / paint.height
    return np.clip((half[:, None] - away) * paint.height + 0.5, 0, 1).astype(np.float32)


def still_life(paint: Underpainting) -> None:
    """Bottles, bowls, fruit and flowers on a table."""
    rng, colours = paint.rng, paint.palette
    table, light = rng.uniform(0.55, 0.68), float(rng.choice([-1, 1]))
    paint.gradient([(0, colours.mix("dark", "far", 0.4)), (1, colours.mix("far", "haze", 0.35))], 0, table)
    beam = np.clip(1 - np.abs(paint.across - 0.5 - light * 0.35 + paint.down * light * 0.5) * 2, 0, 1)
    paint.lay(beam * (paint.down < table), colours.mix("haze", "light", 0.3), 0.45)
    paint.gradient([(0, colours.mix("ground", "light", 0.3)), (1, colours.mix("ground", "dark", 0.4))], table)
    if rng.random() < 0.6:
        cloth = paint.shape([(0.15, table + 0.03), (0.75, table + 0.02), (0.9, 1.02), (0.3, 1.02)], 1.5)
        paint.lay(cloth, colours.rgb("light"))
        paint.lay(cloth * (np.sin(paint.across * 30 + paint.noise(3) * 2) > 0.5), colours.mix("light", "sky", 0.5), 0.6)
    count = int(rng.integers(3, 7))
    places = np.linspace(0.18, 0.82, count) + rng.normal(0, 0.03, count)
    for place in rng.permutation(places):
        base = table + rng.uniform(0.03, 0.1)
        vessel(paint, float(place), base, light)
    for _ in range(int(rng.integers(3, 9))):
        fruit(paint, rng.uniform(0.15, 0.85), table + rng.uniform(0.1, 0.24), rng.uniform(0.035, 0.065), light)


def shadow(paint: Underpainting, centre: float, base: float, radius: float, light: float) -> None:
    """What a thing casts on the table."""
    mask = paint.ellipse((centre - light * radius * 0.9, base), (radius * 2, radius * 0.45), 3)
    paint.lay(mask, paint.palette.rgb("dark"), 0.6)


def vessel(paint: Underpainting, centre: float, base: float, light: float) -> None:
    """A bottle, jug, bowl, or vase of flowers."""
    rng, colours = paint.rng, paint.palette
    kind = rng.choice(["bottle", "jug", "bowl", "vase"])
    high, wide = rng.uniform(0.22, 0.42), rng.uniform(0.05, 0.085)
    tint = colours.mix(str(rng.choice(["accent", "second", "far", "sky", "light"])), "ground", rng.uniform(0, 0.4))
    rows = {
        "bottle": [(0, wide), (high * 0.55, wide), (high * 0.7, wide * 0.35), (high, wide * 0.3)],
        "jug": [(0, wide * 0.8), (high * 0.3, wide * 1.4), (high * 0.6, wide * 0.9), (high * 0.75, wide * 1.1)],
        "bowl": [(0, wide * 0.7), (high * 0.1, wide), (high * 0.3, wide * 2.1)],
        "vase": [(0, wide * 0.7), (high * 0.35, wide * 1.2), (high * 0.6, wide * 0.6), (high * 0.7, wide * 0.8)],
    }[str(kind)]
    shadow(paint, centre, base, wide * 1.2, light)
    if kind == "vase":
        bouquet(paint, centre, base - high * 0.75, high * 0.6)
    radius = max(row[1] for row in rows) * paint.height / paint.width
    body(paint, profile(paint, centre, base, rows), tint, light, centre, radius)


def bouquet(paint: Underpainting, centre: float, base: float, size: float) -> None:
    """Leaves and blossoms above a vase."""
    rng, shapes = paint.rng, []
    for step in range(46):
        x, y = centre + rng.normal() * size * 0.42, base - abs(rng.normal()) * size * 0.5 + size * 0.15
        radius = size * rng.uniform(0.06, 0.13)
        leaf = step < 20
        role = "dark" if leaf else str(rng.choice(["accent", "second", "light", "accent"]))
        tint = paint.palette.mix(role, "ground" if leaf else "light", rng.uniform(0, 0.5))
        shapes.append(("ellipse", [(x - radius * 0.8, y - radius), (x + radius * 0.8, y + radius)], tint))
        if not leaf:
            core = radius * 0.3
            middle = paint.palette.mix(role, "dark", 0.5)
            shapes.append(("ellipse", [(x - core * 0.8, y - core), (x + core * 0.8, y + core)], middle))
    paint.draw_in(shapes)


def fruit(paint: Underpainting, centre: float, base: float, radius: float, light: float) -> None:
    """An apple, orange or plum."""
    shadow(paint, centre, base + radius * 0.8, radius, light)
    tint = paint.palette.mix(str(paint.rng.choice(["accent", "second", "ground"])), "light", paint.rng.uniform(0, 0.35))
    mask = paint.ellipse((centre, base), (radius, radius * 0.95), 0.7)
    body(paint, mask, tint, light, centre, radius * paint.height / paint.width)


def portrait(paint: Underpainting) -> None:
    """Head and shoulders before a plain ground, turned a little."""
    rng, colours = paint.rng, paint.palette
    light, x, y = float(rng.choice([-1, 1])), rng.uniform(0.43, 0.57), rng.uniform(0.34, 0.42)
    size = rng.uniform(0.135, 0.19)
    paint.gradient([(0, colours.mix("far", "dark", 0.6)), (1, colours.mix("far", "ground", 0.5))])
    paint.lay(
        np.clip(paint.noise(3) * 0.3 + 0.3 + (paint.across - 0.5) * light, 0, 1), colours.mix("far", "haze", 0.4), 0.6
    )
    ratio = paint.height / paint.width
    hair_tint = colours.mix("dark", str(rng.choice(["ground", "accent", "dark", "haze"])), rng.uniform(0, 0.6))
    if rng.random() < 0.5:
        long_hair = paint.ellipse((x, y + size * 0.5), (size * 1.15, size * 1.75), 1.5)
        paint.lay(long_hair, hair_tint * 0.85)
    dress(paint, x, y, size, light, ratio)
    skin = np.clip(colours.mix("light", "accent", 0.2) * 0.6 + np.array([0.86, 0.66, 0.52], np.float32) * 0.4, 0, 1)
    neck = [(x - size * 0.42 * ratio, y + size), (x + size * 0.42 * ratio, y + size), (x, y + size * 2.2)]
    body(
        paint,
        paint.shape([neck[0], neck[1], (neck[1][0], y + size * 1.6), neck[2], (neck[0][0], y + size * 1.6)], 1),
        skin * 0.85,
        light,
        x,
        size * ratio,
    )
    turn = rng.uniform(-0.22, 0.22)
    paint.lay(paint.ellipse((x, y - size * 0.3), (size * 1.05, size * 1.12), 1), hair_tint)
    head = paint.ellipse((x + turn * size * 0.3 * ratio, y), (size * 0.86, size * 1.2), 1)
    body(paint, head, skin, light, x, size * ratio)
    fringe = paint.ellipse((x - turn * size * ratio, y - size * 0.92), (size * 0.95, size * rng.uniform(0.35, 0.55)), 1)
    paint.lay(fringe, hair_tint)
    face(paint, x + turn * size * 0.5 * ratio, y, size, light, ratio)
    if rng.random() < 0.35:
        hat(paint, x, y, size, ratio)


def dress(paint: Underpainting, x: float, y: float, size: float, light: float, ratio: float) -> None:
    """Shoulders in a coat with a collar."""
    rng, colours = paint.rng, paint.palette
    tint = colours.mix(str(rng.choice(["accent", "dark", "second", "sky"])), "dark", rng.uniform(0.1, 0.6))
    top, wide = y + size * 1.5, size * 2.5 * ratio
    points = [(x - wide, 1.05), (x - wide * 0.9, top + size * 1.1), (x - wide * 0.35, top), (x + wide * 0.35, top)]
    points += [(x + wide * 0.9, top + size * 1.1), (x + wide, 1.05)]
    body(paint, paint.shape(points, 2), tint, light, x, wide * 1.2)
    if rng.random() < 0.7:
        collar = [
            (x - wide * 0.36, top - size * 0.05),
            (x, top + size * 0.9),
            (x + wide * 0.36, top - size * 0.05),
            (x, top + size * 0.45),
        ]
        paint.lay(paint.shape(collar, 1), colours.rgb("light"))


def face(paint: Underpainting, x: float, y: float, size: float, light: float, ratio: float) -> None:
    """Brows, eyes, nose and mouth, with no more than a brush would say."""
    dark, red = paint.palette.mix("dark", "ground", 0.15), paint.palette.mix("accent", "dark", 0.3)
    for side in (-1, 1):
        eye = x + side * size * 0.36 * ratio
        paint.lay(paint.ellipse((eye, y - size * 0.08), (size * 0.2, size * 0.12), 1.5), dark, 0.35)
        paint.lay(
            paint.ellipse((eye, y - size * 0.05), (size * 0.12, size * 0.055), 0.5), paint.palette.rgb("light"), 0.8
        )
        paint.lay(paint.ellipse((eye, y - size * 0.05), (size * 0.06, size * 0.06), 0.5), dark)
        brow = [(eye - size * 0.2 * ratio, y - size * 0.24), (eye + size * 0.2 * ratio, y - size * 0.26)]
        paint.lay(paint.line(brow, size * 0.06, 0.7), dark, 0.8)
    nose = [(x, y - size * 0.1), (x - light * size * 0.16 * ratio, y + size * 0.36), (x, y + size * 0.4)]
    paint.lay(paint.shape(nose, 1), dark, 0.45)
    paint.lay(paint.ellipse((x, y + size * 0.66), (size * 0.26, size * 0.07), 0.8), red, 0.9)
    paint.lay(
        paint.line([(x - size * 0.25 * ratio, y + size * 0.65), (x + size * 0.25 * ratio, y + size * 0.65)], 0.006),
        dark,
        0.7,
    )
    for side in (-1, 1):
        paint.lay(
            paint.ellipse((x + side * size * 0.5 * ratio, y + size * 0.35), (size * 0.2, size * 0.16), 3), red, 0.25
        )


def hat(paint: Underpainting, x: float, y: float, size: float, ratio: float) -> None:
    """A brim and a crown."""
    tint = paint.palette.mix(str(paint.rng.choice(["second", "dark", "accent"])), "dark", paint.rng.uniform(0, 0.5))
    crown = [(x - size * 0.8 * ratio, y - size), (x - size * 0.65 * ratio, y - size * 1.8)]
    crown += [(x + size * 0.65 * ratio, y - size * 1.8), (x + size * 0.8 * ratio, y - size)]
    paint.lay(paint.shape(crown, 1), tint)
    paint.lay(paint.ellipse((x, y - size * 0.95), (size * 1.6, size * 0.24), 1), tint * 0.85)


def interior(paint: Underpainting) -> None:
    """A room: a window with what lies beyond, light on the floor, a table and a chair."""
    rng, colours = paint.rng, paint.palette
    floor, corner = rng.uniform(0.66, 0.76), rng.uniform(0.15, 0.85)
    paint.gradient([(0, colours.mix("haze", "far", 0.5)), (1, colours.mix("haze", "far", 0.25))])
    paint.lay((paint.across > corner).astype(np.float32), colours.mix("far", "dark", 0.4), 0.5)
    paint.gradient([(0, colours.mix("ground", "dark", 0.25)), (1, colours.rgb("ground"))], floor)
    boards = np.sin((paint.across - 0.5) / (paint.down - floor * 0.6 + 0.02) * 18) > 0.92
    paint.lay(boards * (paint.down > floor), colours.rgb("dark"), 0.45)
    wide, high, top = rng.uniform(0.2, 0.32), rng.uniform(0.36, 0.48), rng.uniform(0.08, 0.16)
    left = corner - wide - 0.08 if corner > 0.5 else corner + 0.08
    window(paint, left, top, wide, high)
    slant = rng.uniform(-0.15, 0.15)
    spot = [
        (left + slant, floor + 0.06),
        (left + wide + slant, floor + 0.06),
        (left + wide + slant * 2.2, 0.96),
        (left + slant * 2.2, 0.96),
    ]
    paint.lay(paint.shape(spot, 2), colours.mix("light", "second", 0.25), 0.7)
    furniture(paint, floor, 0.25 if left > 0.4 else 0.72)


def window(paint: Underpainting, left: float, top: float, wide: float, high: float) -> None:
    """A tall window: sky, a far hill, bars, curtains."""
    colours, rng = paint.palette, paint.rng
    box = [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)]
    pane = paint.shape(box)
    paint.lay(pane, colours.mix("sky", "light", 0.45))
    line = top + high * (0.6 + 0.06 * paint.ridge(3))
    paint.lay(pane * paint.below(line.astype(np.float32)), colours.mix("far", "ground", 0.5))
    for share in (0, 0.5, 1):
        paint.lay(
            paint.line([(left + wide * share, top), (left + wide * share, top + high)], 0.014), colours.rgb("light")
        )
        paint.lay(
            paint.line([(left, top + high * share), (left + wide, top + high * share)], 0.014), colours.rgb("light")
        )
    tint = colours.mix(str(rng.choice(["accent", "second"])), "light", 0.25)
    for side, start in ((-1, left), (1, left + wide)):
        edge = start - side * wide * 0.12
        drape = [
            (start + side * wide * 0.25, top - 0.03),
            (edge, top - 0.03),
            (start + side * wide * 0.05, top + high + 0.1),
        ]
        drape.append((start + side * wide * 0.3, top + high + 0.1))
        mask = paint.shape(drape, 1)
        paint.lay(mask, tint)
        paint.lay(mask * (np.sin(paint.across * 120) > 0.2), tint * 0.65, 0.7)


def furniture(paint: Underpainting, floor: float, x: float) -> None:
    """A round table with a jug, and a picture on the wall."""
    rng, colours = paint.rng, paint.palette
    wood, light = colours.mix("dark", "accent", 0.35), float(rng.choice([-1, 1]))
    for leg in (-0.11, 0.11):
        paint.lay(paint.line([(x + leg * 0.8, floor), (x + leg, floor + 0.22)], 0.02), wood * 0.7)
    paint.lay(paint.ellipse((x, floor), (0.21, 0.05), 0.7), wood)
    paint.lay(paint.ellipse((x, floor - 0.01), (0.2, 0.04), 0.7), colours.mix("light", "accent", 0.3))
    vessel(paint, x - 0.04, floor, light)
    fruit(paint, x + 0.06, floor - 0.03, 0.03, light)
    if rng.random() < 0.6:
        frame = [(x - 0.09, 0.14), (x + 0.09, 0.14), (x + 0.09, 0.36), (x - 0.09, 0.36)]
        paint.lay(paint.shape(frame), colours.mix("second", "dark", 0.3))
        inner = [(x - 0.075, 0.16), (x + 0.075, 0.16), (x + 0.075, 0.34), (x - 0.075, 0.34)]
        paint.lay(paint.shape(inner), colours.mix("sky", "ground", rng.uniform(0, 1)))
