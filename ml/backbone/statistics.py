"""What a layer's map says once places are forgotten: channel statistics and Gram matrices."""

from __future__ import annotations

import torch
from torch import Tensor


def channel_statistics(layer: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel of ``[n, channels, h, w]``: two tensors ``[n, channels]``."""
    flat = layer.flatten(2)
    return flat.mean(2), flat.std(2)


def gram(layer: Tensor) -> Tensor:
    """Gram matrices ``[n, channels, channels]`` of maps ``[n, channels, h, w]``: mean products of channels over places.

    Gatys, Ecker, Bethge, "A Neural Algorithm of Artistic Style" (2015), divided by the number of places.
    """
    flat = layer.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def upper_triangle(matrices: Tensor) -> Tensor:
    """Symmetric ``[n, c, c]`` as ``[n, c (c + 1) / 2]`` with the same inner products: off the diagonal times root two."""
    row, column = torch.triu_indices(matrices.shape[1], matrices.shape[2], device=matrices.device)
    weight = torch.where(row == column, 1.0, 2.0**0.5).to(matrices.dtype)
    return matrices[:, row, column] * weight
