"""Many pictures on one sheet, to look at."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from PIL import Image

from ml.images import Pixels


def sheet(pixels: Pixels, columns: int | None = None, *, gap_px: int = 0) -> Image.Image:
    """``uint8 [n, 3, side, side]``, row by row, black gaps between them; by default about as many rows as columns."""
    count, _colours, side, _side = pixels.shape
    across = columns or math.ceil(math.sqrt(count))
    down = math.ceil(count / across)
    cell = side + gap_px
    full = np.zeros((across * down, 3, cell, cell), np.uint8)
    full[:count, :, :side, :side] = pixels
    rows = full.reshape(down, across, 3, cell, cell).transpose(0, 3, 1, 4, 2)
    whole = rows.reshape(down * cell, across * cell, 3)[: down * cell - gap_px, : across * cell - gap_px]
    return Image.fromarray(np.ascontiguousarray(whole))


def save_sheet(pixels: Pixels, path: Path, columns: int | None = None) -> None:
    """Write a sheet, complete or not at all; the file's ending says in which form."""
    saved(sheet(pixels, columns), path)


def save_picture(pixels: Pixels, path: Path) -> None:
    """Write one picture ``uint8 [3, side, side]``, likewise."""
    saved(Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0))), path)


def saved(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}")
    picture.save(beside, Image.registered_extensions().get(path.suffix.lower(), "PNG"))
    beside.replace(path)
