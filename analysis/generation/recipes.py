"""What a person asks for, as one recipe a child: the same ask with the same seed gives the same children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.generation.asking import CROSS, LAYERS, MOVE, MUTATE, PARTS, Ask

if TYPE_CHECKING:
    import numpy.typing as npt

    from ml.gan.breeding import Recipe

    Styles = npt.NDArray[np.float32]
SPREAD = 0.6  # of the logarithm of a weight, from child to child
FRESH = 0.5  # how much of what "strength" says a cross takes from noise
FAR = 3.0  # steps along a direction at a strength of 1


@dataclass(frozen=True)
class Plan:
    """A child's recipe; ``parents`` are places among the asked ones, each with its share."""

    recipe: Recipe
    parents: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()

    @property
    def seed(self) -> int:
        return self.recipe.seed

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.recipe.to_json()


def plans_of(ask: Ask, layers: int, direction: Styles | None = None, along: str = "") -> list[Plan]:
    """One plan a child. ``layers`` are the model's; ``direction`` float32 [layers, width], one step long."""
    if ask.how == CROSS:
        return [crossing(ask, place) for place in range(ask.count)]
    if ask.how == LAYERS:
        return [by_layer(ask, place, layers) for place in range(ask.count)]
    if ask.how == MUTATE:
        return [mutation(ask, place) for place in range(ask.count)]
    if ask.how == MOVE:
        return [move(ask, place, direction, along) for place in range(ask.count)]
    from ml.gan.breeding import Recipe

    return [Plan(Recipe("sample", ask.seed + place, ask.truncation)) for place in range(ask.count)]


def crossing(ask: Ask, place: int) -> Plan:
    """The first child has the asked weights; the others' sway around them and take a little from noise."""
    from ml.gan.breeding import Recipe

    weights = np.array(ask.weights)
    if place:
        sway = np.random.default_rng([ask.seed, place]).normal(0, SPREAD, len(weights))
        weights = weights * np.exp(sway)
    shares = tuple(round(float(each), 4) for each in weights / weights.sum())
    kind = "mutate" if place and ask.strength else "cross"
    recipe = Recipe(kind, ask.seed + place, ask.truncation, weights=shares, strength=FRESH * ask.strength)
    return Plan(recipe, tuple(range(len(ask.parents))), shares)


def by_layer(ask: Ask, place: int, layers: int) -> Plan:
    """Coarse form, middle and colour each of the parent that was asked for; the others sway as mutations do."""
    from ml.gan.breeding import Recipe

    chosen = layers_of(ask, layers)
    kind = "mutate" if place and ask.strength else "cross"
    recipe = Recipe(kind, ask.seed + place, ask.truncation, by_layer=chosen, strength=FRESH * ask.strength)
    shares = tuple(round(chosen.count(each) / layers, 4) for each in range(len(ask.parents)))
    return Plan(recipe, tuple(range(len(ask.parents))), shares)


def layers_of(ask: Ask, layers: int) -> tuple[int, ...]:
    """For each layer, coarse to fine, the place of the parent that gives it: the layers in three parts."""
    parts = np.array_split(np.arange(layers), len(PARTS))
    return tuple(ask.by_layer[name] for name, part in zip(PARTS, parts, strict=True) for _layer in part)


def mutation(ask: Ask, place: int) -> Plan:
    """Each picked picture in turn."""
    from ml.gan.breeding import Recipe

    recipe = Recipe("mutate", ask.seed + place, ask.truncation, strength=ask.strength)
    return Plan(recipe, (place % len(ask.parents),), (1.0,))


def move(ask: Ask, place: int, direction: Styles | None, along: str) -> Plan:
    """Each picked picture in turn, from as far backwards to as far forwards along the direction."""
    from ml.gan.breeding import Recipe

    picked, rows = len(ask.parents), -(-ask.count // len(ask.parents))
    way = np.linspace(-1, 1, rows)[place // picked] if rows > 1 else 1.0
    steps = round(float(way) * FAR * ask.strength, 4)
    recipe = Recipe("move", ask.seed, strength=steps, direction=() if direction is None else direction, along=along)  # type: ignore[arg-type]
    return Plan(recipe, (place % picked,), (1.0,))
