"""Pixels to files: sheets of samples as WebP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from artmarket.catalogue.renditions import as_webp, shrunk

if TYPE_CHECKING:
    from ml.images import Pixels

GAP_PX = 2
SHEET_PX = 1024


def grid_webp(pixels: Pixels, *, most_px: int = SHEET_PX) -> bytes:
    """Pictures ``uint8 [n, 3, side, side]`` hung in a near-square sheet, shrunk to ``most_px`` at most."""
    from ml.gan.sheets import sheet

    return as_webp(shrunk(sheet(pixels, gap_px=GAP_PX), most_px), 85)
