"""Heads and their figures: against answers known by construction, and against sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ml.attribution.figures import by_hand
from ml.classes import by_class
from ml.classification import measuring
from ml.classification.evaluating import evaluate, held_out, majority
from ml.classification.heads import fit_head, fit_scaling, fit_temperature, log_loss, softmax, solve
from ml.classification.labels import Question
from ml.classification.refusing import fit_familiarity
from ml.reporter import Cancelled, SilentReporter


def clouds(
    count: int = 240, apart: float = 1.2, shares: tuple[float, ...] = (0.7, 0.2, 0.1)
) -> tuple[np.ndarray, Question]:
    """Three overlapping Gaussian clouds in 20 dimensions, unequally frequent."""
    random = np.random.default_rng(2)
    y = random.choice(len(shares), count, p=shares)
    centres = random.normal(size=(len(shares), 20)) * apart
    x = (centres[y] + random.normal(size=(count, 20)) * 2).astype(np.float32)
    return x, Question("style", ("a", "b", "c"), y.astype(np.int64))


def test_the_solution_is_where_the_gradient_vanishes() -> None:
    x, question = clouds()
    scaled, strength = fit_scaling(x)(x).astype(np.float64), 1e-2
    weight, bias = solve(scaled, question.targets, 3, strength)
    residual = softmax(scaled @ weight.T + bias) - np.eye(3)[question.targets]
    gradient = residual.T @ scaled / len(x) + strength * weight
    assert np.abs(gradient).max() < 1e-4
    assert np.abs(residual.mean(axis=0)).max() < 1e-4


def test_fewer_pictures_than_features_are_solved_all_the_same() -> None:
    random = np.random.default_rng(1)
    x = random.normal(size=(40, 300)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int64)
    scaled = fit_scaling(x)(x)
    head = fit_head(Question("medium", ("no", "yes"), y), scaled, np.arange(40))
    assert head.weight.shape == (2, 300)
    assert (head.probabilities(scaled).argmax(axis=1) == y).mean() > 0.95


def test_the_temperature_found_is_the_one_that_spoiled_the_logits() -> None:
    random = np.random.default_rng(3)
    logits = random.normal(size=(4000, 4)) * 1.5
    y = np.array([random.choice(4, p=row) for row in softmax(logits)])
    assert fit_temperature(logits * 3, y) == pytest.approx(3, rel=0.1)
    assert log_loss(logits * 3, y, 3.0) < log_loss(logits * 3, y, 1.0)


def test_probabilities_hold_on_held_out_pictures_of_overlapping_clouds() -> None:
    x, question = clouds(900, apart=0.5)
    found, _priors = held_out(question, x, np.arange(900))
    told = measuring.figures(found, question.targets)
    assert found.sum(axis=1) == pytest.approx(np.ones(900))
    assert told["ece"] < 0.06
    assert told["top_1"] > measuring.figures(majority(question), question.targets)["top_1"]


def test_ranking_as_if_equally_frequent_finds_more_of_the_rare() -> None:
    x, question = clouds(600, apart=0.4)
    found, priors = held_out(question, x, np.arange(600))
    told = measuring.figures(found, question.targets, log_prior=priors)
    assert told["balanced_if_equal"] > told["balanced_accuracy"] + 0.05


def test_no_work_is_on_both_sides() -> None:
    """Labels that only the work tells: pictures come in pairs; who sees the twin is right, who does not guesses."""
    random = np.random.default_rng(5)
    works = np.repeat(np.arange(100), 2)
    y = np.repeat(random.integers(0, 2, 100), 2)
    x = np.repeat(random.normal(size=(100, 400)), 2, axis=0).astype(np.float32)
    x += 0.01 * random.normal(size=x.shape).astype(np.float32)
    question = Question("style", ("a", "b"), y)

    def accuracy(groups: np.ndarray) -> float:
        return measuring.figures(held_out(question, x, groups)[0], y)["top_1"]

    assert accuracy(works) < 0.65
    assert accuracy(np.arange(200)) > 0.8


def test_figures_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1, 0], [0.6, 0.4, 0], [0.3, 0.7, 0], [0.2, 0.2, 0.6]])
    targets = np.array([0, 1, 1, 2])
    told = measuring.figures(probabilities, targets)
    assert told["top_1"] == 0.75
    assert told["top_3"] == 1
    assert told["balanced_accuracy"] == pytest.approx((1 + 0.5 + 1) / 3)
    assert told["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert told["brier"] == pytest.approx((0.02 + 0.72 + 0.18 + 0.24) / 4)
    assert told["ece"] == pytest.approx((0.1 + 0.3 + abs(1.2 - 1)) / 4)
    assert measuring.confusion(probabilities, targets, "abc")["counts"] == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert by_class(probabilities.argmax(axis=1), targets, 3)[0] == {
        "n": 1, "precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3),
    }  # fmt: skip


def test_calibration_rows_hold_every_picture() -> None:
    x, question = clouds()
    rows = measuring.calibration(held_out(question, x, np.arange(len(x)))[0], question.targets)
    assert sum(row["n"] for row in rows) == len(x)
    assert all(row["low"] <= row["predicted"] <= row["high"] for row in rows)


def test_hands_are_counted_as_classes_are_most_works_first() -> None:
    first, truth = np.array([0, 2, 2, 1, 2]), np.array([0, 2, 2, 2, 0])
    rows = by_hand(first, truth, ("Ada", "Bo", "Cy"))
    assert [(row["label"], row["n"]) for row in rows] == [("Cy", 3), ("Ada", 2)]
    assert rows[0] == {"label": "Cy", **by_class(first, truth, 3)[2]}
    assert (rows[1]["precision"], rows[1]["recall"], rows[1]["f1"]) == pytest.approx((1, 1 / 2, 2 / 3))


def test_every_figure_stands_beside_its_controls() -> None:
    x, question = clouds()
    noise = np.random.default_rng(9).normal(size=x.shape).astype(np.float32)
    (part,) = evaluate([question], x, {"noise": noise}, np.arange(len(x)), SilentReporter())
    assert [each["name"] for each in part["controls"]] == ["noise", "majority"]
    assert part["figures"]["top_1"] > max(each["top_1"] for each in part["controls"])
    assert [row["label"] for row in part["figures_by_class"]] == ["a", "b", "c"]
    assert np.array(part["confusion"]["counts"]).sum() == part["figures"]["n"] == len(x)


def test_a_stopped_evaluation_ends() -> None:
    class Stopping(SilentReporter):
        def should_stop(self) -> bool:
            return True

    x, question = clouds()
    with pytest.raises(Cancelled):
        evaluate([question], x, {}, np.arange(len(x)), Stopping())


def test_what_is_unlike_all_that_was_seen_is_known_and_what_is_like_it_is_not() -> None:
    random = np.random.default_rng(6)
    mixing = random.normal(size=(10, 60))

    def seen(count: int) -> np.ndarray:
        return (random.normal(size=(count, 10)) @ mixing + 0.3 * random.normal(size=(count, 60))).astype(np.float32)

    known = fit_familiarity(seen(400))
    assert known.is_unlike(seen(400)).mean() < 0.03
    assert known.is_unlike((3 * random.normal(size=(50, 60))).astype(np.float32)).all()
    assert np.median(known.distance(seen(400))) == pytest.approx(1, abs=0.15)
