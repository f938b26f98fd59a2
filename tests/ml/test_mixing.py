"""Mixing: equal sliders count equally, ranks are shares of chance pairs, and words follow from ranks."""

from __future__ import annotations

import numpy as np
import pytest

from ml.similarity.mixing import Explanation, explain, mixed, parts
from ml.similarity.spreads import LEVELS, Spread, measure

NARROW = Spread(0.5, 0.05, tuple(np.linspace(0.3, 0.7, len(LEVELS))))
WIDE = Spread(0.0, 0.5, tuple(np.linspace(-1, 1, len(LEVELS))))
SPREADS = {"style": NARROW, "colour": WIDE}


def test_a_deviation_counts_the_same_in_a_narrow_space_as_in_a_wide_one() -> None:
    cosines = {"style": np.array([0.55, 0.5]), "colour": np.array([0.0, 0.5])}
    one, other = mixed(cosines, {"style": 1, "colour": 1}, SPREADS)
    assert one == pytest.approx(0.5)
    assert one == pytest.approx(other)


def test_only_the_proportion_of_weights_matters() -> None:
    cosines = {"style": np.array([0.6]), "colour": np.array([0.1])}
    assert mixed(cosines, {"style": 2, "colour": 1}, SPREADS) == pytest.approx(
        mixed(cosines, {"style": 1, "colour": 0.5}, SPREADS)
    )


def test_a_sense_that_weighs_nothing_takes_no_part() -> None:
    assert set(parts({"style": 1, "colour": 0}, SPREADS)) == {"style"}


@pytest.mark.parametrize(
    "weights", [{}, {"style": 0}, {"style": -1, "colour": 2}, {"smell": 1}], ids=["none", "nothing", "below", "unknown"]
)
def test_weights_that_mean_nothing_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="sense"):
        parts(weights, SPREADS)


def test_a_rank_is_the_share_of_chance_pairs_that_are_less_alike() -> None:
    vectors = np.random.default_rng(1).normal(size=(300, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    spread = measure(vectors)
    cosines = (vectors @ vectors.T)[np.triu_indices(300, 1)]
    for share in (0.5, 0.9, 0.97, 0.995):
        assert spread.rank(float(np.quantile(cosines, share))) == pytest.approx(share, abs=0.006)
    assert spread.rank(1.0) == 1.0
    assert Spread.of_json(spread.as_json()) == spread


def test_words_follow_from_ranks() -> None:
    ranks = {"style": 0.96, "colour": 0.999, "subject": 0.3, "composition": 0.8}
    assert explain(ranks) == Explanation(alike=("colour", "style"), unlike=("subject",))
