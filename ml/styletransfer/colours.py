"""Colours kept: the style works on lightness alone, and the content's colours are laid over it.

Gatys, Bethge, Hertzmann, Shechtman, "Preserving color in neural artistic style transfer" (2016), luminance-only transfer.
"""

from __future__ import annotations

import torch
from torch import Tensor

TO_YIQ = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))


def luminance(unit: Tensor) -> Tensor:
    """``[n, 1, h, w]`` of ``[n, 3, h, w]``."""
    return (unit * unit.new_tensor(TO_YIQ[0]).view(1, 3, 1, 1)).sum(1, keepdim=True)


def grey(unit: Tensor) -> Tensor:
    """The picture without colour, in three channels."""
    return luminance(unit).expand(-1, 3, -1, -1).contiguous()


def grey_like(style: Tensor, content: Tensor) -> Tensor:
    """The style without colour, its lightness's mean and deviation those of the content, so that the result is as light."""
    own, wished = luminance(style), luminance(content)
    moved = (own - own.mean()) * (wished.std() / own.std().clamp_min(1e-3)) + wished.mean()
    return moved.clamp(0, 1).expand(-1, 3, -1, -1).contiguous()


def with_colours_of(content: Tensor, result: Tensor) -> Tensor:
    """The lightness of ``result`` with the chroma of ``content``; where the two do not go together in RGB, less chroma.

    The hue is kept in any case: the chroma is shortened until no channel leaves 0..1.
    """
    light = luminance(result).clamp(0, 1)
    chroma = content - luminance(content)
    room = torch.where(chroma > 0, 1 - light, light) / chroma.abs().clamp_min(1e-6)
    return light + chroma * room.amin(1, keepdim=True).clamp(max=1)
