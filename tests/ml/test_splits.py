"""Splits are fair: a work never stands on both sides, and labels are spread evenly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.splits import folds, joined, same_work_groups


def scene(seed: int, side: int = 96) -> np.ndarray:
    """A picture of soft blobs, ``uint8 [3, side, side]``."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    light = np.zeros((3, side, side))
    for _blob in range(25):
        cy, cx, width = random.random(), random.random(), random.uniform(0.04, 0.2)
        light += random.normal(size=(3, 1, 1)) * np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / width**2)
    light = (light - light.min()) / (light.max() - light.min())
    return (light * 255).astype(np.uint8)


def resized(picture: np.ndarray, side: int = 96) -> np.ndarray:
    from PIL import Image

    image = Image.fromarray(picture.transpose(1, 2, 0)).resize((side, side))
    return np.asarray(image).transpose(2, 0, 1)


def variants(picture: np.ndarray) -> dict[str, np.ndarray]:
    warm = np.clip(picture * np.array([1.1, 1.0, 0.8]).reshape(3, 1, 1), 0, 255).astype(np.uint8)
    grey = np.repeat(picture.mean(0, keepdims=True), 3, axis=0).astype(np.uint8)
    dim = (picture * 0.6 + 20).astype(np.uint8)
    return {"cast": warm, "grey": grey, "dim": dim, "crop": resized(picture[:, 5:-5, 5:-5])}


@pytest.mark.parametrize("change", ["cast", "grey", "dim", "crop"])
def test_two_photographs_of_one_work_share_a_group(change: str) -> None:
    pictures = [scene(seed) for seed in range(20)]
    groups = same_work_groups(np.stack([*pictures, variants(pictures[7])[change]]))
    assert groups[20] == groups[7]
    assert len(set(groups)) == 20


def test_light_sky_over_dark_ground_makes_no_two_works_one() -> None:
    fall = np.linspace(1, 0.2, 96).reshape(1, 96, 1)
    pictures = [(scene(seed) * 0.25 + 190 * fall).clip(0, 255).astype(np.uint8) for seed in range(12)]
    assert len(set(same_work_groups(np.stack(pictures)))) == 12


def test_blank_pictures_are_no_photographs_of_each_other() -> None:
    blank = np.full((3, 96, 96), 90, np.uint8)
    assert len(set(same_work_groups(np.stack([blank, blank + 40, scene(1)])))) == 3


def test_what_is_joined_through_a_third_is_one_group() -> None:
    assert joined(5, [(0, 3), (3, 4)]).tolist() == [0, 1, 2, 0, 0]


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abc")), min_size=30, max_size=60), st.integers(2, 5))
def test_a_work_stands_on_one_side_only(works: list[tuple[int, str]], count: int) -> None:
    groups, labels = [work for work, _label in works], [label for _work, label in works]
    if len(set(groups)) < count:
        with pytest.raises(ValueError):
            folds(groups, labels, count=count)
        return
    chosen = folds(groups, labels, count=count)
    for group in set(groups):
        assert len({chosen[place] for place, each in enumerate(groups) if each == group}) == 1
    assert set(chosen) == set(range(count))


def test_each_fold_has_its_share_of_each_label() -> None:
    chosen = folds(list(range(100)), ["a"] * 60 + ["b"] * 40, count=5)
    for fold in range(5):
        assert (chosen[:60] == fold).sum() == 12
        assert (chosen[60:] == fold).sum() == 8


def test_a_seed_gives_the_same_folds_again() -> None:
    groups, labels = list(range(50)), ["a", "b"] * 25
    assert (folds(groups, labels, seed=3) == folds(groups, labels, seed=3)).all()
    assert (folds(groups, labels, seed=3) != folds(groups, labels, seed=4)).any()
