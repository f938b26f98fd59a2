"""Stored pictures as a model's input."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import square_bytes

if TYPE_CHECKING:
    from ml.images import Pixels

log = logging.getLogger(__name__)


def load_pixels(image: ArtworkImage, side_px: int) -> Pixels | None:
    """The picture's square as ``uint8 [3, side, side]``; None, with a line in the log, where it cannot be."""
    from ml.images import load_square

    try:
        return load_square(io.BytesIO(square_bytes(image)), side_px)
    except (OSError, ValueError) as error:
        log.warning("Picture %s cannot be read: %s", image.pk, error)
        return None


def pixels_ahead(
    images: Iterable[ArtworkImage], side_px: int, *, ahead: int
) -> Iterator[tuple[ArtworkImage, Pixels | None]]:
    """The pictures in order, decoded by threads while the model works on those before."""
    from ml.devices import cores
    from ml.images import load_ahead

    return load_ahead(images, lambda image: load_pixels(image, side_px), threads=min(16, cores()), ahead=ahead)
