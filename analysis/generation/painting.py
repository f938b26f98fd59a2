"""Pixels to files: sheets of samples as WebP. Pillow and numpy alone, for workers and pages alike."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from ml.images import Pixels

GAP_PX = 2
SHEET_PX = 1024


def grid_webp(pixels: Pixels, *, most_px: int = SHEET_PX) -> bytes:
    """Pictures ``uint8 [n, 3, h, w]`` hung in a near-square sheet, shrunk to ``most_px`` at most."""
    count, _channels, high, wide = pixels.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    sheet = Image.new("RGB", (columns * (wide + GAP_PX) - GAP_PX, rows * (high + GAP_PX) - GAP_PX))
    for number, picture in enumerate(pixels):
        place = (number % columns * (wide + GAP_PX), number // columns * (high + GAP_PX))
        sheet.paste(Image.fromarray(picture.transpose(1, 2, 0)), place)
    sheet.thumbnail((most_px, most_px), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    sheet.save(out, "WEBP", quality=85, method=2)
    return out.getvalue()
