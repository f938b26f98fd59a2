"""A difference that is there is found; one that is not is not claimed."""

from __future__ import annotations

import numpy as np
import pytest

from ml.valuation.bootstrap import difference
from ml.valuation.figures import r_squared


def test_a_better_estimate_is_told_from_a_worse_one() -> None:
    random = np.random.default_rng(3)
    true = random.normal(size=800)
    plain, better = (true + noise * random.normal(size=800) for noise in (0.6, 0.3))
    low, middle, high = difference(true, plain, better, r_squared, draws=300)
    assert 0 < low < middle < high
    assert difference(true, plain, plain, r_squared, draws=50) == (0, 0, 0)


def test_intervals_hold_the_true_difference_as_often_as_they_say() -> None:
    random, held = np.random.default_rng(4), 0
    for _time in range(100):
        true = np.zeros(150)
        first, second = random.normal(size=150), random.normal(size=150) + 0.2
        low, _middle, high = difference(true, first, second, lambda a, b: float((b - a).mean()), draws=200)
        held += low <= 0.2 <= high
    assert 88 <= held <= 100


def test_nothing_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="no lots"):
        difference(np.zeros(0), np.zeros(0), np.zeros(0), r_squared)
