"""What comes in and what goes out: pictures, masks, and clear words about those that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ml.images import Pixels
from ml.refusals import is_blank
from ml.styletransfer.settings import LEAST_PX

Mask = npt.NDArray[np.float32]


class UnsuitablePicture(ValueError):
    """A picture, a mask or a weight cannot be used; the message says which and why."""


class NotEnoughMemory(RuntimeError):
    """The picture is too large for this machine; the message says what to do."""


@dataclass(frozen=True)
class Style:
    """A picture whose manner is taken: RGB ``uint8 [3, h, w]`` of any size; ``weight`` beside other styles.

    ``mask``, of the *content's* size ``[h, w]``, 0..1 (or bool), says where on the content this style lands; None: everywhere.
    """

    pixels: Pixels
    weight: float = 1.0
    mask: npt.NDArray[np.float32] | npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Reached:
    """Where a restyling stood after a step: relative losses, 0 a perfect match."""

    step: int
    content_loss: float
    style_loss: float


@dataclass(frozen=True)
class Restyled:
    """The picture, ``uint8 [3, h, w]`` of the content's size, and how near it came, by the eye that made it.

    ``content_loss``: relative squared distance of deep features from the content's; ``style_loss``: mean relative squared
    distance of Gram matrices from the styles', mixed by weight. Both 0 at best. ``course``: the losses on the way.
    """

    pixels: Pixels
    content_loss: float
    style_loss: float
    seconds: float
    course: tuple[Reached, ...] = field(default=())


def check(content: Pixels, styles: Sequence[Style], content_mask: npt.NDArray | None = None) -> None:
    """Raises ``UnsuitablePicture`` before any time is lost."""
    check_picture(content, "The content")
    if not styles:
        raise UnsuitablePicture("Give at least one style.")
    for number, style in enumerate(styles, start=1):
        name = "The style" if len(styles) == 1 else f"Style {number}"
        check_picture(style.pixels, name)
        check_weight(style.weight, name)
        if is_blank(style.pixels):
            raise UnsuitablePicture(f"{name} is of one colour: there is no manner in it to take.")
        if style.mask is not None:
            check_mask(style.mask, content, f"The mask of {name[0].lower()}{name[1:]}")
    if sum(style.weight for style in styles) <= 0:
        raise UnsuitablePicture("Give at least one style a weight above 0.")
    if content_mask is not None:
        check_mask(content_mask, content, "The content's mask")


def check_picture(pixels: Pixels, name: str) -> None:
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[0] != 3:
        raise UnsuitablePicture(f"{name} is no RGB picture of shape [3, height, width] in bytes.")
    high, wide = pixels.shape[1:]
    if min(high, wide) < LEAST_PX:
        raise UnsuitablePicture(f"{name} has {wide} × {high} pixels; {LEAST_PX} are needed on each edge.")


def check_weight(weight: float, name: str) -> None:
    if not np.isfinite(weight) or weight < 0:
        raise UnsuitablePicture(f"{name} has the weight {weight}; a weight is a number from 0 up.")


def check_mask(mask: npt.NDArray, content: Pixels, name: str) -> None:
    if mask.shape != content.shape[1:]:
        said = " × ".join(str(size) for size in reversed(mask.shape))
        raise UnsuitablePicture(f"{name} has {said} pixels, but the content {content.shape[2]} × {content.shape[1]}.")
    found = np.asarray(mask, np.float32)
    if not np.isfinite(found).all() or found.min() < 0 or found.max() > 1:
        raise UnsuitablePicture(f"{name} holds other values than 0 to 1.")
    if found.max() < 0.5:
        raise UnsuitablePicture(f"{name} is empty: it marks no place.")


def shares(styles: Sequence[Style]) -> list[float]:
    """The styles' weights, adding up to 1."""
    total = sum(style.weight for style in styles)
    return [style.weight / total for style in styles]


def to_unit(pixels: Pixels, device: str = "cpu") -> Tensor:
    """``uint8 [3, h, w]`` as ``float32 [1, 3, h, w]`` in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).to(device).float()[None] / 255


def to_pixels(unit: Tensor) -> Pixels:
    """``[1, 3, h, w]`` in 0..1 (cut to it) as ``uint8 [3, h, w]``."""
    return (unit.detach()[0].float().clamp(0, 1) * 255).round().to(torch.uint8).cpu().contiguous().numpy()


@contextmanager
def memory_minded() -> Iterator[None]:
    """Turns a failed allocation into ``NotEnoughMemory``."""
    advice = "There is not enough memory for a picture of this size. Take a smaller one, or smaller tiles."
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise NotEnoughMemory(advice) from error
    except RuntimeError as error:
        if "not enough memory" in str(error) or "can't allocate" in str(error):
            raise NotEnoughMemory(advice) from error
        raise
