"""Blank, tiny, a strip: told by numbers alone, before any model is asked."""

from __future__ import annotations

import numpy as np
import pytest

from ml.refusals import is_blank, refused_by_shape


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ((8, 8), "too_small"),
        ((31, 300), "too_small"),
        ((30000, 400), "too_long"),
        ((1024, 7), "too_long"),
        ((640, 480), ""),
    ],
)
def test_a_picture_may_be_too_small_or_a_strip(size: tuple[int, int], reason: str) -> None:
    assert refused_by_shape(*size) == reason


def test_a_blank_is_blank_and_a_dark_picture_is_not() -> None:
    blank = np.full((3, 96, 96), 250, np.uint8)
    dark = np.random.default_rng(1).integers(0, 40, (3, 96, 96), np.uint8)
    framed = blank.copy()
    framed[:, :4] = 0
    of_one_lightness = np.stack(
        [200 - (step := np.indices((96, 96)).sum(0) // 16 % 2 * 100), step, 0 * step + 90]
    ).astype(np.uint8)
    shown = [blank, framed, dark, of_one_lightness]
    assert [is_blank(each) for each in shown] == [True, True, False, False]
