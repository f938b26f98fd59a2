"""One work or two: other photographs of a picture are told from other pictures, and the answer is calibrated."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ml.images import Pixels, square
from ml.perturbing import WAYS, another_photograph, as_pixels
from ml.planes import cells
from ml.similarity.calibrating import USUAL_SAME_WORK, Calibration, TooFewPairs, expected_error, fit
from ml.similarity.duplicates import SIDE, overlay
from ml.similarity.mapping import joined, plane
from ml.similarity.pairs import hash_agreement, neighbours, photographs
from ml.similarity.spreads import measure


def pictures(count: int) -> Pixels:
    """Pictures of patches, coarse and fine, no two alike."""
    random, made = np.random.default_rng(11), []
    for _number in range(count):
        coarse = Image.fromarray(random.integers(0, 255, (5, 5, 3), np.uint8)).resize(
            (256, 256), Image.Resampling.BICUBIC
        )
        fine = Image.fromarray(random.integers(0, 255, (24, 24, 3), np.uint8)).resize(
            (256, 256), Image.Resampling.BICUBIC
        )
        made.append(square(Image.blend(coarse, fine, 0.4), 256))
    return np.stack(made)


SHOWN = pictures(6)


@pytest.mark.parametrize("way", range(len(WAYS)), ids=[way.__name__ for way in WAYS])
def test_another_photograph_agrees_and_another_picture_does_not(way: int) -> None:
    random = np.random.default_rng(way)
    again = as_pixels(another_photograph(SHOWN[0], random, way), 256)
    same = overlay(SHOWN[0], again)
    others = [overlay(other, again).correlation for other in SHOWN[1:]]
    assert same.correlation > 0.3
    assert same.correlation > max(others) + 0.1


def test_a_crop_is_found_at_its_size() -> None:
    picture = Image.fromarray(SHOWN[1].transpose(1, 2, 0))
    piece = as_pixels(picture.crop((20, 30, 20 + 194, 30 + 194)), 256)
    found = overlay(SHOWN[1], piece)
    assert found.correlation > 0.9
    assert found.size == 0.76
    assert overlay(piece, SHOWN[1]) == found


def test_black_and_white_and_a_cast_change_nothing() -> None:
    picture = Image.fromarray(SHOWN[2].transpose(1, 2, 0))
    tinted = Image.fromarray((np.asarray(picture) * [1.0, 0.8, 0.6]).astype(np.uint8))
    for other in (picture.convert("L"), tinted):
        assert overlay(SHOWN[2], as_pixels(other, 256)).correlation > 0.9


def test_a_blank_picture_agrees_with_nothing() -> None:
    blank = np.full((3, 256, 256), 200, np.uint8)
    assert overlay(blank, blank).correlation == 0
    assert overlay(blank, SHOWN[0]).correlation == 0


def test_shrinking_keeps_the_mean() -> None:
    shares = cells(256, SIDE)[0]
    assert shares.sum(axis=1) == pytest.approx(np.ones(SIDE))
    assert (shares.sum(axis=0) * 256 / SIDE) == pytest.approx(np.ones(256))


def test_photographs_can_be_calibrated_and_the_figures_are_of_pairs_held_out() -> None:
    many = pictures(50)
    pairs = photographs(many, np.roll(np.arange(50), 1))
    calibration, figures = fit(pairs.names, pairs.table, pairs.same, pairs.groups)
    assert figures.pairs == 100
    assert figures.same == 50
    assert figures.auroc > 0.97
    assert figures.ece < 0.15
    sure = calibration.probability({"correlation": 0.98, "hash": 1.0})
    assert sure is not None
    assert sure > 0.9
    assert calibration.probability({"correlation": 0.98}) is None
    assert Calibration.of_json(calibration.as_json()) == calibration


def test_the_usual_calibration_says_yes_to_a_copy_and_no_to_another_picture() -> None:
    again = as_pixels(another_photograph(SHOWN[3], np.random.default_rng(0), 4), 256)
    for other, is_same in ((again, True), (SHOWN[4], False)):
        scores = {"correlation": overlay(SHOWN[3], other).correlation, "hash": hash_agreement(SHOWN[3], other)}
        chance = USUAL_SAME_WORK.probability(scores)
        assert chance is not None
        assert (chance > 0.5) is is_same


def test_too_few_pairs_are_refused() -> None:
    table, same = np.zeros((60, 1)), np.arange(60) < 39
    with pytest.raises(TooFewPairs, match="39"):
        fit(("score",), table, same, np.arange(60))
    with pytest.raises(TooFewPairs):
        fit(("score",), np.zeros((100, 1)), np.arange(100) < 50, np.zeros(100, np.int64))


def test_expected_error_is_nought_for_true_shares_and_large_for_boasts() -> None:
    random = np.random.default_rng(3)
    stated = random.uniform(size=4000)
    same = random.uniform(size=4000) < stated
    assert expected_error(stated, same) < 0.04
    assert expected_error(np.full(4000, 0.99), same) > 0.4


def test_near_neighbours_are_calibrated_to_one_hand() -> None:
    random = np.random.default_rng(8)
    hands = np.repeat(np.arange(12), 10)
    points = random.normal(size=(12, 16))[hands] + 0.8 * random.normal(size=(120, 16))
    vectors = {"style": np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)}
    spreads = {"style": measure(vectors["style"])}
    pairs = neighbours(vectors, spreads, [str(hand) for hand in hands], np.arange(120))
    assert len(pairs.same) == 120 * 25
    calibration, figures = fit(pairs.names, pairs.table, pairs.same, pairs.groups)
    near, far = calibration.probability({"style": 4.0}), calibration.probability({"style": 0.0})
    assert near is not None
    assert far is not None
    assert near > 0.5 > far
    assert figures.auroc > 0.8


def test_a_map_is_the_same_each_time_and_keeps_groups_together() -> None:
    random = np.random.default_rng(9)
    groups = np.repeat(np.arange(3), 25)
    points = 3 * np.eye(3, 10)[groups] + 0.5 * random.normal(size=(75, 10))
    vectors = np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)
    laid = plane(vectors, iterations=300)
    assert np.array_equal(laid, plane(vectors, iterations=300))
    assert laid.shape == (75, 2)
    assert np.abs(laid).max() == pytest.approx(1, abs=1e-6)
    distances = np.linalg.norm(laid[:, None] - laid[None], axis=2) + 9 * np.eye(75)
    assert (groups[distances.argmin(axis=1)] == groups).mean() > 0.95


@pytest.mark.parametrize("count", [0, 1, 2, 15])
def test_a_map_of_few_pictures_is_their_main_axes(count: int) -> None:
    vectors = np.eye(count, 20, dtype=np.float32)
    assert plane(vectors).shape == (count, 2)
    assert np.isfinite(plane(vectors)).all()


def test_joined_vectors_lie_as_far_apart_as_the_mix_says() -> None:
    random = np.random.default_rng(1)
    vectors = {}
    for name, size in (("style", 6), ("colour", 4)):
        points = random.normal(size=(9, size))
        vectors[name] = np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)
    spreads = {name: measure(each) for name, each in vectors.items()}
    whole = joined(vectors, {"style": 2, "colour": 1}, spreads)
    squares = np.square(whole[:, None] - whole[None]).sum(axis=2)
    expected = sum(
        2 * (weight / 3) / spreads[name].deviation * (1 - vectors[name] @ vectors[name].T)
        for name, weight in (("style", 2), ("colour", 1))
    )
    assert squares == pytest.approx(np.asarray(expected), abs=1e-4)
