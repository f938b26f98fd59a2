"""What is made of a picture once, named by the original's content: WebP without metadata in the sizes that are served,
and a small square JPEG for networks, which is never served and decodes in a fifth of the time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from artmarket.core.pictures import PictureLimits, decode_picture, default_limits

if TYPE_CHECKING:
    from artmarket.catalogue.models import ArtworkImage

SIZES = {"thumb": 160, "card": 384, "large": 1024, "full": 4096}
QUALITY = {"thumb": 80, "card": 82, "large": 85, "full": 88}
SQUARE, SQUARE_PX, SQUARE_QUALITY = "square", 256, 92
FILES = {size: f"{size}-{edge}.webp" for size, edge in SIZES.items()} | {SQUARE: f"{SQUARE}-{SQUARE_PX}.jpg"}


def rendition_path(image_sha256: str, size: str) -> str:
    """Where a size, or ``square``, lies in the storage; ``KeyError`` for an unknown size."""
    return f"renditions/{image_sha256[:2]}/{image_sha256}/{FILES[size]}"


def encode_renditions(image: Image.Image) -> dict[str, bytes]:
    """Each size as WebP, where the longest edge is the size's pixels and nothing is enlarged; and ``square``."""
    encoded: dict[str, bytes] = {}
    current, previous = image, ""
    for size in sorted(SIZES, key=lambda name: -SIZES[name]):
        if previous and max(current.size) <= SIZES[size]:
            encoded[size] = encoded[previous]
        else:
            current = shrunk(current, SIZES[size])
            encoded[size] = as_webp(current, QUALITY[size])
        if size == "card":
            encoded[SQUARE] = as_square(current)
        previous = size
    return encoded


def shrunk(image: Image.Image, edge: int) -> Image.Image:
    """A copy whose longest edge is at most ``edge`` pixels."""
    copy = image.copy()
    copy.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return copy


def as_webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    bare.save(out, "WEBP", quality=quality, method=2)
    return out.getvalue()


def as_square(card: Image.Image) -> bytes:
    """The whole picture squeezed into a square, as JPEG with its full colours; ``card`` has the card's size."""
    out = io.BytesIO()
    squeezed = card.convert("RGB").resize((SQUARE_PX, SQUARE_PX), Image.Resampling.BILINEAR)
    squeezed.save(out, "JPEG", quality=SQUARE_QUALITY, subsampling=0)
    return out.getvalue()


def write_once(path: str, data: bytes) -> None:
    """Keep ``data`` under its content-addressed name; a second writer of the same content changes nothing."""
    if default_storage.exists(path):
        return
    saved = default_storage.save(path, ContentFile(data))
    if saved != path:
        default_storage.delete(saved)


def write_renditions(image_sha256: str, encoded: Mapping[str, bytes]) -> None:
    for size, data in encoded.items():
        write_once(rendition_path(image_sha256, size), data)


def missing_sizes(image_sha256: str) -> list[str]:
    return [size for size in FILES if not default_storage.exists(rendition_path(image_sha256, size))]


def ensure_renditions(image: ArtworkImage) -> None:
    """Make what is missing from the original. Raises ``PictureRefused`` where the original cannot be decoded."""
    if not missing_sizes(image.sha256):
        return
    limits = default_limits()
    with image.file.open("rb") as original:
        picture = decode_picture(
            cast(BinaryIO, original), limits=PictureLimits(image.size_bytes, limits.max_pixels, limits.max_seconds)
        )
    write_renditions(image.sha256, encode_renditions(picture.image))


def rendition_bytes(image: ArtworkImage, size: str) -> bytes:
    """A size of a picture, made again when it is missing; ``KeyError`` for an unknown size."""
    path = rendition_path(image.sha256, size)
    if not default_storage.exists(path):
        ensure_renditions(image)
    with default_storage.open(path, "rb") as file:
        data: bytes = file.read()
    return data


def square_bytes(image: ArtworkImage) -> bytes:
    """The picture for networks; a picture taken in before there was one gets it from its card.

    Raises ``OSError`` or ``ValueError`` (``PictureRefused`` is one) where nothing of the picture can be read.
    """
    path = rendition_path(image.sha256, SQUARE)
    try:
        with default_storage.open(path, "rb") as file:
            data: bytes = file.read()
    except FileNotFoundError:
        with Image.open(io.BytesIO(rendition_bytes(image, "card"))) as card:
            data = as_square(card)
        write_once(path, data)
    return data
