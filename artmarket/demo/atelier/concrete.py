"""Pictures of nothing but themselves: planes, fields of colour, gestures, and scenes broken into facets."""

from __future__ import annotations

import itertools

import numpy as np
from PIL import Image, ImageDraw

from artmarket.demo.atelier.colour import Array, Palette, as_fill
from artmarket.demo.atelier.noise import clouds
from artmarket.demo.atelier.underpainting import Underpainting

SUPER = 2


def opened(width: int, height: int, ground: Array) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A picture at twice the size, so that its edges come out smooth."""
    picture = Image.new("RGB", (width * SUPER, height * SUPER), as_fill(ground))
    return picture, ImageDraw.Draw(picture, "RGBA")


def closed(picture: Image.Image) -> Array:
    return np.asarray(picture.reduce(SUPER), np.float32) / 255


def planes(width: int, height: int, palette: Palette, rng: np.random.Generator, kind: str, density: float) -> Array:
    """Constructed pictures: ``diagonal`` beams and discs, a ``grid`` of fields, or nested ``arcs``."""
    picture, draw = opened(width, height, palette.rgb("light"))
    size = picture.size
    {"diagonal": beams, "grid": grid, "arcs": arcs}[kind](draw, size, palette, rng, density)
    return closed(picture)


def tint(
    palette: Palette, rng: np.random.Generator, roles: tuple[str, ...] = ("accent", "second", "dark", "far", "sky")
) -> Array:
    return palette.rgb(str(rng.choice(roles)), float(rng.normal(0, 0.02)))


def beams(
    draw: ImageDraw.ImageDraw, size: tuple[int, int], palette: Palette, rng: np.random.Generator, density: float
) -> None:
    """Bars on two crossing slants, discs and a wedge."""
    wide, high = size
    slant = rng.uniform(0.35, 1.1) * rng.choice([-1, 1])
    centre = np.array([wide * rng.uniform(0.35, 0.65), high * rng.uniform(0.35, 0.65)])
    radius = high * rng.uniform(0.14, 0.3)
    x, y = centre + rng.normal(0, 0.12, 2) * size
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], as_fill(tint(palette, rng)))
    for step in range(int(9 * density + rng.integers(0, 6))):
        angle = slant + (np.pi / 2 if rng.random() < 0.35 else 0)
        along, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        middle = centre + rng.normal(0, 0.22, 2) * size
        long, thick = high * rng.uniform(0.15, 0.6), high * rng.choice([0.006, 0.012, 0.03, 0.06, 0.12])
        corners = [
            tuple(middle + along * long * a + aside * thick * b) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        draw.polygon(corners, as_fill(tint(palette, rng), 1.0 if step % 4 else 0.72))
    small = high * rng.uniform(0.02, 0.06)
    x, y = centre + rng.normal(0, 0.25, 2) * size
    draw.ellipse([x - small, y - small, x + small, y + small], as_fill(palette.rgb("accent")))
    tip = centre + rng.normal(0, 0.2, 2) * size
    edge = high * rng.uniform(0.12, 0.3)
    draw.polygon(
        [tuple(tip), (tip[0] + edge, tip[1] + edge * 0.3), (tip[0] + edge * 0.2, tip[1] + edge)],
        as_fill(palette.rgb("dark")),
    )


def grid(
    draw: ImageDraw.ImageDraw, size: tuple[int, int], palette: Palette, rng: np.random.Generator, density: float
) -> None:
    """Unequal fields between bars, some filled, some with a quarter disc."""
    wide, high = size
    columns = np.sort(np.r_[0, rng.uniform(0.08, 0.92, int(3 + 3 * density)), 1]) * wide
    rows = np.sort(np.r_[0, rng.uniform(0.08, 0.92, int(2 + 3 * density)), 1]) * high
    for left, right in itertools.pairwise(columns):
        for top, bottom in itertools.pairwise(rows):
            roll = rng.random()
            if roll < 0.6:
                draw.rectangle(
                    [left, top, right, bottom],
                    as_fill(tint(palette, rng, ("accent", "second", "haze", "sky", "far", "ground", "dark"))),
                )
            if roll < 0.28:
                radius = min(right - left, bottom - top)
                x, y = (left, top) if rng.random() < 0.5 else (right, bottom)
                draw.pieslice(
                    [x - radius, y - radius, x + radius, y + radius],
                    *((0, 90) if x == left else (180, 270)),
                    as_fill(tint(palette, rng)),
                )
    bar = high * 0.009
    for x in columns[1:-1]:
        draw.rectangle([x - bar, 0, x + bar, high], as_fill(palette.rgb("dark")))
    for y in rows[1:-1]:
        draw.rectangle([0, y - bar, wide, y + bar], as_fill(palette.rgb("dark")))


def arcs(
    draw: ImageDraw.ImageDraw, size: tuple[int, int], palette: Palette, rng: np.random.Generator, density: float
) -> None:
    """Nested half rings, stacked and turned by right angles."""
    wide, high = size
    across = int(2 + round(2 * density * rng.uniform(0.6, 1.2)))
    cell = wide / across
    for row in range(int(np.ceil(high / cell))):
        for column in range(across):
            left, top = column * cell, row * cell
            draw.rectangle(
                [left, top, left + cell, top + cell], as_fill(tint(palette, rng, ("light", "haze", "sky", "ground")))
            )
            turn = int(rng.integers(0, 4))
            x, y = left + cell * (turn in (1, 2)), top + cell * (turn in (2, 3))
            first = {0: 0, 1: 90, 2: 180, 3: 270}[turn]
            for ring in np.linspace(1, 0.2, int(rng.integers(2, 6))):
                radius = cell * ring
                draw.pieslice(
                    [x - radius, y - radius, x + radius, y + radius], first, first + 90, as_fill(tint(palette, rng))
                )


def fields(width: int, height: int, palette: Palette, rng: np.random.Generator, kind: str, density: float) -> Array:
    """Soft-edged ``stacks`` of colour, ``stripes``, or poured ``veils``."""
    paint = Underpainting(width, height, palette.varied(rng, 0.03), rng)
    paint.gradient([(0, palette.mix("ground", "haze", 0.3)), (1, palette.rgb("ground"))])
    breath = paint.noise(3, 4)
    wobble = clouds(rng, width, height, 8, 3) * 0.006
    roles = rng.permutation(["sky", "haze", "far", "light", "accent", "second", "dark"])
    {"stacks": stacks, "stripes": stripes, "veils": veils}[kind](paint, roles, wobble, density)
    return paint.rgb * (1 + breath * 0.025)[..., None]


def stacks(paint: Underpainting, roles: Array, wobble: Array, density: float) -> None:
    """Two to four glowing blocks, one above the other."""
    rng, count = paint.rng, int(paint.rng.integers(2, 4 + int(density)))
    cuts = np.cumsum(np.r_[0.07, rng.uniform(0.5, 1.6, count)])
    cuts = 0.06 + (cuts - cuts[0]) / (cuts[-1] - cuts[0]) * 0.88
    for place in range(count):
        inside = np.minimum(paint.down + wobble - cuts[place] - 0.012, cuts[place + 1] - 0.012 - paint.down + wobble)
        inside = np.minimum(
            inside, np.minimum(paint.across - 0.07, 0.93 - paint.across) * paint.width / paint.height + wobble
        )
        mask = np.clip(inside / 0.022, 0, 1)
        cloud = np.clip(0.86 + paint.noise(5, 3, 3) * 0.07, 0, 1)
        paint.lay(mask * cloud, paint.palette.rgb(str(roles[place])), 0.92)


def stripes(paint: Underpainting, roles: Array, wobble: Array, density: float) -> None:
    """Upright bands of unequal width, with a thin line or two."""
    rng = paint.rng
    cuts = np.sort(np.r_[0, rng.uniform(0, 1, int(2 + 4 * density)), 1])
    for place, (left, right) in enumerate(itertools.pairwise(cuts)):
        mask = np.clip(np.minimum(paint.across + wobble - left, right - paint.across - wobble) / 0.004, 0, 1)
        paint.lay(mask, paint.palette.rgb(str(roles[place % len(roles)]), float(rng.normal(0, 0.03))))
    for line in rng.uniform(0.05, 0.95, int(rng.integers(1, 4))):
        paint.lay(np.clip(1 - np.abs(paint.across + wobble * 2 - line) / 0.007, 0, 1), paint.palette.rgb("light"), 0.9)


def veils(paint: Underpainting, roles: Array, wobble: Array, density: float) -> None:
    """Thin paint poured in overlapping tongues over bare canvas."""
    rng = paint.rng
    paint.lay(np.ones_like(paint.down), paint.palette.mix("light", "haze", 0.2))
    for place in range(int(4 + 5 * density)):
        centre, wide = rng.uniform(0.12, 0.88), rng.uniform(0.06, 0.17)
        edge = paint.across - centre - (paint.down - 0.5) * rng.normal(0, 0.3) + wobble * 4
        reach = rng.uniform(0.55, 0.95) + 0.05 * paint.ridge(4)[None, :]
        tongue = np.clip((wide - np.abs(edge)) / 0.012, 0, 1) * np.clip((reach - paint.down) / 0.02, 0, 1)
        rim = np.clip(1 - np.abs(np.abs(edge) - wide) / 0.02, 0, 1) * tongue
        colour = paint.palette.rgb(str(roles[place % len(roles)]))
        paint.lay(tongue, paint.rgb * (0.25 + 0.75 * colour), 0.75)
        paint.lay(rim, colour * 0.8, 0.35)


def gestures(width: int, height: int, palette: Palette, rng: np.random.Generator, kind: str, density: float) -> Array:
    """The trace of an arm: ``sweeps`` of a broad brush, ``skeins`` of poured line, or dark ``bars``."""
    paint = Underpainting(width, height, palette, rng)
    paint.gradient([(0, palette.rgb("light")), (1, palette.mix("light", "haze", 0.5))])
    cloud = paint.noise(2.5, 4)
    paint.lay(np.clip(cloud - 0.4, 0, 1), palette.mix("haze", "ground", 0.5), 0.7)
    picture = Image.fromarray((np.clip(paint.rgb, 0, 1) * 255).astype(np.uint8)).resize((width * SUPER, height * SUPER))
    draw = ImageDraw.Draw(picture, "RGBA")
    count = int({"sweeps": 13, "skeins": 34, "bars": 8}[kind] * density)
    for _ in range(count):
        gesture(draw, picture.size, palette, rng, kind)
    spatter(draw, picture.size, palette, rng)
    return closed(picture)


def gesture(
    draw: ImageDraw.ImageDraw, size: tuple[int, int], palette: Palette, rng: np.random.Generator, kind: str
) -> None:
    """One movement, drawn hair by hair."""
    wide, high = size
    steps = np.linspace(0, 1, 26)[:, None]
    if kind == "bars":
        start = np.array([rng.uniform(0.0, 0.9) * wide, rng.uniform(0.05, 0.9) * high])
        across = rng.random() < 0.5
        end = start + np.array(
            [wide * rng.uniform(0.3, 0.8), high * rng.normal(0, 0.06)]
            if across
            else [wide * rng.normal(0, 0.06), high * rng.uniform(0.4, 0.8)]
        )
        knots = [start, (start + end) / 2 + rng.normal(0, 0.02, 2) * high, end]
    else:
        spread = 0.3 if kind == "sweeps" else 0.42
        knots = [np.array([wide, high]) * (0.5 + rng.normal(0, spread, 2)) for _ in range(4)]
    weights = [
        np.array([[1.0]])
        * (1 - steps) ** (len(knots) - 1 - i)
        * steps**i
        * [[1, 2, 1], [1, 3, 3, 1]][len(knots) - 3][i]
        for i in range(len(knots))
    ]
    spine = sum(weight * knot for weight, knot in zip(weights, knots, strict=True))
    normal = np.gradient(spine, axis=0)[:, ::-1] * [-1, 1]
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-6
    thick = (
        high
        * {"sweeps": rng.uniform(0.02, 0.075), "skeins": rng.uniform(0.002, 0.007), "bars": rng.uniform(0.05, 0.1)}[
            kind
        ]
    )
    roles = ("dark", "dark", "accent") if kind == "bars" else ("dark", "accent", "second", "far", "sky", "light")
    colour = tint(palette, rng, roles)
    hairs = 3 if kind == "skeins" else int(thick / 2.2)
    for off in np.linspace(-1, 1, max(hairs, 2)):
        first, last = int(rng.integers(0, 3)), 26 - int(rng.integers(0, 8))
        shade = np.clip(colour * (1 + rng.normal(0, 0.09)) + rng.normal(0, 0.015), 0, 1)
        path = spine[first:last] + normal[first:last] * thick * off
        line = max(1, int(thick * 2 / max(hairs, 1) + 1.5))
        draw.line([tuple(point) for point in path.tolist()], as_fill(shade, rng.uniform(0.55, 1)), width=line)


def spatter(draw: ImageDraw.ImageDraw, size: tuple[int, int], palette: Palette, rng: np.random.Generator) -> None:
    """Drops and runs."""
    wide, high = size
    for _ in range(int(rng.integers(30, 110))):
        x, y, radius = rng.uniform(0, wide), rng.uniform(0, high), abs(rng.normal(0, 0.004)) * high + 1
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], as_fill(tint(palette, rng), 0.9))
        if rng.random() < 0.07:
            draw.line([(x, y), (x, y + high * rng.uniform(0.05, 0.3))], as_fill(tint(palette, rng), 0.7), width=3)


def facets(scene: Array, palette: Palette, rng: np.random.Generator, count: int, shift: float, line: float) -> Array:
    """A scene seen from several places at once: straight cuts shift, shade and edge it."""
    height, width = scene.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    move_x, move_y, shade = np.zeros((3, height, width), np.float32)
    edge = np.zeros((height, width), np.float32)
    for _ in range(count):
        angle = rng.choice([0.5, 1.1, 2.0, 2.7]) + rng.normal(0, 0.18)
        x, y = rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height
        far = (across - x) * np.cos(angle) + (down - y) * np.sin(angle)
        side = (far > 0).astype(np.float32)
        reach = np.hypot(across - x, down - y) < rng.uniform(0.3, 0.8) * width
        dx, dy = rng.normal(0, shift * width, 2)
        move_x += side * dx * reach
        move_y += side * dy * reach
        shade += side * reach * np.exp(-far / (0.09 * width)) * rng.choice([-0.26, 0.2])
        edge = np.maximum(edge, np.clip(1 - np.abs(far) / 1.1, 0, 1) * reach)
    row = np.clip(down + move_y, 0, height - 1).astype(int)
    column = np.clip(across + move_x, 0, width - 1).astype(int)
    broken = scene[row, column] * (1 + shade[..., None])
    broken += np.clip(shade, 0, 0.5)[..., None] * (palette.rgb("haze") - broken) * 0.9
    broken += (palette.rgb("dark") - broken) * (edge * line)[..., None]
    return np.clip(broken, 0, 1).astype(np.float32)
