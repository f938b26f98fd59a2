"""A picture made ready to be measured: refused where it cannot be, brought to size, its maps worked out once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from ml.appraisal import oklab
from ml.appraisal.hough import ridges
from ml.appraisal.oklab import Floats

LONG_EDGE_PX = 384
SMALL_PX, TINY_PX = 192, 64
LEAST_PX = 16
FLATTEST = 0.004
GREY_CHROMA = 0.012
FINE_ENOUGH_PX = 180
STRIP = 6.0
LEAST_TONES, MOST_TINT = 12, 0.09


class Unappraisable(ValueError):
    """A picture that cannot be appraised; ``reason`` is a key of ``REASONS``."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{REASONS[reason]}{f' ({detail})' if detail else ''}")
        self.reason = reason
        self.detail = detail


REASONS = {
    "not_a_picture": "These numbers are no picture: wanted are whole numbers, height × width × 1, 3 or 4.",
    "unreadable": "The file cannot be read as a picture.",
    "too_small": f"The picture is smaller than {LEAST_PX} pixels on one side.",
    "too_narrow": "The picture is too long a strip to be looked at as a whole.",
    "blank": "The picture is blank, one tone all over: neither composition, light, lines nor brush-work can be measured.",
}
WARNINGS = {
    "small": "The picture is small: what depends on fine detail was not measured.",
    "strip": "The picture is a long strip; measures of composition suppose that one sees it at one glance.",
    "greyscale": "The picture has no colour: measures of colour were not taken.",
    "toned": "The picture has one tint all over, as a toned photograph has: its colours are not the work's.",
    "transparent": "Transparent parts were laid on white.",
    "unlike": "The picture does not look like the pictures that this site knows: it may be no artwork.",
    "first_frame": "Of a moving picture the first frame was looked at.",
}


def as_rgb(pixels: NDArray[Any]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """``uint8 [h, w, 3]`` of 8- or 16-bit grey, RGB or RGBA, and warnings. Raises ``Unappraisable("not_a_picture")``."""
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 3, 4) or pixels.dtype not in (np.uint8, np.uint16):
        raise Unappraisable("not_a_picture", f"{pixels.dtype} {list(pixels.shape)}")
    if min(pixels.shape[:2]) < LEAST_PX:
        raise Unappraisable("too_small", f"{pixels.shape[1]} × {pixels.shape[0]}")
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    if pixels.shape[2] == 1:
        return np.repeat(pixels, 3, axis=2), ()
    if pixels.shape[2] == 3:
        return np.ascontiguousarray(pixels), ()
    alpha = pixels[:, :, 3:].astype(np.uint16)
    laid = (pixels[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return laid.astype(np.uint8), ("transparent",) if (alpha < 255).any() else ()


def within(rgb: NDArray[np.uint8], long_edge_px: int) -> NDArray[np.uint8]:
    """The picture with its long edge at most so long; never enlarged."""
    height, width = rgb.shape[:2]
    scale = long_edge_px / max(height, width)
    if scale >= 1:
        return rgb
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))


class Picture:
    """Pixels ``uint8 [h, w, 3]`` at three sizes with their OKLab and gradients. Raises ``Unappraisable``.

    ``rgb`` has the long edge ``long_edge_px`` or less, ``small`` 192 px, ``tiny`` 64 px: brush-work is looked at in the first,
    most else in the second, what draws the eye in the third.
    """

    def __init__(self, pixels: NDArray[Any], long_edge_px: int = LONG_EDGE_PX) -> None:
        rgb, warnings = as_rgb(pixels)
        self.rgb = within(rgb, max(long_edge_px, SMALL_PX))
        if min(self.rgb.shape[:2]) < LEAST_PX:
            raise Unappraisable("too_narrow", f"{rgb.shape[1]} × {rgb.shape[0]}")
        self.small = within(self.rgb, SMALL_PX)
        self.tiny = within(self.small, TINY_PX)
        if self.lab.std(axis=(0, 1)).max() < FLATTEST:
            raise Unappraisable("blank")
        self.warnings = warnings + self.noticed()

    def noticed(self) -> tuple[str, ...]:
        height, width = self.rgb.shape[:2]
        found = ["small"] if max(height, width) < FINE_ENOUGH_PX else []
        found += ["strip"] if max(height, width) / min(height, width) > STRIP else []
        if self.is_grey:
            return (*found, "greyscale")
        return (*found, "toned") if self.is_toned else tuple(found)

    @cached_property
    def lab(self) -> Floats:
        """OKLab of ``small``."""
        return oklab.from_rgb(self.small)

    @cached_property
    def light(self) -> Floats:
        """OKLab lightness of ``rgb`` [h, w], 0…1."""
        return oklab.lightness(self.rgb)

    @cached_property
    def small_light(self) -> Floats:
        """OKLab lightness of ``small``."""
        return np.ascontiguousarray(self.lab[:, :, 0])

    @cached_property
    def tiny_lab(self) -> Floats:
        return oklab.from_rgb(self.tiny)

    @cached_property
    def chroma(self) -> Floats:
        """OKLab chroma of ``small`` [h, w], 0…0.33."""
        return np.hypot(self.lab[:, :, 1], self.lab[:, :, 2])

    @property
    def is_grey(self) -> bool:
        """Whether hardly a pixel has colour."""
        return float(np.quantile(self.chroma, 0.99)) < GREY_CHROMA

    @property
    def is_toned(self) -> bool:
        """Whether colour depends on lightness alone, as in a sepia photograph: a cubic of L foretells a and b.

        Few flat colours would look the same, so there must be many tones; a strong colour is no tint.
        """
        flat = self.lab.reshape(-1, 3)[::4]
        tones = np.histogram(flat[:, 0], 64, (0, 1))[0]
        if (tones > len(flat) / 1000).sum() < LEAST_TONES or float(self.chroma.mean()) > MOST_TINT:
            return False
        powers = np.vander(flat[:, 0], 4)
        rest = flat[:, 1:] - powers @ np.linalg.lstsq(powers, flat[:, 1:], rcond=None)[0]
        return float(np.quantile(np.hypot(*rest.T), 0.99)) < GREY_CHROMA

    @cached_property
    def gradient(self) -> tuple[Floats, Floats]:
        """How lightness of ``small`` grows by pixel to the right and downwards, lightly smoothed."""
        smooth = ndimage.gaussian_filter(self.small_light, 0.8, truncate=3)
        down, right = np.gradient(smooth)
        return right, down

    @cached_property
    def edge_strength(self) -> Floats:
        return np.hypot(*self.gradient)

    @cached_property
    def ridges(self) -> NDArray[np.bool_]:
        """Edges of ``small``, one pixel wide."""
        return ridges(*self.gradient, self.edge_strength)
