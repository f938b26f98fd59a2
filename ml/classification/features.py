"""What the heads look at: statistics of a frozen trunk's layers at two sizes of the picture, and its colours by place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ml.artefacts import BadArtefact, load_tensors, save_tensors
from ml.backbone import Backbone
from ml.backbone.features import colours
from ml.backbone.statistics import channel_statistics
from ml.images import Pixels, colour_histogram
from ml.reporter import Cancelled, Reporter

Features = npt.NDArray[np.float32]
SCALES = (1.0, 0.57)
COLOUR_WEIGHT = 0.5
LEVELS = 6


def features_of(backbone: Backbone, batch: Pixels, *, scales: Iterable[float] = SCALES) -> Features:
    """``float32 [n, d]`` of RGB ``uint8 [n, 3, input_px, input_px]``: means and deviations of the channels of each tapped
    layer, of unit length by layer, at each scale of the picture; and its colours on a 4 × 4 grid."""
    parts = []
    for scale in scales:
        for layer in backbone.maps(resized(batch, max(32, round(scale * batch.shape[-1])))):
            parts += [functional.normalize(part) for part in channel_statistics(layer)]
    unit = torch.from_numpy(batch).to(parts[0].device).float() / 255
    return np.asarray(torch.cat([*parts, COLOUR_WEIGHT * colours(unit)], dim=1).cpu().numpy(), np.float32)


def resized(batch: Pixels, side_px: int) -> Pixels:
    if batch.shape[-1] == side_px:
        return batch
    small: Tensor = functional.interpolate(
        torch.from_numpy(batch).float(), size=side_px, mode="bilinear", antialias=True
    )
    return np.asarray(small.round().clamp(0, 255).byte().numpy())


def features_of_all(
    backbone: Backbone, batches: Iterable[Pixels], total: int, reporter: Reporter, *, phase: str = "",
    scales: Iterable[float] = SCALES,
) -> Features:  # fmt: skip
    """Features of many pictures, batch by batch. Raises ``Cancelled`` when told to stop."""
    found, done, scales = [], 0, tuple(scales)
    for batch in batches:
        if reporter.should_stop():
            raise Cancelled
        found.append(features_of(backbone, batch, scales=scales))
        done += len(batch)
        reporter.progress(done, total, phase=phase)
    return np.concatenate(found)


def cached(path: Path | None, key: str, make: Callable[[], Features]) -> Features:
    """What ``make`` gives, kept at ``path`` under a key of its inputs, so that a second run need not look again."""
    if path is None:
        return make()
    file = path / f"features-{key[:16]}.safetensors"
    try:
        return np.asarray(load_tensors(file)["features"].numpy())
    except (BadArtefact, KeyError):
        found = make()
        save_tensors({"features": torch.from_numpy(found)}, file)
        return found


def histogram(batch: Pixels) -> Features:
    """Square roots of the shares of 6 × 6 × 6 colours, ``float32 [n, 216]``: the control that sees nothing but colours."""
    return colour_histogram(batch, LEVELS)
