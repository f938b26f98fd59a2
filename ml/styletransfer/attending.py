"""Where in a style to look for each place of a content: attention without anything learned.

Liu, Lin, He et al., "AdaAttN" (ICCV 2021): feature statistics weighted by attention, instead of one mean and deviation for the
whole picture. Places are compared by their normalised features at a depth and all shallower ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ml.styletransfer.losses import TINY, normalised

MOST_PLACES = 1024
SHARPNESS = 12.0
ROWS = 4096


def described(maps: Sequence[Tensor], depth: int) -> Tensor:
    """Each place of the layer ``depth`` by its normalised features there and at shallower depths: ``[n, sum of c, h, w]``."""
    return joined([normalised(layer) for layer in maps[: depth + 1]])


def joined(plain: Sequence[Tensor]) -> Tensor:
    """Layers, each averaged to the places of the last, one after the other: ``[n, sum of c, h, w]``."""
    return torch.cat([pooled_to(layer, plain[-1]) for layer in plain], dim=1)


def pooled_to(layer: Tensor, like: Tensor) -> Tensor:
    """``[n, c, h, w]`` averaged to the places of another layer."""
    return functional.adaptive_avg_pool2d(layer, (like.shape[2], like.shape[3]))


def thinned(layer: Tensor, most: int = MOST_PLACES) -> Tensor:
    """Every so many-th place of ``[n, c, h, w]`` both ways, so that no more than about ``most`` are left. Not averaged: a mean of
    two strokes is no stroke."""
    high, wide = layer.shape[2:]
    step = max(1, round((high * wide / most) ** 0.5 + 0.49))
    return layer[:, :, step // 2 :: step, step // 2 :: step] if min(high, wide) > step else layer


def attended(query: Tensor, key: Tensor, value: Tensor, sharpness: float = SHARPNESS) -> tuple[Tensor, Tensor]:
    """Attention-weighted mean and deviation of ``value`` for each place of ``query``: two of ``[1, c, h, w]``.

    ``query`` ``[1, d, h, w]``, ``key`` ``[1, d, m, n]``, ``value`` ``[1, c, m, n]``: places are compared by cosine times
    ``sharpness``. The deviation is the root of the weighted mean of squares less the mean's square.
    """
    rows = functional.normalize(query.flatten(2)[0].T, dim=1)
    keys, values = functional.normalize(key.flatten(2)[0], dim=0), value.flatten(2)[0].T
    both = torch.cat([values, values.square()], dim=1)
    found = torch.cat([torch.softmax(sharpness * (part @ keys), dim=1) @ both for part in rows.split(ROWS)])
    mean, square = found.T.reshape(1, 2 * values.shape[1], *query.shape[2:]).chunk(2, dim=1)
    return mean, (square - mean.square()).clamp_min(TINY).sqrt()


def placed(content: Sequence[Tensor], style: Sequence[Tensor], depth: int) -> tuple[Tensor, Tensor]:
    """The style's mean and deviation for each place of the content at a depth: two of ``[1, c, h, w]``."""
    key, value = thinned(described(style, depth)), thinned(style[depth])
    return attended(described(content, depth), key, value)
