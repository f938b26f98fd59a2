"""Constructed pictures whose measures one can tell beforehand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ml.appraisal.picture import Picture
from ml.appraisal.seen import Seen

Pixels = NDArray[np.uint8]


def plain(colour: str, size: tuple[int, int] = (384, 288)) -> Image.Image:
    """``size`` is width, height."""
    return Image.new("RGB", size, colour)


def pixels(picture: Image.Image) -> Pixels:
    return np.array(picture.convert("RGB"))


def disc(x: float, y: float, *, radius: float = 0.08, ground: str = "#909090", colour: str = "#c01818") -> Pixels:
    """A disc on a plain ground, its middle at shares of width and height, its radius a share of the width."""
    picture = plain(ground)
    width, height = picture.size
    reach = radius * width
    box = (x * width - reach, y * height - reach, x * width + reach, y * height + reach)
    ImageDraw.Draw(picture).ellipse(box, fill=colour)
    return pixels(picture)


def halves(left: str, right: str, *, share: float = 0.5, size: tuple[int, int] = (384, 288)) -> Pixels:
    """Two colours side by side; the left one takes ``share`` of the width."""
    picture = plain(right, size)
    ImageDraw.Draw(picture).rectangle((0, 0, round(share * size[0]) - 1, size[1]), fill=left)
    return pixels(picture)


def above_and_below(top: str, bottom: str, *, at: float = 0.5) -> Pixels:
    """Two colours one above the other; the upper takes ``at`` of the height."""
    return np.ascontiguousarray(halves(top, bottom, share=at, size=(288, 384)).transpose(1, 0, 2))


def stripes(degrees: float, *, period: float, side: int = 384) -> Pixels:
    """Grey waves whose crests run at so many degrees counter-clockwise from level."""
    y, x = np.mgrid[:side, :side]
    turned = np.radians(degrees)
    across = x * np.sin(turned) + y * np.cos(turned)
    wave = 0.5 + 0.4 * np.sin(2 * np.pi * across / period)
    return np.repeat(np.rint(wave * 255).astype(np.uint8)[:, :, None], 3, axis=2)


def noise(exponent: float, *, size: tuple[int, int] = (384, 384), seed: int = 1) -> Pixels:
    """Grey noise whose power falls as frequency to the ``exponent`` (0 white, −2 as natural scenes have)."""
    random = np.random.default_rng(seed)
    width, height = size
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    frequency[0, 0] = 1
    phases = np.fft.rfft2(random.normal(size=(height, width)))
    found = np.fft.irfft2(phases * frequency ** (exponent / 2), (height, width))
    grey = np.clip(128 + 40 * (found - found.mean()) / found.std(), 0, 255)
    return np.repeat(grey.astype(np.uint8)[:, :, None], 3, axis=2)


def looked(look, picture: Pixels) -> Seen:
    """What one look sees."""
    seen = Seen()
    look(Picture(picture), seen)
    return seen
