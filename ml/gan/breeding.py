"""Breeding as artists know it: a recipe and parents' styles give one child, the same whenever and wherever it is grown."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.gan.model import Gan

Styles = npt.NDArray[np.float32]
Vector = tuple[tuple[float, ...], ...]
SAMPLE, CROSS, MUTATE, MOVE, PROJECT = KINDS = ("sample", "cross", "mutate", "move", "project")
MOST_TRUNCATION, MOST_STRENGTH, MOST_SEED = 2.0, 10.0, 2**63 - 1
LONGEST = 3.0


class BadRecipe(ValueError):
    """Nothing can be grown by this recipe, or not with these parents; the message says why."""


@dataclass(frozen=True)
class Recipe:
    """How a child is made.

    ``sample``: from the noise of ``seed``, drawn towards the mean style by ``truncation`` (1: not at all, 0: wholly).
    ``cross``: of two or more parents; ``by_layer`` says for each layer, coarse to fine, which of them gives it, else each counts
    by ``weights`` (0 or more, one a parent, whatever they add up to; none: all alike). ``mutate``: one parent, or a cross of
    several, and what ``seed`` gives, in a proportion of 1 to ``strength``. ``move``: likewise a parent, ``strength`` steps along
    ``direction`` (``[layers, width]``, or ``[1, width]`` for the same in each layer; an array is taken as well), backwards below
    0. ``project``: the one parent is the style that was found for a picture. ``along`` names the direction for people.
    Raises ``BadRecipe``.
    """

    kind: str = SAMPLE
    seed: int = 0
    truncation: float = 1.0
    weights: tuple[float, ...] = ()
    by_layer: tuple[int, ...] = ()
    strength: float = 0.5
    direction: Vector = ()
    along: str = ""

    def __post_init__(self) -> None:
        try:
            self.tidy()
        except (TypeError, ValueError, OverflowError) as error:
            raise BadRecipe(f"A recipe holds plain numbers: {error}") from error
        if self.kind not in KINDS:
            raise BadRecipe(f"A recipe is one of {', '.join(KINDS)}, not “{self.kind}”.")
        numbers = (self.truncation, self.strength, *self.weights, *(each for row in self.direction for each in row))
        if not all(math.isfinite(number) for number in numbers):
            raise BadRecipe("A recipe's numbers are finite.")
        if not (0 <= self.seed <= MOST_SEED and 0 <= self.truncation <= MOST_TRUNCATION):
            raise BadRecipe(f"The seed is 0 to {MOST_SEED}, truncation 0 to {MOST_TRUNCATION:g}.")
        if abs(self.strength) > MOST_STRENGTH:
            raise BadRecipe(f"Strength is at most {MOST_STRENGTH:g} either way.")
        if self.weights and (min(self.weights) < 0 or sum(self.weights) <= 0):
            raise BadRecipe("Weights are 0 or more, and not all of them 0.")
        if self.kind == MOVE and (not self.direction or len({len(row) for row in self.direction}) != 1):
            raise BadRecipe("To move takes a direction, as many numbers a layer as styles are wide.")

    def tidy(self) -> None:
        """Bring what numpy and JSON give to plain tuples and numbers, single precision as styles are."""
        rows = np.asarray(self.direction, np.float32)
        rows = np.atleast_2d(rows) if rows.size else np.zeros((0, 0), np.float32)
        if len(rows) > 1 and (rows == rows[0]).all():
            rows = rows[:1]
        told: dict[str, Any] = {
            "seed": int(self.seed), "truncation": float(self.truncation), "strength": float(self.strength),
            "weights": tuple(float(each) for each in self.weights), "by_layer": tuple(int(each) for each in self.by_layer),
            "direction": tuple(tuple(float(each) for each in row) for row in rows),
        }  # fmt: skip
        for name, value in told.items():
            object.__setattr__(self, name, value)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON that ``from_json`` reads; what has its usual value is left out, the direction is packed, exactly."""
        usual = asdict(Recipe())
        told = {name: value for name, value in asdict(self).items() if name == "kind" or value != usual[name]}
        if self.direction:
            packed = base64.b64encode(np.asarray(self.direction, "<f4").tobytes()).decode()
            told["direction"] = {"rows": len(self.direction), "float32": packed}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Recipe:
        """What ``to_json`` gave; a direction may also stand as rows of numbers. Raises ``BadRecipe``."""
        known = {name: told[name] for name in asdict(cls()) if name in told}
        if unknown := set(told) - set(known):
            raise BadRecipe(f"A recipe has no “{sorted(unknown)[0]}”.")
        if isinstance(packed := known.get("direction"), Mapping):
            known["direction"] = unpacked(packed)
        return cls(**known)


def unpacked(packed: Mapping[str, Any]) -> Vector:
    try:
        flat = np.frombuffer(base64.b64decode(str(packed["float32"]), validate=True), "<f4")
        rows = flat.reshape(int(packed["rows"]), -1)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise BadRecipe(f"The direction cannot be read: {error}") from error
    return tuple(tuple(float(each) for each in row) for row in rows)


def grow(gan: Gan, recipe: Recipe, parents: Styles | None = None) -> Styles:
    """A child's styles ``float32 [layers, width]`` of ``parents [p, layers, width]`` (none for a sample).

    Raises ``BadRecipe`` where recipe and parents do not fit each other or the model.
    """
    if recipe.kind == SAMPLE:
        return np.asarray(gan.styles([recipe.seed], recipe.truncation)[0], np.float32)
    parents = fitting(gan, recipe, parents)
    child = crossed(gan, recipe, parents)
    if recipe.kind == MUTATE:
        fresh = gan.styles([recipe.seed], recipe.truncation)[0]
        return blend(np.stack([child, fresh]), (1, abs(recipe.strength)), gan.mean_style())
    if recipe.kind == MOVE:
        return np.asarray(child + recipe.strength * np.asarray(recipe.direction, np.float32), np.float32)
    return child


def fitting(gan: Gan, recipe: Recipe, parents: Styles | None) -> Styles:
    """The parents, where they are as many as the recipe wants and of this model."""
    given = np.zeros((0, gan.layers, gan.width), np.float32) if parents is None else np.asarray(parents, np.float32)
    if given.ndim != 3 or given.shape[1:] != (gan.layers, gan.width):
        raise BadRecipe(f"This model's styles are {gan.layers} × {gan.width}; the parents are another's.")
    least = 2 if recipe.kind == CROSS else 1
    if len(given) < least:
        raise BadRecipe(f"To {recipe.kind} takes {'two parents' if least == 2 else 'a parent'} or more.")
    if recipe.weights and len(recipe.weights) != len(given):
        raise BadRecipe(f"There are {len(recipe.weights)} weights for {len(given)} parents.")
    if recipe.by_layer and (
        len(recipe.by_layer) != gan.layers or not all(0 <= p < len(given) for p in recipe.by_layer)
    ):
        raise BadRecipe(f"by_layer names, for each of {gan.layers} layers, one of the {len(given)} parents.")
    if recipe.direction and (len(recipe.direction) not in (1, gan.layers) or len(recipe.direction[0]) != gan.width):
        raise BadRecipe("The direction belongs to another model.")
    return given


def crossed(gan: Gan, recipe: Recipe, parents: Styles) -> Styles:
    if recipe.by_layer:
        return np.asarray(parents[list(recipe.by_layer), np.arange(gan.layers)], np.float32)
    if len(parents) == 1:
        return np.asarray(parents[0].copy(), np.float32)
    return blend(parents, recipe.weights or (1.0,) * len(parents), gan.mean_style())


def blend(styles: Styles, weights: Sequence[float], centre: Styles) -> Styles:
    """Between ``styles [p, layers, width]``, by weight, and as far from the ``centre [layers, width]`` as they are on average.

    A plain mean of several lies nearer to the mean style than any of them, where pictures are bland; so in each layer its
    deviation is brought to their mean length, at most three times its own, where they nearly cancel out.
    """
    shares = np.asarray(weights, np.float64) / np.sum(weights)
    apart = styles.astype(np.float64) - centre
    mean = np.tensordot(shares, apart, axes=1)
    wanted = np.tensordot(shares, np.linalg.norm(apart, axis=2), axes=1)
    own = np.linalg.norm(mean, axis=1)
    factor = np.divide(wanted, own, out=np.ones_like(own), where=own > 1e-9).clip(1.0, LONGEST)
    return np.asarray(centre + factor[:, None] * mean, np.float32)
