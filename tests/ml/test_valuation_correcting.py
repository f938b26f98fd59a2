"""How far the trees' word is trusted, and what pictures add to it: learned only from what the trees had not seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from ml.valuation.correcting import Correction, Walked, learn, trust_of
from ml.valuation.looks import FEWEST, Looks, fit_looks
from ml.valuation.offers import Offer

DAY = dt.date(2012, 5, 1)
RANDOM = np.random.default_rng(11)


@pytest.fixture(autouse=True)
def same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test draws the same numbers, whatever ran before it."""
    monkeypatch.setitem(globals(), "RANDOM", np.random.default_rng(11))


def offers_with(vectors: np.ndarray) -> list[Offer]:
    return [Offer(key=key, date=DAY, vector=vector.astype(np.float32)) for key, vector in enumerate(vectors)]


def window(said: np.ndarray, left: np.ndarray, offers: list[Offer] | None = None) -> Walked:
    """A window whose first guess is 0: what the trees said of it, and what was left to say."""
    quantiles = np.column_stack([said - 1, said, said + 1])
    offers = offers or [Offer(key=key, date=DAY) for key in range(len(said))]
    return Walked(offers, left, np.zeros(len(said)), quantiles, np.zeros(len(said), dtype=np.int64))


@pytest.mark.parametrize("regime", ["walk_in", "estimated"])
@pytest.mark.parametrize("true_part", [0.0, 0.4, 1.0])
def test_the_trees_are_trusted_as_far_as_they_held(regime: str, true_part: float) -> None:
    said = RANDOM.normal(size=4000)
    left = true_part * said + 0.3 * RANDOM.normal(size=4000)
    assert trust_of([window(said, left)], regime) == pytest.approx(true_part, abs=0.05)


@pytest.mark.parametrize(("part", "trust"), [(-0.5, 0.0), (1.7, 1.0)])
def test_trust_stays_between_nothing_and_all(part: float, trust: float) -> None:
    said = RANDOM.normal(size=500)
    assert trust_of([window(said, part * said)], "walk_in") == trust


def test_nothing_walked_teaches_nothing() -> None:
    assert learn([], "walk_in") == Correction(1.0, None)


def test_all_three_quantiles_move_alike() -> None:
    part = window(RANDOM.normal(size=50), RANDOM.normal(size=50))
    low, middle, high = part.corrected(Correction(0.3)).T
    np.testing.assert_allclose(middle, 0.3 * part.quantiles[:, 1])
    np.testing.assert_allclose(high - middle, 1.0)
    np.testing.assert_allclose(middle - low, 1.0)


def pictured(count: int, weight: float, rise: float = 0.0) -> Walked:
    """A window where the first axis of the pictures moves prices by ``weight``, and the market rose by ``rise``."""
    vectors = RANDOM.normal(size=(count, 12))
    left = weight * vectors[:, 0] + rise + 0.5 * RANDOM.normal(size=count)
    return window(np.zeros(count), left, offers_with(vectors))


def test_pictures_add_what_they_tell_of_residuals() -> None:
    parts = [pictured(400, 0.6) for _window in range(3)]
    looks = learn(parts, "walk_in").looks
    assert looks is not None
    np.testing.assert_allclose(looks.direction, [0.6, *[0.0] * 11], atol=0.08)
    unseen = pictured(500, 0.6)
    assert np.std(unseen.true - looks.pull(unseen.offers)) < 0.7 * np.std(unseen.true)


def test_pictures_that_tell_nothing_add_next_to_nothing() -> None:
    looks = learn([pictured(400, 0.0) for _window in range(3)], "walk_in").looks
    assert looks is None or np.abs(looks.pull(pictured(200, 0.0).offers)).max() < 0.25


def test_a_market_that_rose_is_no_matter_of_pictures() -> None:
    part = pictured(2000, 0.0, rise=2.0)
    looks = fit_looks(part.offers, part.true)
    assert looks is not None
    assert abs(looks.pull(part.offers).mean()) < 1e-6


def test_no_picture_or_one_of_another_space_adds_nothing() -> None:
    looks = Looks(np.zeros(3, np.float32), np.ones(3, np.float32))
    bare, other = Offer(key=1, date=DAY), Offer(key=2, date=DAY, vector=np.ones(5, np.float32))
    own = Offer(key=3, date=DAY, vector=np.array([1, 2, 3], np.float32))
    assert looks.pull([bare, other, own]).tolist() == [0.0, 0.0, 6.0]


def test_few_pictures_are_not_learned_from() -> None:
    part = pictured(FEWEST, 1.0)
    assert fit_looks(part.offers, part.true) is not None
    fewer = [replace(part.offers[0], vector=None), *part.offers[1:]]
    assert fit_looks(fewer, part.true) is None
