"""Other photographs of a picture, made by hand: what calibration of "same work" is fitted and tested on."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from ml.images import Pixels, square

Random = np.random.Generator


def recompressed(picture: Image.Image, random: Random) -> Image.Image:
    """Smaller, and as a coarse JPEG."""
    share, out = random.uniform(0.4, 0.8), io.BytesIO()
    small = picture.resize((max(8, int(picture.width * share)), max(8, int(picture.height * share))))
    small.save(out, "JPEG", quality=int(random.integers(30, 70)))
    return Image.open(out).convert("RGB")


def cropped(picture: Image.Image, random: Random) -> Image.Image:
    """Up to 15 % of each side cut off."""
    left, top, right, bottom = random.uniform(0, 0.15, 4)
    wide, high = picture.size
    return picture.crop((int(left * wide), int(top * high), int((1 - right) * wide), int((1 - bottom) * high)))


def framed(picture: Image.Image, random: Random) -> Image.Image:
    """In a frame of one colour, up to a fifth of the side."""
    colour = tuple(int(each) for each in random.integers(0, 255, 3))
    return ImageOps.expand(picture, int(random.uniform(0.04, 0.2) * min(picture.size)), fill=colour)


def cast(picture: Image.Image, random: Random) -> Image.Image:
    """Through warm or cold light, lighter or darker."""
    gains = random.uniform(0.7, 1.15, 3)
    return Image.fromarray((np.asarray(picture) * gains).clip(0, 255).astype(np.uint8))


def without_colour(picture: Image.Image, random: Random) -> Image.Image:
    """In black and white, with another contrast."""
    return ImageEnhance.Contrast(picture.convert("L").convert("RGB")).enhance(float(random.uniform(0.6, 1.4)))


WAYS: tuple[Callable[[Image.Image, Random], Image.Image], ...] = (recompressed, cropped, framed, cast, without_colour)


def another_photograph(pixels: Pixels, random: Random, way: int) -> Image.Image:
    """The picture ``uint8 [3, side, side]`` seen again: by one of ``WAYS``, and compressed anew."""
    picture = Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    return recompressed(WAYS[way % len(WAYS)](picture, random), random)


def as_pixels(picture: Image.Image, side_px: int) -> Pixels:
    return square(picture.convert("RGB"), side_px)
