"""Paints one picture: hand, subject, age and seed in; a Pillow picture out. The same in, the same out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from artmarket.demo.atelier import concrete, indoors, outdoors, paperwork, strokes, surface
from artmarket.demo.atelier.colour import Array, Palette, harmonise
from artmarket.demo.atelier.hands import HANDS, Hand
from artmarket.demo.atelier.noise import resized
from artmarket.demo.atelier.underpainting import Underpainting

SCENES: dict[str, Callable[[Underpainting], None]] = {
    "landscape": outdoors.landscape,
    "seascape": outdoors.seascape,
    "roofs": outdoors.roofs,
    "nocturne": outdoors.nocturne,
    "still_life": indoors.still_life,
    "portrait": indoors.portrait,
    "interior": indoors.interior,
}


@dataclass(frozen=True)
class Order:
    """What to paint. ``age`` 0..1 through the artist's years; ``deviation`` 0 is the hand itself, about 0.5 a follower's,
    1 a stranger's copy; ``scene_seed`` fixes the composition, ``hand_seed`` the strokes, so that a copy shares the first.
    """

    hand: str
    subject: str
    age: float
    shape: float
    scene_seed: int
    hand_seed: int
    deviation: float = 0.0
    long_side: int = 680


def paint(order: Order) -> Image.Image:
    """The picture, 480 to 900 pixels on its long side, RGB."""
    hand = HANDS[order.hand]
    rng = np.random.default_rng(order.hand_seed)
    composing = np.random.default_rng(order.scene_seed)
    palette = hand.palette(order.age).varied(composing, 0.012)
    if order.deviation:
        palette = palette.varied(rng, 0.03 * order.deviation)
        hand = strayed(hand, order.deviation, rng)
    width, height = pixels(order)
    rgb = TECHNIQUES[hand.technique](hand, order, palette, composing, rng, width, height)
    return Image.fromarray((np.clip(rgb, 0, 1) * 255).astype(np.uint8))


def paint_file(order: Order, file: Path) -> Path:
    """Paint one picture into a JPEG file; here, so that a process of its own need not set the site up."""
    paint(order).save(file, quality=90)
    return file


def pixels(order: Order) -> tuple[int, int]:
    long = order.long_side
    return (long, round(long / order.shape)) if order.shape >= 1 else (round(long * order.shape), long)


def strayed(hand: Hand, deviation: float, rng: np.random.Generator) -> Hand:
    """A hand that imitates another: its brush a little wrong, its relief tamer."""
    brush = replace(
        hand.brush,
        width=hand.brush.width * (1 + 0.5 * deviation),
        length=hand.brush.length * float(1 + rng.normal(0, 0.35) * deviation),
        jitter=hand.brush.jitter * (1 - 0.4 * deviation),
        slant=hand.brush.slant + 0.5 * deviation,
    )
    return replace(
        hand, brush=brush, relief=hand.relief * (1 - 0.5 * deviation), harmony=hand.harmony * (1 - deviation / 2)
    )


def aged_brush(hand: Hand, age: float) -> strokes.Brush:
    """Late strokes are broader and looser."""
    brush = hand.brush
    return replace(
        brush,
        width=brush.width * (0.85 + 0.5 * age),
        bend=brush.bend * (0.7 + 0.7 * age),
        jitter=brush.jitter * (0.8 + 0.5 * age),
    )


def scene(order: Order, palette: Palette, rng: np.random.Generator, width: int, height: int, harmony: float) -> Array:
    """The underpainting at about half the size."""
    share = 384 / max(width, height)
    under = Underpainting(round(width * share), round(height * share), palette, rng)
    SCENES[order.subject](under)
    return harmonise(np.clip(under.rgb, 0, 1), palette, harmony)


def in_oil(
    hand: Hand,
    order: Order,
    palette: Palette,
    composing: np.random.Generator,
    rng: np.random.Generator,
    width: int,
    height: int,
) -> Array:
    """Strokes over an underpainting; old masters under varnish."""
    under = scene(order, palette, composing, width, height, hand.harmony)
    painted, angle = strokes.paint_over(under, width, height, aged_brush(hand, order.age), palette, rng)
    if hand.varnish:
        fine = np.stack([resized(under[..., part], width, height) for part in range(3)], -1)
        painted = painted * 0.5 + fine * 0.5
    painted = surface.relief(painted, angle, rng, hand.relief)
    painted = surface.canvas(painted, rng, 0.9 if hand.varnish else 0.6)
    return surface.aged(painted, rng, hand.varnish, 0.8 if hand.varnish > 0.3 else 0.0)


def in_dots(
    hand: Hand,
    order: Order,
    palette: Palette,
    composing: np.random.Generator,
    rng: np.random.Generator,
    width: int,
    height: int,
) -> Array:
    """Touches of divided colour over a pale ground."""
    under = scene(order, palette, composing, width, height, hand.harmony * 0.6)
    brush = replace(aged_brush(hand, order.age), layers=2, density=1.6)
    painted, _ = strokes.paint_over(under, width, height, brush, palette, rng)
    fine = replace(brush, layers=1, density=1.3, width=brush.width * 0.9)
    small = (
        np.asarray(
            Image.fromarray((np.clip(painted, 0, 1) * 255).astype(np.uint8)).resize(under.shape[1::-1]), np.float32
        )
        / 255
    )
    painted, angle = strokes.paint_over(small * 0.4 + under * 0.6, width, height, fine, palette, rng)
    return surface.canvas(surface.relief(painted, angle, rng, 0.7), rng, 0.7)


def in_facets(
    hand: Hand,
    order: Order,
    palette: Palette,
    composing: np.random.Generator,
    rng: np.random.Generator,
    width: int,
    height: int,
) -> Array:
    """A scene in facets, painted in short strokes."""
    under = scene(order, palette, composing, width, height, hand.harmony)
    count = int((9 + 7 * order.age) * hand.density)
    full = np.stack([resized(under[..., part], width, height) for part in range(3)], -1)
    broken = concrete.facets(full, palette, composing, count, 0.022 + 0.02 * order.age, hand.line)
    painted, angle = strokes.paint_over(
        broken[::2, ::2], width, height, aged_brush(hand, order.age * 0.3), palette, rng
    )
    painted = painted * 0.45 + broken * 0.55
    return surface.canvas(surface.relief(painted, angle, rng, hand.relief), rng, 0.8)


def in_planes(
    hand: Hand,
    order: Order,
    palette: Palette,
    composing: np.random.Generator,
    rng: np.random.Generator,
    width: int,
    height: int,
) -> Array:
    """Flat planes with a trace of the brush."""
    rgb = concrete.planes(width, height, palette, composing, hand.kind[0], hand.density * (0.8 + 0.5 * order.age))
    rgb = surface.relief(rgb, np.full(rgb.shape[:2], 0.1, np.float32), rng, hand.relief)
    return surface.canvas(rgb, rng, 0.7)


def in_fields(
    hand: Hand,
    order: Order,
    palette: Palette,
    composing: np.random.Generator,
    rng: np.random.Generator,
    width: int,
    height: int,
) -> Array:
    small = concrete.fields(width, height, palette, composing, hand.kind[0], hand.density * (0.8 + 0.4 * order.age))
    return surface.canvas(surface.relief(small, np.full(small.shape[:2], 1.4, np.float32), rng, hand.relief), rng, 1.0)


def in_gestures(
    hand: Hand,
    order: Order,
    palette: Palette,
    composing: np.random.Generator,
    rng: np.random.Generator,
    width: int,
    height: int,
) -> Array:
    rgb = concrete.gestures(width, height, palette, composing, hand.kind[0], hand.density * (0.7 + 0.6 * order.age))
    angle = strokes.flow(rgb[::2, ::2], strokes.Brush(), rng)
    return surface.canvas(surface.relief(rgb, resized(angle, width, height), rng, hand.relief), rng, 0.6)


def in_ink(
    hand: Hand,
    order: Order,
    palette: Palette,
    composing: np.random.Generator,
    rng: np.random.Generator,
    width: int,
    height: int,
) -> Array:
    rgb = paperwork.ink_wash(width, height, palette, composing, hand.kind[0], hand.density * (0.8 + 0.5 * order.age))
    return surface.paper(rgb, rng, 1.6)


def in_wood(
    hand: Hand,
    order: Order,
    palette: Palette,
    composing: np.random.Generator,
    rng: np.random.Generator,
    width: int,
    height: int,
) -> Array:
    under = scene(order, palette, composing, width, height, 0.3)
    angle = resized(strokes.flow(under, hand.brush, rng), width, height)
    rgb = paperwork.woodcut(
        under, width, height, palette, rng, hand.levels, hand.density * (0.8 + 0.4 * order.age), angle
    )
    return surface.paper(rgb, rng, 1.5)


Technique = Callable[[Hand, Order, Palette, np.random.Generator, np.random.Generator, int, int], Array]
TECHNIQUES: dict[str, Technique] = {
    "oil": in_oil,
    "dots": in_dots,
    "facets": in_facets,
    "planes": in_planes,
    "fields": in_fields,
    "gestures": in_gestures,
    "ink": in_ink,
    "woodcut": in_wood,
}
