"""Masks: where in a picture the style goes. White is restyled, black stays as it was."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from analysis.styletransfer.sources import StylingRefused

LONGEST_PX = 512
MOST_BYTES = 600_000
SOFT_EDGE = 0.01  # of the longer edge: a hard cut shows
PREFIX = "data:image/png;base64,"


@dataclass(frozen=True)
class Rectangle:
    """A part of a picture, in per cent of its width and height from the left upper corner."""

    left: float
    top: float
    width: float
    height: float


def from_rectangle(part: Rectangle, width: int, height: int) -> bytes:
    """A mask of a picture's shape. Raises ``StylingRefused`` (``bad_mask``) for a part that leaves it or is empty."""
    right, bottom = part.left + part.width, part.top + part.height
    if min(part.left, part.top) < 0 or max(right, bottom) > 100 or min(part.width, part.height) < 1:
        raise StylingRefused("bad_mask", _("The part must lie within the picture, and be at least 1 % wide and high."))
    scale = LONGEST_PX / max(width, height)
    mask = Image.new("L", (max(1, round(width * scale)), max(1, round(height * scale))), 0)
    across, down = mask.width / 100, mask.height / 100
    first = [
        min(side - 1, round(at)) for side, at in zip(mask.size, (part.left * across, part.top * down), strict=True)
    ]
    last = [max(at, round(end)) for at, end in zip(first, (right * across - 1, bottom * down - 1), strict=True)]
    ImageDraw.Draw(mask).rectangle([*first, *last], fill=255)
    return as_png(mask)


def from_data_address(text: str) -> bytes:
    """A mask as the page's canvas sends it. Raises ``StylingRefused`` (``bad_mask``)."""
    try:
        if not text.startswith(PREFIX):
            raise ValueError
        data = base64.b64decode(text[len(PREFIX) :], validate=True)
    except (ValueError, binascii.Error) as error:
        raise refused() from error
    return checked(data)


def checked(data: bytes) -> bytes:
    """A PNG mask as it is kept: one channel, small, with something of white. Raises ``StylingRefused`` (``bad_mask``)."""
    if len(data) > MOST_BYTES:
        raise refused()
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
            if max(opened.size) > 4 * LONGEST_PX:
                raise refused()
            mask = opened.convert("L")
    except StylingRefused:
        raise
    except Exception as error:  # decoders of damaged files raise nearly anything
        raise refused() from error
    mask.thumbnail((LONGEST_PX, LONGEST_PX))
    if max(mask.tobytes(), default=0) < 128:
        raise StylingRefused("bad_mask", _("Nothing is painted on the mask: no part would be restyled."))
    return as_png(mask)


def refused() -> StylingRefused:
    return StylingRefused("bad_mask", _("The mask cannot be read; paint it again, or give a part by numbers."))


def as_png(mask: Image.Image) -> bytes:
    out = io.BytesIO()
    mask.save(out, "PNG", optimize=True)
    return out.getvalue()


def shares(mask: bytes, width: int, height: int) -> npt.NDArray[np.float32]:
    """How much of each pixel is restyled, ``float32 [height, width]``, 0 to 1, with a soft edge.

    The softened mask is as strong at its peak as it was painted: a small part would else be blurred away.
    """
    from scipy.ndimage import gaussian_filter

    with Image.open(io.BytesIO(mask), formats=["PNG"]) as opened:
        levels = np.asarray(opened.convert("L"), np.float32) / 255
    soft = Image.fromarray(gaussian_filter(levels, SOFT_EDGE * max(levels.shape), mode="nearest"))
    found, peak = np.asarray(soft.resize((width, height), Image.Resampling.BICUBIC)), levels.max()
    return np.asarray(found * max(1.0, peak / found.max()), np.float32).clip(0, peak)
