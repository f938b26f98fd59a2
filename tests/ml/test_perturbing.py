"""What may happen to a photograph: changes that leave the work what it is."""

from __future__ import annotations

import numpy as np
import pytest

from ml.perturbing import CHANGES, RESIZINGS, changed
from tests.ml.painters import paint


@pytest.mark.parametrize("name", [*CHANGES, *RESIZINGS])
def test_a_change_keeps_a_picture_a_picture(name: str) -> None:
    found = changed(paint(1, 1, side=150), name)
    assert found.dtype == np.uint8
    assert found.ndim == 3
    assert found.shape[2] == 3
    assert found.shape != (150, 150, 3) or (found != paint(1, 1, side=150)).any()


def test_black_and_white_has_no_colour() -> None:
    found = changed(paint(1, 1), "black and white")
    assert (found[..., 0] == found[..., 2]).all()
