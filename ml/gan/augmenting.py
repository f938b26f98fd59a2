"""Variations that both real and painted pictures go through before they are judged, and that gradients pass.

With a few hundred pictures a judge soon knows them by heart; it cannot where it never sees one the same way twice. As the
painted ones are varied likewise, the painter has no reason to paint the variations (DiffAugment, Zhao et al. 2020).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

LIGHT = 0.5
SHIFT = 0.125
HOLE = 0.4
PICTURES_TO_FULL = 500_000  # how many pictures adaptive strength takes from 0 to 1 (as in Karras et al. 2020)


def vary(pictures: Tensor, strength: float, random: torch.Generator) -> Tensor:
    """Pictures ``[n, 3, side, side]`` in -1..1, each changed in light, place and wholeness with the given chance each."""
    if strength <= 0:
        return pictures
    chosen = torch.rand(3, len(pictures), generator=random) < strength
    drawn = torch.rand(7, len(pictures), generator=random)
    pictures = lit(pictures, drawn[:3], chosen[0])
    pictures = moved(pictures, drawn[3:5], chosen[1])
    return holed(pictures, drawn[5:], chosen[2])


def lit(pictures: Tensor, drawn: Tensor, chosen: Tensor) -> Tensor:
    """Other saturation, contrast and brightness, in one product and one sum for each value."""
    saturation = torch.where(chosen, 2 * drawn[0], 1.0).to(pictures.device)[:, None, None, None]
    contrast = torch.where(chosen, 0.5 + drawn[1], 1.0).to(pictures.device)[:, None, None, None]
    brightness = torch.where(chosen, LIGHT * (2 * drawn[2] - 1), 0.0).to(pictures.device)[:, None, None, None]
    grey = pictures.mean(1, keepdim=True)
    level = grey.mean((2, 3), keepdim=True)
    return torch.addcmul(level * (1 - contrast) + brightness, pictures, saturation * contrast) + grey * (
        contrast * (1 - saturation)
    )


def moved(pictures: Tensor, drawn: Tensor, chosen: Tensor) -> Tensor:
    """Shifted by up to an eighth of the side; grey comes in."""
    side = pictures.shape[-1]
    most = int(side * SHIFT + 0.5)
    shifts = torch.where(chosen, (drawn * (2 * most + 1)).long(), most).tolist()
    wide = functional.pad(pictures, [most] * 4).unbind(0)
    shown: Tensor = torch.stack([each[:, y : y + side, x : x + side] for each, y, x in zip(wide, *shifts, strict=True)])
    return shown.contiguous(memory_format=torch.channels_last)


def holed(pictures: Tensor, drawn: Tensor, chosen: Tensor) -> Tensor:
    """A square of ``HOLE`` of the side is grey."""
    side = pictures.shape[-1]
    hole = int(side * HOLE)
    places = torch.arange(side)
    inside = []
    for axis in drawn:
        first = (axis * (side + 1)).long()[:, None] - hole // 2
        inside.append((places >= first) & (places < first + hole))
    mask = ~(inside[0][:, :, None] & inside[1][:, None, :] & chosen[:, None, None])
    shown: Tensor = pictures * mask[:, None].to(pictures.device, pictures.dtype)
    return shown


@torch.no_grad()
def adapt(strength: Tensor, real: Tensor, painted: Tensor, target: float) -> None:
    """Move ``strength`` in place: up where more pairs than ``target`` are told apart, which is how knowing by heart shows.

    Karras et al. (2020) count the sign of the verdict on real pictures; a relativistic judge's verdict has no zero, so
    the sign of the difference is counted.
    """
    told_apart = (real - painted).sign().mean()
    strength.add_((told_apart - target).sign() * len(real) / PICTURES_TO_FULL).clamp_(0, 1)
