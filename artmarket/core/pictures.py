"""Pictures from strangers, decoded safely: limits on bytes, pixels and time, upright, sRGB, one frame, no metadata."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePath
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from artmarket.core.colours import as_srgb, upright
from artmarket.core.text import CodedError

FULL_EDGE = 4096
MAX_SCANS = 100  # a progressive JPEG has about ten; thousands cost minutes
MAX_EDGE = 65_535
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/tiff": "TIFF"}
SUFFIXES = {
    "image/jpeg": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "image/png": {".png"},
    "image/webp": {".webp"},
    "image/tiff": {".tif", ".tiff"},
}


class PictureRefused(CodedError):
    """A file that is not taken. Codes: empty, too_large, not_a_picture, svg, gif, wrong_extension, too_many_pixels,
    too_slow, truncated, damaged, unreadable."""


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """Bytes of the file, pixels once decoded, seconds for the decoding."""

    max_bytes: int = 60 * 1024 * 1024
    max_pixels: int = 200_000_000
    max_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture. ``image`` is RGB, upright, sRGB, and for large JPEGs reduced to no less than 4096 pixels;
    ``width_px`` and ``height_px`` are those of the upright original; ``phash`` is a signed 64-bit number."""

    image: Image.Image
    mime_type: str
    width_px: int
    height_px: int
    size_bytes: int
    sha256: str
    phash: int
    data: bytes = field(repr=False, compare=False)


def default_limits() -> PictureLimits:
    """The limits that the settings name."""
    return PictureLimits(settings.PICTURE_MAX_BYTES, settings.PICTURE_MAX_PIXELS)


def decode_picture(source: BinaryIO | Path, *, limits: PictureLimits | None = None, name: str = "") -> Picture:
    """Read, check and decode a JPEG, PNG, WebP or TIFF; of several frames the first.

    ``name`` (else the source's own) must not end as another kind of file. Raises ``PictureRefused``.
    """
    limits = limits or default_limits()
    started = time.monotonic()
    data = read_limited(source, limits)
    mime_type = recognise(data)
    check_suffix(name or str(getattr(source, "name", "") or ""), mime_type)
    check_scans(data, mime_type)
    with refusing():
        opened = Image.open(io.BytesIO(data), formats=[FORMATS[mime_type]])
    check_size(opened, limits)
    with refusing():
        opened.draft(opened.mode, (FULL_EDGE, FULL_EDGE)) if mime_type == "image/jpeg" else None
        size = opened.size
        width_px, height_px = original_size(data, mime_type)
        opened.load()
        check_time(started, limits)
        image = as_srgb(upright(opened))
    if (image.width > image.height) != (size[0] > size[1]) or (image.size != size and image.size == size[::-1]):
        width_px, height_px = height_px, width_px
    check_time(started, limits)
    return Picture(
        image, mime_type, width_px, height_px, len(data), sha256(data).hexdigest(), perceptual_hash(image), data
    )


def read_limited(source: BinaryIO | Path, limits: PictureLimits) -> bytes:
    """The file's bytes; never more than the limit is read."""
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                data = file.read(limits.max_bytes + 1)
        else:
            source.seek(0)
            data = source.read(limits.max_bytes + 1)
    except OSError as error:
        raise PictureRefused(
            "unreadable", _("The file cannot be read (%(reason)s).") % {"reason": error.strerror}
        ) from error
    if not data:
        raise PictureRefused("empty", _("The file is empty."))
    if len(data) > limits.max_bytes:
        megabytes = limits.max_bytes // (1024 * 1024)
        raise PictureRefused("too_large", _("The file has more than %(megabytes)d MB.") % {"megabytes": megabytes})
    return data


def recognise(data: bytes) -> str:
    """The type by the first bytes; the file's name and the sender's word count for nothing."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith((b"II*\x00", b"MM\x00*")):
        return "image/tiff"
    if data.startswith((b"GIF87a", b"GIF89a")):
        raise PictureRefused("gif", _("GIF pictures are not taken; use JPEG, PNG, WebP or TIFF."))
    if b"<svg" in data[:4096].lower():
        raise PictureRefused("svg", _("SVG drawings are not taken; use JPEG, PNG, WebP or TIFF."))
    raise PictureRefused("not_a_picture", _("This is no JPEG, PNG, WebP or TIFF picture."))


def check_suffix(name: str, mime_type: str) -> None:
    suffix = PurePath(name).suffix.lower()
    if suffix and suffix not in SUFFIXES[mime_type]:
        raise PictureRefused(
            "wrong_extension",
            _("The file is named “%(suffix)s” but holds a %(kind)s picture.")
            % {"suffix": suffix[:20], "kind": FORMATS[mime_type]},
        )


def check_scans(data: bytes, mime_type: str) -> None:
    if mime_type == "image/jpeg" and data.count(b"\xff\xda") > MAX_SCANS:
        raise PictureRefused("too_slow", _("The picture is made so that decoding takes too long."))


def check_size(opened: Image.Image, limits: PictureLimits) -> None:
    """Refuse by the header alone, before anything is decoded."""
    width, height = opened.size
    if width < 1 or height < 1:
        raise PictureRefused("damaged", _("The picture has no pixels."))
    if width * height > limits.max_pixels or max(width, height) > MAX_EDGE:
        raise PictureRefused(
            "too_many_pixels",
            _("The picture has %(width)d × %(height)d pixels; at most %(most)d million are taken.")
            % {"width": width, "height": height, "most": limits.max_pixels // 1_000_000},
        )


def original_size(data: bytes, mime_type: str) -> tuple[int, int]:
    """Width and height by the header; a drafted JPEG no longer tells them."""
    with Image.open(io.BytesIO(data), formats=[FORMATS[mime_type]]) as header:
        return header.size


def check_time(started: float, limits: PictureLimits) -> None:
    if time.monotonic() - started > limits.max_seconds:
        raise PictureRefused("too_slow", _("Decoding the picture took too long."))


@contextmanager
def refusing() -> Iterator[None]:
    """Turns what decoders raise on bad input into a refusal."""
    try:
        yield
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused("too_many_pixels", _("The picture has too many pixels.")) from error
    except Exception as error:  # decoders of damaged files raise nearly anything
        if "truncated" in str(error) or isinstance(error, EOFError):
            raise PictureRefused("truncated", _("The picture is cut off: a part of the file is missing.")) from error
        raise PictureRefused("damaged", _("The picture is damaged and cannot be decoded.")) from error


def perceptual_hash(image: Image.Image) -> int:
    """64 bits that pictures of one look share, as a signed number for the database."""
    import imagehash  # brings scipy, which the web process does without until a picture comes

    bits = imagehash.phash(image).hash.flatten()
    value = int("".join("1" if bit else "0" for bit in bits), 2)
    return value - (1 << 64) if value >= 1 << 63 else value
