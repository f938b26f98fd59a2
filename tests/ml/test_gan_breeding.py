"""Breeding: a recipe survives as JSON, gives the same child wherever it is grown, and does what its kind says."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.gan import Gan, GanSettings, fresh
from ml.gan.breeding import CROSS, KINDS, MOVE, MUTATE, PROJECT, SAMPLE, BadRecipe, Recipe, blend, grow

TINY = GanSettings(side_px=16, latent=12, width=16, capacity=64, least_maps=8)


@pytest.fixture(scope="module")
def gan() -> Gan:
    return fresh(TINY, 3, device="cpu")


@pytest.fixture(scope="module")
def parents(gan: Gan) -> np.ndarray:
    return gan.styles([11, 12, 13])


numbers = st.floats(-9, 9, width=32)
recipes = st.builds(
    Recipe,
    kind=st.sampled_from([kind for kind in KINDS if kind != MOVE]),
    seed=st.integers(0, 2**63 - 1),
    truncation=st.floats(0, 2),
    weights=st.lists(st.floats(0.01, 9), max_size=4).map(tuple),
    by_layer=st.lists(st.integers(0, 3), max_size=6).map(tuple),
    strength=numbers,
    along=st.text(max_size=9),
)
moves = st.integers(1, 6).flatmap(
    lambda wide: st.builds(
        Recipe,
        kind=st.just(MOVE),
        strength=numbers,
        direction=st.lists(st.lists(numbers, min_size=wide, max_size=wide), min_size=1, max_size=4),
    )
)


@settings(max_examples=40, deadline=None)
@given(recipes | moves)
def test_a_recipe_survives_as_json(recipe: Recipe) -> None:
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json(), allow_nan=False))) == recipe


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31), truncation=st.floats(0, 1.5), strength=st.floats(0, 3))
def test_the_same_recipe_gives_the_same_child_in_another_copy_of_the_model(
    gan: Gan, parents: np.ndarray, seed: int, truncation: float, strength: float
) -> None:
    other = fresh(TINY, 3, device="cpu")
    for kind in (SAMPLE, MUTATE, CROSS):
        recipe = Recipe(kind, seed=seed, truncation=truncation, strength=strength)
        again = Recipe.from_json(json.loads(json.dumps(recipe.to_json())))
        child = grow(gan, recipe, parents)
        assert child.shape == (gan.layers, gan.width)
        assert child.dtype == np.float32
        assert np.array_equal(child, grow(other, again, parents))


def test_a_sample_is_the_models_own_and_truncation_draws_it_to_the_mean(gan: Gan) -> None:
    assert np.array_equal(grow(gan, Recipe(seed=5)), gan.styles([5])[0])
    assert np.allclose(grow(gan, Recipe(seed=5, truncation=0)), gan.mean_style(), atol=1e-6)


def test_a_cross_lies_between_its_parents_and_nearer_to_the_heavier(gan: Gan, parents: np.ndarray) -> None:
    child = grow(gan, Recipe(CROSS, weights=(3, 1)), parents[:2])
    apart = [float(np.linalg.norm(child - parent)) for parent in parents[:2]]
    assert apart[0] < apart[1]
    assert max(apart) < np.linalg.norm(parents[0] - parents[1]) * 1.2
    assert np.allclose(grow(gan, Recipe(CROSS, weights=(0, 5)), parents[:2]), parents[1], atol=1e-5)
    assert np.array_equal(grow(gan, Recipe(CROSS), parents), grow(gan, Recipe(CROSS, weights=(2, 2, 2)), parents))


def test_a_cross_is_no_blander_than_its_parents(gan: Gan, parents: np.ndarray) -> None:
    mean = gan.mean_style()
    child = grow(gan, Recipe(CROSS), parents)
    lengths = np.linalg.norm(parents - mean, axis=2).mean(0)
    assert np.linalg.norm(child - mean, axis=1) == pytest.approx(lengths, rel=1e-4)
    assert np.linalg.norm(parents.mean(0) - mean) < 0.9 * np.linalg.norm(child - mean)


def test_parents_that_cancel_out_do_not_blow_up(gan: Gan) -> None:
    mean = gan.mean_style()
    away = np.random.default_rng(1).normal(size=mean.shape).astype(np.float32)
    child = blend(np.stack([mean + away, mean - 0.99 * away]), (1, 1), mean)
    assert np.linalg.norm(child - mean) < np.linalg.norm(away)


def test_a_cross_by_layer_takes_each_layer_from_the_parent_named(gan: Gan, parents: np.ndarray) -> None:
    names = tuple(layer % 3 for layer in range(gan.layers))
    child = grow(gan, Recipe(CROSS, by_layer=names), parents)
    for layer, name in enumerate(names):
        assert np.array_equal(child[layer], parents[name][layer])


def test_a_mutation_differs_more_the_stronger_it_is(gan: Gan, parents: np.ndarray) -> None:
    apart = [
        float(np.linalg.norm(grow(gan, Recipe(MUTATE, seed=9, strength=strength), parents[:1]) - parents[0]))
        for strength in (0, 0.2, 0.6, 1.5)
    ]
    assert apart == sorted(apart)
    assert apart[0] == pytest.approx(0, abs=1e-5)
    other = grow(gan, Recipe(MUTATE, seed=10, strength=0.6), parents[:1])
    assert not np.allclose(other, grow(gan, Recipe(MUTATE, seed=9, strength=0.6), parents[:1]))


def test_a_move_goes_there_and_back(gan: Gan, parents: np.ndarray) -> None:
    direction = np.random.default_rng(2).normal(size=(gan.layers, gan.width)).astype(np.float32)
    there = grow(gan, Recipe(MOVE, strength=1.5, direction=direction), parents[:1])
    assert np.allclose(there - parents[0], 1.5 * direction, atol=1e-5)
    back = grow(gan, Recipe(MOVE, strength=-1.5, direction=direction), there[None])
    assert np.allclose(back, parents[0], atol=1e-5)
    level = Recipe(MOVE, direction=np.tile(direction[:1], (gan.layers, 1)))
    assert len(level.direction) == 1
    assert np.allclose(grow(gan, level, parents[:1]) - parents[0], 0.5 * direction[0], atol=1e-5)


def test_a_projection_is_the_style_that_was_found(gan: Gan, parents: np.ndarray) -> None:
    assert np.array_equal(grow(gan, Recipe(PROJECT), parents[:1]), parents[0])


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"kind": "clone"}, "one of"),
        ({"seed": -1}, "seed"),
        ({"seed": "many"}, "numbers"),
        ({"truncation": float("nan")}, "finite"),
        ({"truncation": 3}, "truncation"),
        ({"strength": 99}, "Strength"),
        ({"weights": [0, 0]}, "not all"),
        ({"weights": [-1, 2]}, "0 or more"),
        ({"kind": "move"}, "direction"),
        ({"kind": "move", "direction": [[1, 2], [1]]}, "numbers"),
        ({"kind": "move", "direction": {"rows": 2, "float32": "?"}}, "read"),
        ({"kind": "move", "direction": {"rows": 1}}, "read"),
        ({"colour": "red"}, "colour"),
    ],
    ids=lambda told: str(told)[:40],
)
def test_what_is_no_recipe_is_refused_in_words(told: dict[str, object], why: str) -> None:
    with pytest.raises(BadRecipe, match=why):
        Recipe.from_json(told)


def test_parents_that_do_not_fit_are_refused_in_words(gan: Gan, parents: np.ndarray) -> None:
    for recipe, shown, why in (
        (Recipe(CROSS), parents[:1], "two parents"),
        (Recipe(MUTATE), None, "a parent"),
        (Recipe(CROSS, weights=(1, 2)), parents, "2 weights for 3"),
        (Recipe(CROSS, by_layer=(0, 1)), parents, "for each of"),
        (Recipe(CROSS, by_layer=(7,) * gan.layers), parents, "one of the 3"),
        (Recipe(MUTATE), parents[:, :1], "another's"),
        (Recipe(MOVE, direction=[[1.0, 2.0]]), parents, "another model"),
    ):
        with pytest.raises(BadRecipe, match=why):
            grow(gan, recipe, shown)


def test_a_fully_connected_model_is_bred_by_the_same_recipes() -> None:
    gan = fresh(GanSettings("mlp", 16, 10, 10), 1, device="cpu")
    parents = gan.styles([1, 2])
    assert gan.paint(np.stack([grow(gan, Recipe(CROSS), parents), grow(gan, Recipe(MUTATE), parents[:1])])).shape == (
        2, 3, 16, 16,
    )  # fmt: skip
    assert replace(Recipe(), seed=3) == Recipe(seed=3)
