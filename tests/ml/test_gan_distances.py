"""Distances and manifolds: each as its paper defines it, and right where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from ml.gan.distances import Scale, fid, kid
from ml.gan.manifolds import different_pictures, distances, manifold


def cloud(count: int, width: int = 6, *, seed: int = 0, shift: float = 0.0, breadth: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, breadth, (count, width))


def naive_kid(left: np.ndarray, right: np.ndarray) -> float:
    def k(x: np.ndarray, y: np.ndarray) -> float:
        return (float(x @ y) / len(x) + 1) ** 3

    def among(side: np.ndarray) -> float:
        pairs = [k(side[i], side[j]) for i in range(len(side)) for j in range(len(side)) if i != j]
        return float(np.mean(pairs))

    return among(left) + among(right) - 2 * float(np.mean([k(x, y) for x in left for y in right]))


def test_the_kernel_distance_is_the_mean_over_pairs() -> None:
    left, right = cloud(9, seed=1), cloud(7, seed=2, shift=0.5)
    assert kid(left, right)[0] == pytest.approx(naive_kid(left, right))


def test_its_error_is_that_of_leaving_out_each_picture_in_turn() -> None:
    left, right = cloud(9, seed=1), cloud(7, seed=2, shift=0.5)
    variance = 0.0
    for count, without in (
        (9, lambda place: naive_kid(np.delete(left, place, 0), right)),
        (7, lambda place: naive_kid(left, np.delete(right, place, 0))),
    ):
        each = np.array([without(place) for place in range(count)])
        variance += (count - 1) / count * float(np.square(each - each.mean()).sum())
    assert kid(left, right)[1] == pytest.approx(np.sqrt(variance))


def test_the_kernel_distance_of_one_population_is_nothing_on_average() -> None:
    found = [kid(cloud(60, seed=2 * draw), cloud(60, seed=2 * draw + 1)) for draw in range(60)]
    values, errors = np.array(found).T
    assert abs(values.mean()) < 3 * values.std() / np.sqrt(len(values))
    assert 0.5 < values.std() / errors.mean() < 1.5
    assert values.min() < 0


def test_large_sets_are_compared_in_blocks_with_the_same_answer_within_its_error() -> None:
    left, right = cloud(300, seed=1), cloud(240, seed=2, shift=0.3)
    whole, blocks = kid(left, right), kid(left, right, block=60)
    assert abs(whole[0] - blocks[0]) < 3 * blocks[1]
    assert kid(left, right, block=60) == blocks


def test_a_set_is_nearer_than_nothing_to_itself() -> None:
    same = cloud(40)
    assert kid(same, same)[0] < 0
    assert fid(same, same) == pytest.approx(0, abs=1e-9)


def test_the_fréchet_distance_of_shifted_and_stretched_gaussians_is_the_closed_form() -> None:
    width, shift, stretch = 4, 0.7, 2.0
    left, right = cloud(40_000, width, seed=1), cloud(40_000, width, seed=2, shift=shift, breadth=stretch)
    assert fid(left, right) == pytest.approx(width * (shift**2 + (stretch - 1) ** 2), rel=0.03)


@pytest.mark.parametrize(
    ("count", "width"), [(30, 5), (12, 12), (8, 20)], ids=["many", "as many", "fewer than features"]
)
def test_the_fréchet_distance_is_that_of_the_usual_matrix_root(count: int, width: int) -> None:
    left, right = cloud(count, width, seed=3), cloud(count + 3, width, seed=4, shift=0.4) @ cloud(width, width, seed=5)
    one, other = np.cov(left.T), np.cov(right.T)
    half = linalg.sqrtm(one).real
    means = left.mean(0) - right.mean(0)
    inner = np.linalg.eigvalsh(half @ other @ half).clip(0)
    expected = means @ means + np.trace(one + other) - 2 * np.sqrt(inner).sum()
    assert fid(left, right) == pytest.approx(float(expected), rel=1e-4)


def test_a_shift_alone_moves_the_fréchet_distance_by_its_square() -> None:
    same = cloud(50, 8)
    assert fid(same, same + 3) == pytest.approx(8 * 9)


def test_too_few_pictures_have_no_distance() -> None:
    for measure in (kid, fid):
        with pytest.raises(ValueError, match="3 pictures"):
            measure(cloud(2), cloud(9))


def test_a_scale_is_centred_and_has_one_unit_of_variance_a_feature() -> None:
    reference = cloud(50, 6, shift=5, breadth=0.01)
    scaled = Scale.of(reference)(reference)
    assert np.allclose(scaled.mean(0), 0, atol=1e-9)
    assert scaled.var(0, ddof=1).sum() == pytest.approx(6)
    assert np.isfinite(Scale.of(np.ones((5, 3)))(np.ones((5, 3)))).all()


def naive_manifold(real: np.ndarray, made: np.ndarray) -> tuple[float, float, float, float]:
    def radius(side: np.ndarray, place: int, k: int) -> float:
        return float(sorted(np.linalg.norm(side[place] - other) for j, other in enumerate(side) if j != place)[k - 1])

    def within(point: np.ndarray, side: np.ndarray, k: int) -> list[bool]:
        return [bool(np.linalg.norm(point - side[j]) <= radius(side, j, k)) for j in range(len(side))]

    precision = np.mean([any(within(point, real, 3)) for point in made])
    recall = np.mean([any(within(point, made, 3)) for point in real])
    density = np.sum([sum(within(point, real, 5)) for point in made]) / (5 * len(made))
    nearest = [min(np.linalg.norm(real[j] - point) for point in made) for j in range(len(real))]
    coverage = np.mean([nearest[j] <= radius(real, j, 5) for j in range(len(real))])
    return float(precision), float(recall), float(density), float(coverage)


@settings(max_examples=15, deadline=None)
@given(st.integers(7, 14), st.integers(7, 14), st.integers(0, 99))
def test_manifolds_are_as_their_papers_define_them(n: int, m: int, seed: int) -> None:
    real, made = cloud(n, 3, seed=seed), cloud(m, 3, seed=seed + 100, shift=0.5)
    found = manifold(real, made)
    expected = naive_manifold(real, made)
    assert (found.precision, found.recall, found.density, found.coverage) == pytest.approx(expected)


def test_copies_have_full_precision_and_recall_and_repeats_cover_next_to_nothing() -> None:
    real, other = cloud(200, 8, seed=1), cloud(200, 8, seed=2)
    copies, repeats = manifold(real, real.copy()), manifold(real, np.tile(other[:10], (20, 1)))
    assert (copies.precision, copies.recall, copies.coverage) == (1, 1, 1)
    assert repeats.precision > 0.3
    assert repeats.recall == 0
    assert repeats.coverage < 0.3


def test_manifolds_need_more_pictures_than_neighbours() -> None:
    with pytest.raises(ValueError, match="More than 5"):
        manifold(cloud(5), cloud(20))


def test_a_distance_to_itself_is_nothing_however_far_from_the_origin() -> None:
    far = cloud(20, 8, shift=1000)
    assert np.diag(distances(far, far)).max() == 0


def test_repeats_are_counted_once() -> None:
    different, few = cloud(100, 20, breadth=3), np.tile(cloud(10, 20, breadth=3), (10, 1))
    assert different_pictures(few) <= 10
    assert different_pictures(different) > 90
    assert different_pictures(np.zeros((8, 4))) == pytest.approx(1)
