"""Small pictures and a small eye, always the same, for tests of restyling."""

from __future__ import annotations

import numpy as np
import torch

from ml.backbone.interface import Provenance
from ml.images import Pixels
from ml.styletransfer import Eye, NetworkSettings
from ml.styletransfer.feedforward import Restyler, fresh
from ml.styletransfer.strokes import STROKES, strokes
from ml.training.form import Form
from tests.ml.painters import paint

TINY = NetworkSettings(width=6, widest=16, query=8, memory=64)


def picture(painter: int, work: int = 1, *, high: int = 64, wide: int = 64) -> Pixels:
    """``uint8 [3, high, wide]`` by an invented painter."""
    whole = paint(painter, work, side=max(high, wide))[:high, :wide]
    return np.ascontiguousarray(whole.transpose(2, 0, 1))


def eye() -> Eye:
    """Our own small network as it is before training, in float32, so that sums are exact enough to compare."""
    torch.manual_seed(4)
    found = Eye(STROKES, strokes(), Provenance("untrained"), device="cpu")
    found.form = Form("cpu", torch.float32, False)
    found.form.prepare(found.trunk)
    return found


def untaught(seen_by: Eye, *, contrast: float = 30) -> Restyler:
    """A restyler that has learned nothing, but paints in full contrast."""
    restyler = fresh(seen_by, TINY)
    restyler.network.measure(seen_by.maps(torch.from_numpy(picture(1)).float()[None] / 255))
    with torch.no_grad():
        restyler.network.decoder.last.weight.mul_(contrast)
    return restyler
