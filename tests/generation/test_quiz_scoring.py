"""The human score: figures against values worked out by hand and by their definitions."""

from __future__ import annotations

import pytest

from analysis.generation.quiz_scoring import FEWEST_ANSWERS, FEWEST_PEOPLE, Score


def test_people_who_guess_score_nothing():
    score = Score(people=5, generated=100, taken=50, real=80, known=40)
    assert (score.share, score.accuracy) == (0.5, 0.5)
    assert score.d_prime == pytest.approx(0, abs=1e-9)
    assert not score.is_told_apart


def test_the_interval_is_wilson_s():
    """10 of 40: 0.142 to 0.402 (Wilson's formula, reckoned by hand)."""
    low, high = Score(generated=40, taken=10).interval
    assert (low, high) == (pytest.approx(0.1419, abs=1e-3), pytest.approx(0.4019, abs=1e-3))


def test_people_who_tell_most_apart_are_better_than_guessing():
    score = Score(people=4, generated=50, taken=10, real=50, known=45)
    assert score.accuracy == pytest.approx(0.85)
    low, high = score.accuracy_interval
    assert 0.5 < low < 0.85 < high < 1
    assert score.d_prime == pytest.approx(2.06, abs=0.03), "z(40.5/51) - z(5.5/51)"
    assert score.is_told_apart


def test_pictures_taken_for_real_more_often_than_real_ones_turn_the_sign():
    assert Score(people=4, generated=50, taken=45, real=50, known=10).d_prime < -1


@pytest.mark.parametrize("taken", [0, 40])
def test_all_or_none_right_stays_finite(taken):
    score = Score(people=3, generated=40, taken=taken, real=40, known=40)
    assert abs(score.d_prime) < 6
    assert all(0 <= end <= 1 for end in score.accuracy_interval)


def test_few_answers_or_few_people_are_not_enough():
    full = {"people": FEWEST_PEOPLE, "generated": FEWEST_ANSWERS, "real": FEWEST_ANSWERS}
    assert Score(**full).is_enough
    for name in full:
        assert not Score(**(full | {name: full[name] - 1})).is_enough, name
