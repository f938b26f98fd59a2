"""Variations that leave a picture's labels as they are: what another photograph of the same work would look like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from ml.images import Pixels, UnreadablePicture, square
from ml.perturbing import grey, recompressed

LEAST_WINDOW = 0.6
WORST_QUALITY = 35


def varied_file(path: Path, side_px: int, random: np.random.Generator) -> Pixels:
    """A file's picture, varied, as ``uint8 [3, side, side]``. Raises ``UnreadablePicture``."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (side_px, side_px))
            return varied(picture.convert("RGB"), side_px, random)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(f"{path.name}: {error}") from error


def varied(picture: Image.Image, side_px: int, random: np.random.Generator) -> Pixels:
    """A window of the picture, perhaps mirrored, bordered, in another light, compressed again."""
    shown = window(picture, random).resize((side_px, side_px), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if random.random() < 0.5:
        shown = shown.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if random.random() < 0.2:
        shown = bordered(shown, random)
    shown = lit(shown, random)
    if random.random() < 0.5:
        shown = recompressed(shown, int(random.integers(WORST_QUALITY, 95)))
    return square(shown, side_px)


def window(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """A part of at least ``LEAST_WINDOW`` of each side; half of the time the whole."""
    if random.random() < 0.5:
        return picture
    width, height = picture.size
    across, down = (random.uniform(LEAST_WINDOW, 1, 2) * (width, height)).clip(min=1)
    left, top = random.uniform(0, width - across), random.uniform(0, height - down)
    return picture.crop((int(left), int(top), int(left + across) or 1, int(top + down) or 1))


def bordered(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """A plain strip around it, as of a mount or a badly cut scan."""
    side = picture.width
    edge = int(side * random.uniform(0.02, 0.08))
    around = Image.new("RGB", picture.size, tuple(int(value) for value in random.integers(0, 256, 3)))
    around.paste(picture.resize((side - 2 * edge, side - 2 * edge)), (edge, edge))
    return around


def lit(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """Other exposure, contrast, saturation and white balance; one time in ten without colour."""
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = enhance(picture).enhance(random.uniform(0.8, 1.2))
    if random.random() < 0.1:
        return grey(picture)
    gains = random.uniform(0.92, 1.08, 3)
    return picture.point([min(255, round(level * gain)) for gain in gains for level in range(256)])
