"""Makes picture files for tests: sound ones of each kind, and bad ones."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def painting(width: int = 120, height: int = 90, *, seed: int = 1) -> Image.Image:
    """Smooth colours that differ by seed, so that perceptual hashes differ as well."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 255, (9, 12, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def shaded(size: tuple[int, int], colour: str) -> Image.Image:
    """One colour, darker towards the right: something to see that has a colour."""
    flat, (wide, high) = Image.new("RGB", size, colour), size
    light = np.linspace(1, 0.6, wide)[None, :, None].repeat(high, 0)
    return Image.fromarray((np.asarray(flat) * light).astype(np.uint8))


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture_file(path: Path, *, seed: int = 1, kind: str = "JPEG", size: tuple[int, int] = (120, 90)) -> Path:
    path.write_bytes(encoded(painting(*size, seed=seed), kind))
    return path


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(width: int, height: int) -> bytes:
    """A few bytes that claim any number of black pixels."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + body + png_chunk(b"IEND", b"")
