"""Pictures from files as they come: CMYK, 16 bit, transparent, animated, huge."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ml.appraisal.picture import LEAST_PX, Unappraisable, within

READ_PX = 1536
MOST_PIXELS = 400_000_000


def read_picture(source: Path | IO[bytes] | bytes) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """RGB ``uint8 [h, w, 3]`` with its long edge at most 1536 px, upright as its EXIF says, and warnings for ``appraise``.

    CMYK and other modes are converted, 16 bit is scaled, transparent parts are laid on white, of an animation the first
    frame is taken. Raises ``Unappraisable`` ("unreadable", "too_small", "too_narrow").
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as picture:
                return read_open(picture)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        if isinstance(error, Unappraisable):
            raise
        raise Unappraisable("unreadable", str(error)) from error


def read_open(picture: Image.Image) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    width, height = picture.size
    if min(width, height) < LEAST_PX:
        raise Unappraisable("too_small", f"{width} × {height}")
    if width * height > MOST_PIXELS:
        raise Unappraisable("unreadable", f"{width} × {height}")
    found = ("first_frame",) if getattr(picture, "n_frames", 1) > 1 else ()
    if picture.mode != "CMYK":
        picture.draft("RGB", (READ_PX, READ_PX))
    if picture.mode.startswith("I") or picture.mode == "F":
        return within(deep_grey(picture), READ_PX), found
    if picture.has_transparency_data:
        flat, is_seen_through = on_white(picture.convert("RGBA"))
        found = (*found, "transparent") if is_seen_through else found
    else:
        flat = picture.convert("RGB")
    return within(np.asarray(ImageOps.exif_transpose(flat)), READ_PX), found


def deep_grey(picture: Image.Image) -> NDArray[np.uint8]:
    """16- and 32-bit grey as RGB. Whole numbers are of 16 bits; a picture of fractions is stretched over its own range."""
    values = np.asarray(picture).astype(np.float64)
    if picture.mode == "F":
        values = (values - np.nanmin(values)) / max(float(np.nanmax(values) - np.nanmin(values)), 1e-12) * 65535
    grey = np.clip(np.nan_to_num(values) / 257, 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def on_white(picture: Image.Image) -> tuple[Image.Image, bool]:
    low = picture.getchannel("A").getextrema()[0]
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB"), bool(isinstance(low, int) and low < 255)
