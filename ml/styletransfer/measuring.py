"""How near a finished picture comes to its content and to its styles, by one eye."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ml.styletransfer.losses import gram_of, relative, style_loss
from ml.styletransfer.pictures import Style, shares, to_unit
from ml.styletransfer.pyramid import resized
from ml.styletransfer.seeing import Eye
from ml.styletransfer.settings import LEAST_PX

MEASURED_PX = 256


def measured(eye: Eye, unit: Tensor, content: Tensor, styles: Sequence[Style]) -> tuple[float, float]:
    """Content and style loss of a finished picture, seen small; styles mixed by weight, masks left out."""
    found, shown = eye.maps(shrunk(unit, MEASURED_PX)), eye.maps(shrunk(content, MEASURED_PX))
    grams = [
        [share * gram_of(layer) for layer in eye.maps(shrunk(to_unit(style.pixels, eye.device), MEASURED_PX))]
        for share, style in zip(shares(styles), styles, strict=True)
    ]
    mixed = [torch.stack(layer).sum(0) for layer in zip(*grams, strict=True)]
    deep = eye.content_layer
    return float(relative(found[deep], shown[deep])), float(style_loss(found, mixed))


def shrunk(unit: Tensor, longest: int) -> Tensor:
    """No edge longer than ``longest``; none shorter than the eye can use."""
    factor = min(1.0, longest / max(unit.shape[2:]))
    return resized(unit, [max(LEAST_PX, round(side * factor)) for side in unit.shape[2:]])
