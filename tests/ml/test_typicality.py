"""How like a hand's own works a picture is: shares of distances that are known by construction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.attribution.crossfitting import HeldOut
from ml.attribution.judging import mean_squares
from ml.attribution.typicality import FEWEST, Typicality, learn_typicality

DISTANCES = st.lists(st.floats(0, 100), min_size=FEWEST, max_size=40)


def held(farness: np.ndarray, truth: np.ndarray) -> HeldOut:
    count = len(truth)
    judged = np.where(np.isfinite(farness), -1.0, -np.inf)[None]
    return HeldOut(("Ada", "Bo"), judged, truth, np.arange(count), np.zeros(count), np.zeros(count), farness)


def test_a_picture_is_counted_among_the_works_that_lie_as_far() -> None:
    typicality = Typicality({"Ada": (1.0, 2.0, 2.0, 4.0)})
    assert typicality.of("Ada", 0.5) == 1.0
    assert typicality.of("Ada", 2.0) == pytest.approx(4 / 5)
    assert typicality.of("Ada", 9.0) == pytest.approx(1 / 5)
    assert typicality.of("Ada", 4.0, is_among_them=True) == pytest.approx(1 / 4)


def test_of_a_hand_with_few_works_nothing_is_said() -> None:
    farness = np.array([[float(place), np.inf] for place in range(FEWEST)] + [[50.0, 1.0]])
    found = learn_typicality(held(farness, np.array([0] * FEWEST + [1])))
    assert found.own == {"Ada": tuple(range(FEWEST))}
    assert found.of("Bo", 1.0) is None


@given(DISTANCES, st.floats(0.05, 1))
def test_of_a_hands_own_works_no_more_than_a_share_look_as_unusual_as_it(distances: list[float], share: float) -> None:
    typicality = Typicality({"Ada": tuple(sorted(distances))})
    own = [typicality.of("Ada", distance, is_among_them=True) for distance in distances]
    assert np.mean([each <= share for each in own if each is not None]) <= share + 1e-9


@given(DISTANCES, st.floats(0, 200), st.floats(0, 200))
def test_the_farther_the_less_typical(distances: list[float], one: float, other: float) -> None:
    typicality = Typicality({"Ada": tuple(sorted(distances))})
    near, far = typicality.of("Ada", min(one, other)), typicality.of("Ada", max(one, other))
    assert near is not None
    assert far is not None
    assert 0 < far <= near <= 1


def test_distances_by_products_are_those_by_differences() -> None:
    random = np.random.default_rng(1)
    parts, middles = random.normal(3, 1, (5, 4, 8)).astype(np.float32), random.normal(3, 1, (3, 8)).astype(np.float32)
    plain = np.square(parts[:, :, None] - middles).mean((1, 3))
    assert mean_squares(parts, middles) == pytest.approx(plain, rel=1e-5)
