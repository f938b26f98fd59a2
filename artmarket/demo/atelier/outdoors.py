"""Scenes under the open sky: hills, rivers, sea, roofs, gardens and nights."""

from __future__ import annotations

import numpy as np

from artmarket.demo.atelier.underpainting import Point, Underpainting


def sky(paint: Underpainting, horizon: float, sun: bool | None = None) -> float:
    """A sky with clouds down to the horizon; returns where across the light stands."""
    colours, rng = paint.palette, paint.rng
    paint.gradient(
        [(0, colours.rgb("sky", -0.06)), (0.55, colours.rgb("sky", 0.03)), (1, colours.rgb("haze", 0.03))], 0, horizon
    )
    light = rng.uniform(0.15, 0.85)
    glow = np.exp(-(((paint.across - light) / 0.35) ** 2 + ((paint.down - horizon * 0.85) / 0.3) ** 2))
    paint.lay(glow * (paint.down < horizon), colours.rgb("haze", 0.08), 0.7)
    cover = paint.noise(rng.uniform(2, 4), 4, rng.uniform(1.5, 3))
    cover = np.clip(cover - rng.uniform(0.0, 0.9), 0, 1) * np.clip(1.1 - paint.down / horizon, 0, 1)
    paint.lay(cover, colours.mix("light", "haze", 0.3), 0.85)
    paint.lay(np.roll(cover, 5, 0) * (cover < 0.4), colours.mix("sky", "far", 0.5), 0.35)
    if sun if sun is not None else rng.random() < 0.35:
        paint.lay(paint.ellipse((light, horizon * rng.uniform(0.35, 0.85)), (0.035, 0.035), 1), colours.rgb("light"))
    return float(light)


def hills(paint: Underpainting, horizon: float, layers: int, rough: float, height: float) -> None:
    """Ranges of hills, each nearer one darker and warmer, the last one the ground."""
    for layer in range(layers):
        share = layer / max(layers - 1, 1)
        line = horizon + share * 0.16 - height * (1.1 - 0.7 * share) * (0.5 + 0.5 * paint.ridge(2 + layer, rough))
        mask = paint.below(line.astype(np.float32))
        shade = paint.noise(5, 3, 2)
        near = paint.palette.mix("far", "ground", share, 0.05 * (1 - share))
        paint.lay(mask, near)
        paint.lay(mask * (shade > 0.5), paint.palette.mix("ground", "light", 0.3), 0.35 * share + 0.08)
        paint.lay(mask * (shade < -0.6), paint.palette.mix("far", "dark", 0.4), 0.4 * share + 0.08)


def trees(paint: Underpainting, base: float, count: int, size: float, tall: bool) -> None:
    """Trees along a line: heaps of leaves, or poplars and cypresses where ``tall``."""
    rng, shapes = paint.rng, []
    for x in np.sort(rng.uniform(-0.02, 1.02, count)):
        high, foot = size * rng.uniform(0.5, 1.3), base + rng.uniform(-0.02, 0.05)
        trunk = paint.palette.mix("dark", "ground", 0.25)
        thick = high * 0.035
        shapes.append(("polygon", [(x - thick, foot), (x + thick, foot), (x, foot - high)], trunk))
        for _ in range(9 if tall else 22):
            level = rng.uniform(0.2, 1)
            spread = high * (0.09 if tall else 0.33 * np.sin(np.pi * min(level, 0.97)) + 0.05)
            cx, cy = x + rng.normal() * spread * 0.6, foot - high * level
            radius = high * rng.uniform(0.05, 0.13)
            leaf = paint.palette.mix("dark", "ground", rng.uniform(0.2, 0.9), (0.04 if cx < x else -0.02))
            reach = radius * (1.9 if tall else 1)
            shapes.append(("ellipse", [(cx - radius * 0.8, cy - reach), (cx + radius * 0.8, cy + reach)], leaf))
    paint.draw_in(shapes)


def landscape(paint: Underpainting) -> None:
    """Hills, perhaps a river, fields and trees."""
    rng = paint.rng
    horizon = rng.uniform(0.38, 0.55)
    sky(paint, horizon + 0.1)
    hills(paint, horizon, int(rng.integers(3, 6)), rng.uniform(0.35, 0.6), rng.uniform(0.06, 0.16))
    ground = horizon + 0.12
    if rng.random() < 0.55:
        river(paint, ground)
    else:
        fields(paint, ground)
    tall = rng.random() < 0.45
    trees(paint, ground + 0.02, int(rng.integers(3, 9)), rng.uniform(0.1, 0.18), tall)
    if rng.random() < 0.7:
        trees(paint, ground + rng.uniform(0.15, 0.3), int(rng.integers(1, 4)), rng.uniform(0.3, 0.6), tall)
    if rng.random() < 0.4:
        houses(paint, ground + 0.01, int(rng.integers(1, 5)), 0.07)


def river(paint: Underpainting, top: float) -> None:
    """Water winding towards the viewer."""
    rng = paint.rng
    down = np.clip((paint.down - top) / (1 - top), 0, 1)
    middle = 0.5 + rng.uniform(-0.25, 0.25) + np.sin(down * rng.uniform(4, 8) + rng.uniform(0, 6)) * 0.16 * down
    wide = 0.02 + down**1.3 * rng.uniform(0.15, 0.35)
    mask = np.clip((wide - np.abs(paint.across - middle)) * 40, 0, 1) * (paint.down > top)
    paint.lay(mask, paint.palette.mix("sky", "haze", 0.4))
    paint.lay(mask * (paint.noise(10, 2, 6) > 0.6), paint.palette.rgb("light"), 0.6)
    paint.lay(mask * (paint.noise(8, 2, 5) > 0.9), paint.palette.mix("far", "dark", 0.3), 0.5)


def fields(paint: Underpainting, top: float) -> None:
    """Strips of crop converging to a point, and flowers."""
    rng = paint.rng
    vanish = rng.uniform(0.1, 0.9)
    turn = (paint.across - vanish) / np.maximum(paint.down - top + 0.06, 0.02)
    strips = np.sin(turn * rng.uniform(6, 16) + rng.uniform(0, 6))
    mask = paint.down > top
    paint.lay(mask * np.clip(strips * 2, 0, 1), paint.palette.mix("ground", "accent", rng.uniform(0.2, 0.6)), 0.8)
    paint.lay(mask * np.clip(-strips * 2 - 0.8, 0, 1), paint.palette.mix("ground", "dark", 0.5), 0.5)
    flowers = (rng.random((paint.height, paint.width)) < 0.05 * (paint.down - top)) * mask
    paint.lay(flowers.astype(np.float32), paint.palette.rgb("second"))


def houses(paint: Underpainting, base: float, count: int, size: float) -> None:
    """A few gabled houses."""
    rng, shapes = paint.rng, []
    start = rng.uniform(0.1, 0.7)
    for place in range(count):
        x, wide = start + place * size * rng.uniform(0.7, 1.2), size * rng.uniform(0.6, 1)
        high = size * rng.uniform(0.6, 1.2)
        wall = paint.palette.mix("light", "haze", rng.uniform(0, 0.6))
        shapes.append(("polygon", [(x, base), (x + wide, base), (x + wide, base - high), (x, base - high)], wall))
        roof = [(x - wide * 0.1, base - high), (x + wide / 2, base - high * 1.7), (x + wide * 1.1, base - high)]
        shapes.append(("polygon", roof, paint.palette.rgb("accent", rng.uniform(-0.08, 0.04))))
        door = x + wide * 0.4
        hole = [
            (door, base),
            (door + wide * 0.2, base),
            (door + wide * 0.2, base - high * 0.5),
            (door, base - high * 0.5),
        ]
        shapes.append(("polygon", hole, paint.palette.rgb("dark")))
    paint.draw_in(shapes)


def seascape(paint: Underpainting) -> None:
    """Sea with sails, sometimes a headland or a beach."""
    rng = paint.rng
    horizon = rng.uniform(0.35, 0.6)
    light = sky(paint, horizon)
    colours = paint.palette
    paint.gradient(
        [(0, colours.mix("far", "haze", 0.35)), (0.4, colours.rgb("far")), (1, colours.mix("far", "dark", 0.45))],
        horizon,
    )
    water = paint.down > horizon
    depth = np.clip((paint.down - horizon) / (1 - horizon), 0, 1)
    waves = np.sin(30 / (depth + 0.08) + paint.noise(6, 3, 4) * 2.2)
    paint.lay(water * np.clip(waves - 0.35, 0, 1), colours.mix("sky", "light", 0.4), 0.6)
    paint.lay(water * np.clip(-waves - 0.5, 0, 1), colours.mix("far", "dark", 0.6), 0.5)
    path = np.exp(-(((paint.across - light) / (0.05 + 0.12 * depth)) ** 2)) * (paint.noise(20, 2, 5) > 0)
    paint.lay(path * water, colours.mix("light", "haze", 0.4), 0.8)
    if rng.random() < 0.5:
        side = 1 if rng.random() < 0.5 else -1
        slope = (paint.across[0] - 0.5) * side
        line = horizon - np.clip(slope * 0.7 + paint.ridge(3, 0.5) * 0.025, -0.02, 0.4)
        paint.lay(
            paint.below(line.astype(np.float32)) * (paint.down < horizon + 0.015), colours.mix("ground", "dark", 0.4)
        )
    if rng.random() < 0.4:
        shore = rng.uniform(0.78, 0.9) + 0.03 * paint.ridge(1.5, 0.3)
        paint.lay(paint.below((shore - 0.015).astype(np.float32)), colours.rgb("light"), 0.8)
        paint.lay(paint.below(shore.astype(np.float32)), colours.mix("ground", "haze", 0.4))
    sails(paint, horizon, int(rng.integers(1, 7)))


def sails(paint: Underpainting, horizon: float, count: int) -> None:
    """Boats, the nearer the larger."""
    rng, shapes = paint.rng, []
    for depth in np.sort(rng.uniform(0.02, 0.55, count) ** 1.5):
        size, x = 0.05 + depth * rng.uniform(0.5, 0.8), rng.uniform(0.08, 0.92)
        y, lean = horizon + depth * (1 - horizon), rng.uniform(-0.03, 0.03)
        hull = [
            (x - size * 0.3, y - size * 0.12),
            (x + size * 0.35, y - size * 0.12),
            (x + size * 0.2, y),
            (x - size * 0.2, y),
        ]
        shapes.append(("polygon", hull, paint.palette.rgb("dark")))
        top, foot = (x + lean, y - size * 1.1), y - size * 0.16
        main: list[Point] = [top, (x + size * 0.42, foot), (x, foot)]
        jib: list[Point] = [top, (x - size * 0.3, foot), (x - size * 0.03, foot)]
        tint = "accent" if rng.random() < 0.4 else "light"
        shapes.append(("polygon", main, paint.palette.rgb(tint)))
        shapes.append(("polygon", jib, paint.palette.mix(tint, "haze", 0.4)))
        mirror = [(x - size * 0.1, y), (x + size * 0.25, y), (x + size * 0.05, y + size * 0.5)]
        shapes.insert(0, ("polygon", mirror, paint.palette.mix(tint, "far", 0.6)))
    paint.draw_in(shapes)


def roofs(paint: Underpainting) -> None:
    """A town seen from above: walls, gables, towers, lit windows."""
    rng = paint.rng
    horizon = rng.uniform(0.25, 0.4)
    sky(paint, horizon + 0.15)
    hills(paint, horizon, 2, 0.4, 0.06)
    tiers = int(rng.integers(4, 7))
    for tier in range(tiers):
        near = (tier + 1) / tiers
        base, size = horizon + 0.08 + near**1.3 * 0.75, 0.07 + 0.16 * near
        town_row(paint, base, size, near)


def town_row(paint: Underpainting, base: float, size: float, near: float) -> None:
    """One row of houses side by side; ``near`` 0..1."""
    rng, shapes, x = paint.rng, [], -0.1
    while x < 1.05:
        wide, high = size * rng.uniform(0.5, 1.1), size * rng.uniform(0.8, 1.7)
        if rng.random() < 0.06:
            wide, high = size * 0.35, size * 3
        tint = paint.palette.mix(
            "haze", str(rng.choice(["light", "ground", "accent", "second"])), rng.uniform(0.2, 0.9)
        )
        wall = tint * (0.75 + 0.25 * near)
        top = base - high
        shapes.append(("polygon", [(x, base + size), (x + wide, base + size), (x + wide, top), (x, top)], wall))
        side = [(x + wide * 0.7, base + size), (x + wide, base + size), (x + wide, top), (x + wide * 0.7, top)]
        shapes.append(("polygon", side, wall * 0.72))
        roof = paint.palette.mix("accent", "dark", rng.uniform(0, 0.45))
        gable = [(x - wide * 0.05, top), (x + wide * rng.uniform(0.3, 0.6), top - high * 0.35), (x + wide * 1.05, top)]
        shapes.append(("polygon", gable, roof))
        for row in range(3):
            for column in range(3):
                if rng.random() < 0.6:
                    left, up = x + wide * (0.1 + 0.22 * column), top + high * (0.12 + 0.3 * row)
                    pane = paint.palette.rgb("second" if rng.random() < 0.25 else "dark")
                    box = [
                        (left, up),
                        (left + wide * 0.1, up),
                        (left + wide * 0.1, up + high * 0.14),
                        (left, up + high * 0.14),
                    ]
                    shapes.append(("polygon", box, pane))
        x += wide * rng.uniform(0.85, 1.1)
    paint.draw_in(shapes)


def nocturne(paint: Underpainting) -> None:
    """Night over water or a town: a moon, its path, lamps and their mirror images."""
    rng, colours = paint.rng, paint.palette
    horizon = rng.uniform(0.45, 0.62)
    paint.gradient(
        [(0, colours.rgb("dark", 0.02)), (0.7, colours.mix("dark", "sky", 0.45)), (1, colours.mix("dark", "haze", 0.4))]
    )
    x, y = rng.uniform(0.2, 0.8), rng.uniform(0.12, 0.3)
    glow = np.exp(-(((paint.across - x) * paint.width / paint.height) ** 2 + (paint.down - y) ** 2) / 0.03)
    paint.lay(glow, colours.mix("sky", "light", 0.5), 0.65)
    paint.lay(paint.ellipse((x, y), (0.045, 0.045), 1), colours.rgb("light", 0.03))
    paint.lay(
        np.clip(paint.noise(3, 4, 2.5) - 0.5, 0, 1) * (paint.down < horizon), colours.mix("dark", "far", 0.5), 0.6
    )
    shore = horizon - 0.05 - 0.05 * np.abs(paint.ridge(5, 0.5))
    paint.lay(paint.below(shore.astype(np.float32)), colours.rgb("dark", -0.03))
    water = np.clip((paint.down - horizon) * 60, 0, 1)
    paint.lay(water, colours.mix("dark", "far", 0.45))
    ripple = np.clip(np.sin(40 * np.sqrt(np.maximum(paint.down - horizon, 0)) + paint.noise(8, 3, 5) * 2), 0, 1)
    path = np.exp(-(((paint.across - x) / 0.07) ** 2))
    paint.lay(water * ripple * path, colours.rgb("light"), 0.85)
    for lamp in rng.uniform(0.02, 0.98, int(rng.integers(5, 16))):
        tint = colours.mix("second", "light", rng.uniform(0, 0.5))
        paint.lay(paint.ellipse((lamp, horizon - rng.uniform(0.01, 0.05)), (0.008, 0.008), 1), tint)
        paint.lay(np.exp(-(((paint.across - lamp) / 0.008) ** 2)) * water * ripple, tint, 0.7)
