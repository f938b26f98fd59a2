"""Any decoded picture as upright 8-bit sRGB on white."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageOps

PROFILED_MODES = {"RGB": "RGB", "CMYK": "CMYK", "L": "GRAY", "LAB": "Lab"}


def upright(image: Image.Image) -> Image.Image:
    """The picture turned as its EXIF orientation says; a broken EXIF block turns nothing."""
    with suppress(Exception):
        return ImageOps.exif_transpose(image)
    return image


def as_srgb(image: Image.Image) -> Image.Image:
    """RGB by the embedded profile where it is a sound one, transparency on white, 16 bits cut to 8."""
    profile = image.info.get("icc_profile")
    image = on_white(eight_bits(image))
    if profile and image.mode in PROFILED_MODES:
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return by_profile(image, profile)
    if image.mode == "LAB":
        return by_lab(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def by_lab(image: Image.Image) -> Image.Image:
    converted = ImageCms.profileToProfile(image, ImageCms.createProfile("LAB"), srgb(), outputMode="RGB")
    return image.convert("L").convert("RGB") if converted is None else converted


def by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if source.profile.xcolor_space.strip() != PROFILED_MODES[image.mode]:
        raise ValueError("the profile is for other colours")
    converted = ImageCms.profileToProfile(image, source, srgb(), outputMode="RGB")
    if converted is None:
        raise ValueError("not converted")
    return converted


@cache
def srgb() -> Any:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits as 8 bits: 16-bit values by their upper half, others from darkest to lightest."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image.convert("I")) >> 8).clip(0, 255).astype(np.uint8))
    if image.mode not in ("I", "F"):
        return image
    values = np.nan_to_num(np.asarray(image, dtype=np.float64))
    if image.mode == "I" and values.min() >= 0 and 255 < values.max() <= 65_535:
        return Image.fromarray((values / 256).astype(np.uint8))
    span = float(np.ptp(values)) or 1.0
    return Image.fromarray(((values - values.min()) / span * 255).astype(np.uint8))


def on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency."""
    if image.mode in ("RGBa", "La"):
        image = image.convert("RGBA" if image.mode == "RGBa" else "LA")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        pixels = image.convert("RGBA")
        ground = Image.new("RGBA", pixels.size, "white")
        return Image.alpha_composite(ground, pixels).convert("RGB")
    return image.convert("RGB") if image.mode in ("P", "1", "YCbCr", "HSV") else image
