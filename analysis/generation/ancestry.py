"""Projected pictures among a picture's ancestors: whoever descends from one may show somebody's picture again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.generation.models import GeneratedImage, Parenthood

if TYPE_CHECKING:
    import numpy.typing as npt

    from ml.images import Pixels

PROJECT = GeneratedImage.Kind.PROJECT


def projected_among(parents: Sequence[GeneratedImage]) -> list[GeneratedImage]:
    """The projected ones of the parents and of all who came before them. A query or two a generation."""
    found, keys, seen = dict[int, GeneratedImage](), {each.pk for each in parents}, set[int]()
    while keys:
        found |= GeneratedImage.objects.filter(pk__in=keys, kind=PROJECT).only("pk", "picture").in_bulk()
        seen |= keys
        keys = set(Parenthood.objects.filter(child__in=keys).values_list("parent", flat=True)) - seen
    return [found[key] for key in sorted(found)]


def shows_again(
    pixels: Pixels, ancestors: Sequence[GeneratedImage], threshold: float, side_px: int
) -> npt.NDArray[np.bool_]:
    """Whether each of ``uint8 [n, 3, side, side]`` lies over one of the pictures as a copy lies over a work."""
    from ml.gan.aligning import Aligner, lightness
    from ml.images import load_square

    if not ancestors:
        return np.zeros(len(pixels), np.bool_)
    known = np.stack([load_square(io.BytesIO(bytes(each.picture)), side_px) for each in ancestors])
    likeness, _which = Aligner(lightness(known)).best(lightness(pixels))
    return np.asarray(likeness > threshold, np.bool_)
