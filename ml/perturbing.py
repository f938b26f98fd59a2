"""What may happen to a photograph without the work changing: compression, casts, frames, crops, small files, black and white.

``CHANGES`` are the same each time: what learns to bear them is shown them, and what is measured under them can be compared.
``WAYS`` draw how strong they are: other photographs of a picture, to fit and to test on what tells one work from two.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from ml.images import Pixels, square

Picture = Image.Image
Random = np.random.Generator
Change = Callable[[Picture], Picture]


def recompressed(picture: Picture, quality: int) -> Picture:
    """Through JPEG at a quality, and back."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    with Image.open(out) as kept:
        return kept.convert("RGB")


def cast(picture: Picture, gains: npt.ArrayLike) -> Picture:
    """Red, green and blue multiplied."""
    return Image.fromarray((np.asarray(picture) * np.asarray(gains)).clip(0, 255).astype(np.uint8))


def framed(picture: Picture, share: float, colour: tuple[int, int, int]) -> Picture:
    """A border around the picture, ``share`` of its shorter side."""
    return ImageOps.expand(picture, max(1, round(share * min(picture.size))), colour)


def cropped(picture: Picture, share: float) -> Picture:
    """``share`` of every side taken away."""
    width, height = picture.size
    return picture.crop(
        (round(width * share), round(height * share), round(width * (1 - share)), round(height * (1 - share)))
    )


def shrunk(picture: Picture, edge: int) -> Picture:
    """No edge longer than ``edge`` pixels."""
    small = picture.copy()
    small.thumbnail((edge, edge))
    return small


def scaled(picture: Picture, share: float) -> Picture:
    """Each side ``share`` of what it was."""
    return picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.LANCZOS)


def grey(picture: Picture) -> Picture:
    return picture.convert("L").convert("RGB")


CHANGES: dict[str, Change] = {
    "JPEG quality 30": lambda picture: recompressed(picture, 30),
    "JPEG quality 60": lambda picture: recompressed(picture, 60),
    "warm cast": lambda picture: cast(picture, (1.12, 1.0, 0.85)),
    "cold cast": lambda picture: cast(picture, (0.88, 1.0, 1.12)),
    "darker": lambda picture: cast(picture, (0.75, 0.75, 0.75)),
    "dark frame, 6 %": lambda picture: framed(picture, 0.06, (60, 45, 25)),
    "white border, 4 %": lambda picture: framed(picture, 0.04, (250, 250, 250)),
    "cropped, 5 %": lambda picture: cropped(picture, 0.05),
    "128 pixels": lambda picture: shrunk(picture, 128),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(1.2)),
    "black and white": grey,
}
RESIZINGS: dict[str, Change] = {
    "jpeg60": CHANGES["JPEG quality 60"],
    "three_quarters": lambda picture: scaled(picture, 0.75),
    "half": lambda picture: scaled(picture, 0.5),
    "half_jpeg60": lambda picture: recompressed(scaled(picture, 0.5), 60),
}
"""What a file loses on its way through the net, and nothing else: what a measure of the picture must bear."""


def changed(pixels: npt.NDArray[np.uint8], name: str) -> npt.NDArray[np.uint8]:
    """``uint8 [h, w, 3]`` after the change called ``name``; ``KeyError`` for an unknown one."""
    return np.asarray((CHANGES | RESIZINGS)[name](Image.fromarray(pixels)).convert("RGB"))


def made_small(picture: Picture, random: Random) -> Picture:
    """Smaller, and as a coarse JPEG."""
    share = random.uniform(0.4, 0.8)
    small = picture.resize((max(8, int(picture.width * share)), max(8, int(picture.height * share))))
    return recompressed(small, int(random.integers(30, 70)))


def cut(picture: Picture, random: Random) -> Picture:
    """Up to 15 % of each side cut off."""
    left, top, right, bottom = random.uniform(0, 0.15, 4)
    wide, high = picture.size
    return picture.crop((int(left * wide), int(top * high), int((1 - right) * wide), int((1 - bottom) * high)))


def in_a_frame(picture: Picture, random: Random) -> Picture:
    """In a frame of one colour, up to a fifth of the side."""
    colour = tuple(int(each) for each in random.integers(0, 255, 3))
    return ImageOps.expand(picture, int(random.uniform(0.04, 0.2) * min(picture.size)), fill=colour)


def recoloured(picture: Picture, random: Random) -> Picture:
    """Through warm or cold light, lighter or darker."""
    return cast(picture, random.uniform(0.7, 1.15, 3))


def without_colour(picture: Picture, random: Random) -> Picture:
    """In black and white, with another contrast."""
    return ImageEnhance.Contrast(grey(picture)).enhance(float(random.uniform(0.6, 1.4)))


WAYS: tuple[Callable[[Picture, Random], Picture], ...] = (made_small, cut, in_a_frame, recoloured, without_colour)


def another_photograph(pixels: Pixels, random: Random, way: int) -> Picture:
    """The picture ``uint8 [3, side, side]`` seen again: by one of ``WAYS``, and compressed anew."""
    picture = Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    return made_small(WAYS[way % len(WAYS)](picture, random), random)


def as_pixels(picture: Picture, side_px: int) -> Pixels:
    return square(picture.convert("RGB"), side_px)
