"""What may happen to a photograph without the hand changing: compression, casts, frames, small files, black and white."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageOps

Picture = Image.Image
Change = Callable[[Picture], Picture]


def recompressed(quality: int) -> Change:
    """JPEG at a quality, and back."""

    def change(picture: Picture) -> Picture:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        with Image.open(io.BytesIO(out.getvalue())) as kept:
            return kept.convert("RGB")

    return change


def cast(red: float, green: float, blue: float) -> Change:
    """Channels multiplied."""

    def change(picture: Picture) -> Picture:
        values = np.asarray(picture, np.float32) * np.array([red, green, blue], np.float32)
        return Image.fromarray(values.clip(0, 255).astype(np.uint8))

    return change


def framed(share: float, colour: tuple[int, int, int]) -> Change:
    """A border around the picture, ``share`` of its shorter side."""
    return lambda picture: ImageOps.expand(picture, max(1, round(share * min(picture.size))), colour)


def cropped(share: float) -> Change:
    """``share`` of every side taken away."""

    def change(picture: Picture) -> Picture:
        width, height = picture.size
        return picture.crop(
            (round(width * share), round(height * share), round(width * (1 - share)), round(height * (1 - share)))
        )

    return change


def shrunk(edge: int) -> Change:
    """No edge longer than ``edge`` pixels."""

    def change(picture: Picture) -> Picture:
        small = picture.copy()
        small.thumbnail((edge, edge))
        return small

    return change


def grey(picture: Picture) -> Picture:
    return picture.convert("L").convert("RGB")


CHANGES: dict[str, Change] = {
    "JPEG quality 30": recompressed(30),
    "JPEG quality 60": recompressed(60),
    "warm cast": cast(1.12, 1.0, 0.85),
    "cold cast": cast(0.88, 1.0, 1.12),
    "darker": cast(0.75, 0.75, 0.75),
    "dark frame, 6 %": framed(0.06, (60, 45, 25)),
    "white border, 4 %": framed(0.04, (250, 250, 250)),
    "cropped, 5 %": cropped(0.05),
    "128 pixels": shrunk(128),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(1.2)),
    "black and white": grey,
}


def changed(pixels: npt.NDArray[np.uint8], name: str) -> npt.NDArray[np.uint8]:
    """``uint8 [h, w, 3]`` after the change called ``name``; ``KeyError`` for an unknown one."""
    return np.asarray(CHANGES[name](Image.fromarray(pixels)).convert("RGB"))
