"""Pictures of which nothing is said, whatever is asked: blank, tiny, a strip; and the reasons in words."""

from __future__ import annotations

from ml.images import Pixels

LEAST_SIDE_PX = 32
LONGEST_RATIO = 12.0
LEAST_DEVIATION = 4.0
BORDER = 20
REASONS = {
    "blank": "The picture is blank: one tone all over.",
    "too_small": f"The picture has fewer than {LEAST_SIDE_PX} pixels on one side.",
    "too_long": "The picture is a strip, many times longer than wide.",
    "unlike_training": "The picture is unlike all that the model learned from; it may be no artwork.",
}


def refused_by_shape(width_px: int, height_px: int, *, longest_ratio: float = LONGEST_RATIO) -> str:
    """``too_long``, ``too_small`` or "" by the size of the picture's file.

    The ratio is asked first: a strip that was shrunk on the way here is a strip still, and only looks small.
    """
    short, long = sorted((width_px, height_px))
    if long > longest_ratio * short:
        return "too_long"
    return "too_small" if short < LEAST_SIDE_PX else ""


def is_blank(pixels: Pixels) -> bool:
    """Whether ``uint8 [3, h, w]`` shows nothing, be it in a frame: in the middle, without a twentieth of each side, no
    channel deviates by 4 of 255 levels."""
    height, width = pixels.shape[1:]
    down, across = height // BORDER, width // BORDER
    middle = pixels[:, down : height - down, across : width - across]
    return bool(middle.std(axis=(1, 2), dtype="f4").max() < LEAST_DEVIATION)
