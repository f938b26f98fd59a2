"""Agreement between raters against published examples; ratings foretold with their error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.appraisal import MEASURES
from ml.appraisal.agreement import TooFewRatings, agreement, agreements
from ml.appraisal.ratings import (
    Rated,
    Rating,
    RatingModel,
    TooFewRated,
    mean_ratings,
    surprises,
    train,
)
from ml.artefacts import BadArtefact

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: four observers, twelve units, values missing.
PUBLISHED = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


def published() -> np.ndarray:
    rows = [line.split() for line in PUBLISHED.strip().splitlines()]
    return np.array([[np.nan if each == "." else float(each) for each in row] for row in rows])


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_is_that_of_krippendorffs_own_example(level, alpha):
    found = agreement(published(), level=level, draws=200)
    assert found.alpha == pytest.approx(alpha, abs=0.0006)
    assert found.low <= found.alpha <= found.high <= 1
    assert (found.raters, found.works) == (4, 11)


def test_alpha_of_two_observers_is_that_of_the_same_paper():
    """Its section A: two observers, ten units, two values: 0.095."""
    table = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], float)
    assert agreement(table, level="nominal").alpha == pytest.approx(0.095, abs=0.0006)


def test_full_agreement_is_one_and_chance_is_nought():
    random = np.random.default_rng(4)
    scores = random.integers(1, 8, 400).astype(float)
    assert agreement(np.stack([scores, scores, scores])).alpha == pytest.approx(1)
    assert abs(agreement(random.integers(1, 8, (3, 400)).astype(float)).alpha) < 0.08


@given(st.integers(0, 10_000), st.sampled_from(["nominal", "ordinal", "interval"]))
def test_the_order_of_raters_and_works_does_not_matter(seed, level):
    random = np.random.default_rng(seed)
    table = random.integers(1, 5, (4, 9)).astype(float)
    table[random.random(table.shape) < 0.2] = np.nan
    try:
        found = agreement(table, level=level, draws=1).alpha
    except TooFewRatings:
        return
    mixed = table[random.permutation(4)][:, random.permutation(9)]
    assert agreement(mixed, level=level, draws=1).alpha == pytest.approx(found, abs=1e-9)
    assert found <= 1 + 1e-12


def test_agreement_refuses_what_tells_nothing():
    for table in (np.full((3, 6), 4.0), np.array([[1.0, np.nan, 2], [np.nan, 3, np.nan]]), np.ones((1, 5))):
        with pytest.raises(TooFewRatings):
            agreement(table)
    with pytest.raises(ValueError, match="level of measurement"):
        agreement(published(), level="vague")


def test_agreement_is_told_by_criterion():
    votes = [Rating(rater, f"w{n}", "colour", float(n % 5 + 1)) for rater in "ab" for n in range(10)]
    alone = [Rating("a", "w1", "balance", 3)]
    found = agreements(votes + alone)
    assert found["colour"] is not None
    assert found["colour"].alpha == pytest.approx(1)
    assert found["balance"] is None
    assert mean_ratings([*votes, Rating("b", "w0", "colour", 3)], "colour")["w0"] == (2.0, 2)


def rated(count: int, *, deep: bool = False, seed: int = 6) -> tuple[list[Rated], list[float]]:
    """Works whose ratings grow with contrast and warmth, and with one direction of their deep features."""
    random = np.random.default_rng(seed)
    works, means = [], []
    for _work in range(count):
        measures = {name: float(random.uniform(each.low, each.high)) for name, each in MEASURES.items()}
        if random.random() < 0.2:
            del measures["perspective"]
        vector = random.normal(size=64) if deep else None
        pull = 4 + 6 * (measures["contrast"] - 0.25) + 1.5 * measures["temperature"]
        pull += 1.2 * vector[:4].sum() if vector is not None else 0.0
        works.append(Rated(measures, vector))
        means.append(float(np.clip(pull + random.normal(0, 0.35), 1, 7)))
    return works, means


def test_what_drives_ratings_is_learnt_and_the_error_is_that_of_new_works():
    works, means = rated(150)
    model = train("mood", works, means, scale=(1, 7))
    new, truth = rated(300, seed=7)
    told = model.predict(new)
    error = np.abs([each.value - true for each, true in zip(told, truth, strict=True)]).mean()
    assert model.figures["skill"] > 0.35
    assert error == pytest.approx(model.figures["mae"], rel=0.2)
    covered = np.mean([each.low <= true <= each.high for each, true in zip(told, truth, strict=True)])
    assert 0.72 < covered < 0.9
    assert model.figures["coverage"] == pytest.approx(0.8, abs=0.08)
    assert all(1 <= each.low <= each.value <= each.high <= 7 for each in told)


def test_ratings_that_follow_nothing_have_no_skill():
    works, means = rated(80)
    shuffled = list(np.random.default_rng(8).permutation(means))
    assert train("mood", works, shuffled, scale=(1, 7)).figures["skill"] < 0.1


def test_deep_features_help_where_they_tell():
    works, means = rated(200, deep=True)
    bare = [Rated(work.measures) for work in works]
    with_them, without = (train("mood", each, means, scale=(1, 7)).figures["mae"] for each in (works, bare))
    assert with_them < without


def test_too_few_rated_works_are_refused():
    works, means = rated(29)
    with pytest.raises(TooFewRated) as refused:
        train("mood", works, means, scale=(1, 7))
    assert (refused.value.works, refused.value.minimum) == (29, 30)
    works, _means = rated(40)
    with pytest.raises(ValueError, match="rated alike"):
        train("mood", works, [4.0] * 40, scale=(1, 7))


def test_works_of_one_group_are_never_on_both_sides():
    """Each work photographed four times: by photographs the error looks small, by works it does not."""
    works, _means = rated(25)
    several = [work for work in works for _copy in range(4)]
    means = list(np.repeat(np.random.default_rng(9).uniform(1, 7, 25), 4))
    by_work = train("mood", several, means, scale=(1, 7), groups=list(np.repeat(range(25), 4)))
    by_photograph = train("mood", several, means, scale=(1, 7))
    assert by_photograph.figures["mae"] < by_work.figures["mae"]


@pytest.mark.parametrize("method", ["ridge", "trees"])
def test_a_kept_model_answers_the_same(tmp_path, method):
    works, means = rated(130, deep=True)
    if method == "trees":
        means = [
            float(4 + 2 * (work.measures["contrast"] > 0.25) * np.sign(work.measures["temperature"])) for work in works
        ]
    model = train("mood", works, means, scale=(1, 7))
    assert model.method == method
    model.save(tmp_path)
    kept = RatingModel.load(tmp_path)
    assert kept.predict(works[:9]) == model.predict(works[:9])
    assert (kept.criterion, kept.works, kept.figures) == ("mood", 130, model.figures)
    with pytest.raises(ValueError, match="deep features"):
        kept.predict([Rated(works[0].measures)])


def test_a_broken_model_is_named(tmp_path):
    works, means = rated(40)
    train("mood", works, means, scale=(1, 7)).save(tmp_path)
    (tmp_path / "rating.safetensors").write_bytes(b"broken")
    with pytest.raises(BadArtefact, match="checksum"):
        RatingModel.load(tmp_path)
    with pytest.raises(BadArtefact):
        RatingModel.load(tmp_path / "nowhere")


def test_where_experts_and_machine_differ():
    works, means = rated(60)
    model = train("mood", works, means, scale=(1, 7))
    told = dict(zip("abc", model.predict(works[:3]), strict=True))
    experts = {"a": told["a"].value, "b": told["b"].high + 1, "c": told["c"].low - 2, "x": 7.0}
    assert [work for work, _away in surprises(told, experts)] == ["c", "b"]
