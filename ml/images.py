"""Pictures as arrays: decoded small, squared without cropping, in order, by threads beside the model."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

Pixels = npt.NDArray[np.uint8]
Key = TypeVar("Key")
READ_PX = 1024


class UnreadablePicture(ValueError):
    """A picture could not be decoded; the message says why."""


def load_square(source: IO[bytes], side_px: int) -> Pixels:
    """Decode to RGB ``uint8 [3, side, side]``. The whole work is kept: squeezed, not cropped.

    Raises ``UnreadablePicture``.
    """
    try:
        with Image.open(source) as picture:
            picture.draft("RGB", (side_px, side_px))
            return square(picture, side_px)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(str(error)) from error


def load_rgb(source: IO[bytes], *, longest_px: int = READ_PX) -> Pixels:
    """Decode to RGB ``uint8 [h, w, 3]``, upright as its EXIF says, no edge longer than ``longest_px``.

    Of an animation the first frame is taken. Raises ``UnreadablePicture``.
    """
    try:
        with Image.open(source) as picture:
            if picture.mode != "CMYK":
                picture.draft("RGB", (longest_px, longest_px))
            upright = ImageOps.exif_transpose(eight_bits(picture)).convert("RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(str(error)) from error
    upright.thumbnail((longest_px, longest_px), reducing_gap=3.0)
    return np.asarray(upright)


def square(picture: Image.Image, side_px: int) -> Pixels:
    """An open picture as RGB ``uint8 [3, side, side]``."""
    small = eight_bits(picture).convert("RGB").resize((side_px, side_px), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.ascontiguousarray(np.asarray(small).transpose(2, 0, 1))


def eight_bits(picture: Image.Image) -> Image.Image:
    """A picture of 16 bits a grey level as one of 8: Pillow would cut all levels above 255 to white."""
    if not picture.mode.startswith("I"):
        return picture
    levels = np.asarray(picture).astype(np.int64).clip(0, 65535)
    return Image.fromarray((levels >> 8 if levels.max(initial=0) > 255 else levels).astype(np.uint8))


def colour_histogram(batch: Pixels, levels: int) -> npt.NDArray[np.float32]:
    """Square roots of the shares of ``levels``³ boxes of RGB, ``[n, levels³]``: the control that sees nothing but colours."""
    step = batch.astype(np.int64) * levels // 256
    codes = (step[:, 0] * levels + step[:, 1]) * levels + step[:, 2]
    counts = np.stack([np.bincount(each.ravel(), minlength=levels**3) for each in codes])
    return np.asarray(np.sqrt(counts / codes[0].size), np.float32)


def load_ahead(
    keys: Iterable[Key], load: Callable[[Key], Pixels | None], *, threads: int, ahead: int
) -> Iterator[tuple[Key, Pixels | None]]:
    """``(key, load(key))`` in the keys' order, up to ``ahead`` of them loaded while the consumer works."""
    with ThreadPoolExecutor(threads, thread_name_prefix="decode") as pool:
        waiting: deque[tuple[Key, Future[Pixels | None]]] = deque()
        try:
            for key in keys:
                waiting.append((key, pool.submit(load, key)))
                if len(waiting) >= ahead:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
