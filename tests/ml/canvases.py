"""Small invented pictures for tests of the studio: a soft ground with a few forms, no two alike."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from ml.images import Pixels


def canvas(seed: int, side: int = 48) -> Image.Image:
    random = np.random.default_rng([7, seed])
    ground = Image.fromarray(random.integers(30, 226, (3, 3, 3), np.uint8)).resize(
        (side, side), Image.Resampling.BICUBIC
    )
    pen = ImageDraw.Draw(ground)
    for _form in range(int(random.integers(3, 7))):
        x, y = (int(each) for each in random.integers(-side // 8, side * 7 // 8, 2))
        wide, high = (int(each) for each in random.integers(side // 8, side // 2, 2))
        colour = tuple(int(each) for each in random.integers(0, 256, 3))
        (pen.ellipse if random.random() < 0.5 else pen.rectangle)((x, y, x + wide, y + high), fill=colour)
    return ground


def canvases(count: int, *, first: int = 0, side: int = 48) -> Pixels:
    """``uint8 [count, 3, side, side]``."""
    return np.stack([np.asarray(canvas(seed, side)).transpose(2, 0, 1) for seed in range(first, first + count)])
