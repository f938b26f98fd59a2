"""Collapse, plainness, decline and a judge who always wins are seen on samples made for it, and said once."""

from __future__ import annotations

import math

import numpy as np

from ml.gan.watching import Watch
from tests.ml.playing import easy

SET = easy(64)


def watch() -> Watch:
    return Watch.beside(SET)


def test_pictures_like_the_set_are_nothing_to_speak_of() -> None:
    assert watch().look(10, easy(64, seed=2), 0.1, [0.5, 0.4]) == []


def test_one_picture_again_and_again_is_collapse() -> None:
    repeated = np.repeat(SET[:1], 64, axis=0)
    (said,) = watch().look(10, repeated, 0.1)
    assert "collapse" in said
    assert said.startswith("Step 10")


def test_two_pictures_in_turn_are_more_than_one() -> None:
    seen = watch()
    one, two = np.repeat(SET[:1], 64, axis=0), np.concatenate([SET[:2]] * 32)
    assert seen.relative_variety(one) < seen.relative_variety(two) < seen.relative_variety(SET) + 1e-9


def test_plain_pictures_are_called_plain_not_collapse() -> None:
    plain = np.repeat(np.arange(64, dtype=np.uint8)[:, None, None, None], 3, axis=1) + np.zeros(
        (1, 3, 16, 16), np.uint8
    )
    (said,) = watch().look(10, plain, 0.1)
    assert "plain" in said


def test_getting_worse_for_three_checks_is_divergence_and_names_the_best_step() -> None:
    seen, good = watch(), easy(64, seed=2)
    said = [words for step, far in enumerate((0.3, 0.1, 0.2, 0.2, 0.25)) for words in seen.look(step, good, far)]
    assert len(said) == 1
    assert "divergence" in said[0]
    assert "step 1" in said[0]


def test_one_bad_check_is_not_divergence() -> None:
    seen, good = watch(), easy(64, seed=2)
    assert not [words for step, far in enumerate((0.3, 0.1, 0.2, 0.09, 0.25)) for words in seen.look(step, good, far)]


def test_distances_that_were_not_measured_prove_nothing() -> None:
    seen, good = watch(), easy(64, seed=2)
    assert not [words for step in range(6) for words in seen.look(step, good, math.nan)]


def test_a_judge_who_always_wins_is_said() -> None:
    (said,) = watch().look(10, easy(64, seed=2), 0.1, [0.001] * 20)
    assert "judge" in said


def test_a_trouble_is_said_once_and_again_after_it_was_over() -> None:
    seen, repeated = watch(), np.repeat(SET[:1], 64, axis=0)
    assert len(seen.look(1, repeated, 0.1)) == 1
    assert seen.look(2, repeated, 0.1) == []
    assert seen.look(3, SET, 0.1) == []
    assert len(seen.look(4, repeated, 0.1)) == 1
    assert len(seen.said) == 2
