"""Pictures that are no artworks, made by rule: what is sent by mistake, to measure how often a model refuses to speak of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ml.images import Pixels

Random = np.random.Generator
SIDE = 512
OF_EACH_KIND = 8
LETTERS = "abcdefghijklmnopqrstuvwxyz"
INKS = ("#111111", "#1f4e9e", "#a01818", "#0b6b3a", "#6a3d9a", "#d97706")


def page_of_text(random: Random) -> Image.Image:
    """Black or blue words in lines on white: a letter, a page of a book."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    draw, size = ImageDraw.Draw(picture), int(random.integers(11, 24))
    font = ImageFont.load_default(size)
    for top in range(int(random.integers(12, 40)), SIDE - 20, int(size * 1.5)):
        if random.random() > 0.12:
            draw.text(
                (24, top), words(random, (SIDE - 48) // (size // 2)), fill=INKS[int(random.integers(2))], font=font
            )
    return picture


def words(random: Random, length: int) -> str:
    drawn = "".join(random.choice(list(LETTERS), length))
    spaces = random.random(length) < 0.17
    return "".join(" " if space else letter for letter, space in zip(drawn, spaces, strict=True))


def screen(random: Random) -> Image.Image:
    """A program's window: bars, buttons, a table."""
    picture = Image.new("RGB", (SIDE, SIDE), "#f4f5f7")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(13)
    draw.rectangle((0, 0, SIDE, 40), fill=INKS[int(random.integers(len(INKS)))])
    draw.rectangle((0, 40, int(random.integers(80, 150)), SIDE), fill="#e2e6ec")
    for top in range(60, SIDE, int(random.integers(24, 40))):
        draw.line((170, top, SIDE - 20, top), fill="#c3c9d2")
        draw.text((10, top + 4), words(random, 9), fill="#333333", font=font)
        draw.text((180, top + 4), words(random, 34), fill="#111111", font=font)
    return picture


def chart(random: Random) -> Image.Image:
    """Bars or a line between axes, on white."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    draw, values = ImageDraw.Draw(picture), random.uniform(0.1, 0.95, int(random.integers(5, 14)))
    ink, step = INKS[int(random.integers(1, len(INKS)))], 420 / len(values)
    for level in range(5):
        draw.line((60, 60 + 95 * level, 480, 60 + 95 * level), fill="#dddddd")
    points = [(60 + step * (place + 0.5), 440 - 380 * value) for place, value in enumerate(values)]
    if random.random() < 0.5:
        draw.line(points, fill=ink, width=4)
    else:
        for across, top in points:
            draw.rectangle((across - step * 0.35, top, across + step * 0.35, 440), fill=ink)
    draw.line((60, 40, 60, 440, 490, 440), fill="black", width=2)
    draw.text((60, 15), words(random, 30), fill="black", font=ImageFont.load_default(16))
    return picture


def code(random: Random) -> Image.Image:
    """A square code as on a ticket: black and white modules with three finders."""
    count = int(random.choice([21, 25, 29, 33]))
    modules = random.random((count, count)) < 0.5
    finder = np.pad(np.pad(np.ones((3, 3), bool), 1), 1, constant_values=True)
    for down, across in ((0, 0), (0, count - 7), (count - 7, 0)):
        modules[down : down + 7, across : across + 7] = finder
    light = np.pad(~modules, 3, constant_values=True).astype(np.uint8) * 255
    return Image.fromarray(light).resize((SIDE, SIDE), Image.Resampling.NEAREST).convert("RGB")


def noise(random: Random) -> Image.Image:
    """Every pixel, or block of pixels, by chance."""
    block = int(random.choice([1, 2, 4]))
    small = random.integers(0, 256, (SIDE // block, SIDE // block, 3), np.uint8)
    return Image.fromarray(small).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def test_card(random: Random) -> Image.Image:
    """Even stripes or a chequered board in two colours."""
    width, (one, other) = int(random.choice([8, 16, 32])), random.integers(0, 256, (2, 3))
    down, across = np.mgrid[:SIDE, :SIDE] // width
    board = (down + across if random.random() < 0.5 else across) % 2
    return Image.fromarray(np.where(board[:, :, None], one, other).astype(np.uint8))


KINDS: Mapping[str, Callable[[Random], Image.Image]] = {
    "page of text": page_of_text,
    "screen": screen,
    "chart": chart,
    "square code": code,
    "noise": noise,
    "test card": test_card,
}


def constructed(kind: str, number: int) -> Pixels:
    """``uint8 [512, 512, 3]`` of a kind of ``KINDS``; the same number gives the same picture."""
    return np.asarray(KINDS[kind](np.random.default_rng([list(KINDS).index(kind), number])))


def refused(is_refused: Callable[[Pixels], bool], *, of_each: int = OF_EACH_KIND) -> dict[str, float]:
    """By kind, the share of ``of_each`` constructed pictures of which nothing is said."""
    return {
        kind: float(np.mean([is_refused(constructed(kind, number)) for number in range(of_each)])) for kind in KINDS
    }


def in_words(shares: Mapping[str, float]) -> str:
    """A card's limit: how many constructed non-artworks are refused, and which kinds are not."""
    missed = ", ".join(f"{kind} {share:.0%}" for kind, share in shares.items() if share < 1) or "none"
    mean = sum(shares.values()) / len(shares)
    return (
        f"Of constructed pictures that are no artworks ({', '.join(shares)}) {mean:.0%} are refused; refused less than always: "
        f"{missed}. A photograph of something else may pass for a picture that it knows."
    )
