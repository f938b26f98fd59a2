"""The parts of an opinion: imitations, pools, calibration, figures with a known answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.attribution import figures
from ml.attribution.calibrating import Pool, disagreement, fit_line, fit_pool
from ml.attribution.imitating import imitate
from ml.attribution.projecting import fit_basis, fit_hand, unit
from ml.calibration import calibration_error
from tests.ml.painters import paint


def test_an_imitation_has_the_master_s_colours_and_the_other_s_drawing() -> None:
    work, master = paint(1, 1), paint(2, 1)
    found = imitate(work, master).astype(float)
    assert np.abs(found.mean((0, 1)) - master.mean((0, 1))).max() < 12
    light = [picture.mean(2) - picture.mean() for picture in (found, work.astype(float))]
    assert abs(np.corrcoef(light[0].ravel(), light[1].ravel())[0, 1]) > 0.5


def test_a_hand_s_own_scatter_is_divided_out() -> None:
    random = np.random.default_rng(1)
    hands = [str(place % 5) for place in range(100)]
    centres = random.normal(size=(5, 2))
    signal = np.stack([centres[int(hand)] for hand in hands]) + 0.1 * random.normal(size=(100, 2))
    points = np.concatenate([signal, 2 * random.normal(size=(100, 8))], axis=1).astype(np.float32)
    placed = unit(points @ fit_hand(points, hands, kept=2, shrinkage=0.01))
    raw = unit(points)
    assert nearest_is_own(placed, hands) > nearest_is_own(raw, hands) + 0.2


def nearest_is_own(vectors: np.ndarray, hands: list[str]) -> float:
    likeness = vectors @ vectors.T - 9 * np.eye(len(vectors))
    return float(np.mean([hands[place] == hands[other] for place, other in enumerate(likeness.argmax(1))]))


def test_what_a_perturbation_moves_counts_for_little() -> None:
    random = np.random.default_rng(2)
    hands = [str(place % 4) for place in range(80)]
    points = random.normal(size=(80, 6)).astype(np.float32)
    moved = np.zeros((50, 6), np.float32)
    moved[:, 0] = 10 * random.normal(size=50)
    axes = fit_hand(points, hands, kept=5, changes=moved, shrinkage=0.01)
    plain = fit_hand(points, hands, kept=5, shrinkage=0.01)
    assert np.abs(axes[0]).max() < 0.5 * np.abs(plain[0]).max()


def test_a_stranger_to_the_basis_is_strange() -> None:
    random = np.random.default_rng(3)
    seen = (random.normal(size=(200, 5)) @ random.normal(size=(5, 40))).astype(np.float32)
    basis = fit_basis(seen, kept=5)
    assert basis.strangeness(seen).mean() < 0.05
    assert basis.strangeness(random.normal(size=(10, 40)).astype(np.float32) * 3).mean() > 0.5


def test_the_pool_trusts_the_judge_who_is_right() -> None:
    random = np.random.default_rng(4)
    truth = random.integers(0, 3, 300)
    good = np.log(np.full((300, 3), 0.15) + 0.55 * np.eye(3)[truth])
    bad = np.log(random.dirichlet(np.ones(3), 300))
    pool = fit_pool(np.stack([good, bad]), truth)
    assert pool.weights[0] > 0.5 > pool.weights[1]


@given(st.lists(st.floats(-20, 0), min_size=3, max_size=3), st.floats(0, 5))
def test_a_pool_gives_probabilities_and_none_to_who_is_not_known(words: list[float], weight: float) -> None:
    judged = np.array([[[*words, -np.inf]]])
    chances = Pool((weight,))(judged)[0]
    assert chances.sum() == pytest.approx(1)
    assert chances[3] == 0


@given(st.integers(2, 6), st.integers(2, 5), st.integers(0, 99))
def test_disagreement_lies_between_nothing_and_one(parts: int, answers: int, seed: int) -> None:
    chances = np.random.default_rng(seed).dirichlet(np.ones(answers), parts)
    assert 0 <= disagreement(chances) <= 1
    assert disagreement(np.repeat(chances[:1], parts, axis=0)) == pytest.approx(0, abs=1e-6)


def test_two_certain_voices_for_two_names_disagree_wholly() -> None:
    assert disagreement(np.eye(2)) == pytest.approx(1)


def test_a_balanced_line_gives_likelihood_ratios() -> None:
    random = np.random.default_rng(5)
    answers = random.random(4000) < 0.1
    scores = random.normal(size=4000) + 2.0 * answers
    line = fit_line(scores[:, None], answers, balanced=True)
    at = np.array([[0.0], [1.0], [2.0]])
    true_log_ratio = 2.0 * at[:, 0] - 2.0
    assert line.log_odds(at) == pytest.approx(true_log_ratio, abs=0.35)


def test_a_line_without_two_answers_is_flat() -> None:
    line = fit_line(np.random.default_rng(1).normal(size=(10, 2)), np.zeros(10, bool))
    assert line(np.ones((1, 2)))[0] < 0.1


def test_calibration_error_of_a_coin_that_calls_itself_sure() -> None:
    right = np.arange(100) % 2 == 0
    assert calibration_error(np.full(100, 0.95), right) == pytest.approx(0.45)
    assert calibration_error(np.full(100, 0.5), right) == pytest.approx(0.0)


def test_figures_of_a_perfect_and_of_a_blind_judge() -> None:
    truth = np.array([0, 1, 2, 0])
    perfect = figures.ranking(np.eye(3)[truth], truth, hands="abc")
    assert (perfect["top1"], perfect["macro_f1"], perfect["brier"]) == (1, 1, 0)
    blind = figures.ranking(np.full((4, 3), 1 / 3), truth, hands="abc")
    assert blind["top1"] == 0.5
    assert blind["balanced_accuracy"] == pytest.approx(1 / 3)


def test_equal_errors_of_scores_that_part_the_trials() -> None:
    rate, at = figures.equal_errors(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True]))
    assert rate == 0
    assert 0.2 < at <= 0.8
    assert np.isnan(figures.equal_errors(np.array([0.1]), np.array([True]))[0])


def test_strangers_told_by_chance_and_by_sight() -> None:
    strangers = np.array([True, True, False, False])
    assert figures.telling_strangers(np.array([0.9, 0.8, 0.1, 0.2]), strangers)["auroc"] == 1
    assert figures.telling_strangers(np.array([0.5, 0.5, 0.5, 0.5]), strangers)["auroc"] == 0.5
    assert figures.telling_strangers(np.array([0.5]), np.array([False])) == {}
