"""Files as people send them: sound ones of every kind, and what is no picture to judge. By name, with what is to be said."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.pictures import encoded

Shown = Image.Image


def deep(picture: Shown) -> Shown:
    """16 bits of grey."""
    return Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)


def moving(picture: Shown, kind: str) -> bytes:
    others = [picture.rotate(90 * turn) for turn in (1, 2)]
    return encoded(picture, kind, save_all=True, append_images=others, duration=80)


READABLE: dict[str, Callable[[Shown], bytes]] = {
    "plain.jpg": lambda picture: encoded(picture, "JPEG", quality=95),
    "cmyk.jpg": lambda picture: encoded(picture.convert("CMYK"), "JPEG", quality=95),
    "cmyk.tif": lambda picture: encoded(picture.convert("CMYK"), "TIFF"),
    "16-bit.png": lambda picture: encoded(deep(picture), "PNG"),
    "16-bit.tif": lambda picture: encoded(deep(picture), "TIFF"),
    "moving.gif": lambda picture: moving(picture, "GIF"),
    "moving.webp": lambda picture: moving(picture, "WEBP"),
    "palette.png": lambda picture: encoded(picture.convert("P"), "PNG"),
    "see-through.png": lambda picture: encoded(picture.convert("RGBA"), "PNG"),
}
ABSTAINED: dict[str, tuple[Callable[[Shown], bytes], str]] = {
    "blank.png": (lambda _p: encoded(Image.new("RGB", (200, 160), "white"), "PNG"), "blank"),
    "one-colour.jpg": (lambda _p: encoded(Image.new("RGB", (200, 160), "#a03020"), "JPEG"), "blank"),
    "framed-blank.png": (lambda _p: encoded(framed_blank(), "PNG"), "blank"),
    "tiny.png": (lambda picture: encoded(picture.resize((8, 8)), "PNG"), "too_small"),
    "strip.jpg": (lambda picture: encoded(picture.resize((30_000, 200)), "JPEG"), "too_long"),
    "high-strip.png": (lambda picture: encoded(picture.resize((40, 2_000)), "PNG"), "too_long"),
}
UNREADABLE: dict[str, Callable[[Shown], bytes]] = {
    "truncated.jpg": lambda picture: encoded(picture, "JPEG")[:-400],
    "truncated.png": lambda picture: encoded(picture, "PNG")[:-400],
    "words.jpg": lambda _p: b"This is no picture.",
    "empty.png": lambda _p: b"",
}


def framed_blank() -> Shown:
    found = Image.new("RGB", (200, 160), "black")
    found.paste("ivory", (6, 6, 194, 154))
    return found
