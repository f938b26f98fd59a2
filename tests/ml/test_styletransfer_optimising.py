"""Restyling by optimisation: both losses fall, and what is refused is said."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ml.backbone.interface import Provenance
from ml.reporter import SilentReporter
from ml.styletransfer import Eye, OptimisationSettings, Style, UnsuitablePicture, restyle
from ml.styletransfer.strokes import STROKES, strokes
from tests.ml.painters import paint


def picture(painter: int, work: int = 1, side: int = 64) -> np.ndarray:
    """``uint8 [3, side, side]``."""
    return np.ascontiguousarray(paint(painter, work, side=side).transpose(2, 0, 1))


@pytest.fixture(scope="module")
def eye() -> Eye:
    """Our own small network as it is before training, always the same."""
    torch.manual_seed(4)
    return Eye(STROKES, strokes(), Provenance("untrained"), device="cpu")


def quick(**more: object) -> OptimisationSettings:
    return OptimisationSettings(**{"steps": 16, "scales": 1, "show_every": 5, **more})  # type: ignore[arg-type]


def test_it_works(eye: Eye) -> None:
    content, shown = picture(1), []
    made = restyle(
        content,
        [Style(picture(2, side=80))],
        eye,
        quick(),
        SilentReporter(),
        on_picture=lambda step, pixels: shown.append((step, pixels.shape)),
    )
    assert made.pixels.shape == content.shape
    assert made.pixels.dtype == np.uint8
    assert made.style_loss < 0.5 * made.course[0].style_loss
    assert [step for step, _shape in shown] == [5, 10, 15]
    assert {shape for _step, shape in shown} == {(3, 64, 64)}


def test_a_style_of_one_colour_is_refused(eye: Eye) -> None:
    plain = np.full((3, 64, 64), 90, np.uint8)
    with pytest.raises(UnsuitablePicture, match="of one colour"):
        restyle(picture(1), [Style(plain)], eye, quick(), SilentReporter())
