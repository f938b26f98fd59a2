"""What can be asked of a model, as plain JSON: how many pictures, how, of which parents, how bold."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.core.text import CodedError

SAMPLE, CROSS, LAYERS, MUTATE, MOVE = "sample", "cross", "layers", "mutate", "move"
WAYS: Mapping[str, str | Promise] = {
    SAMPLE: gettext_lazy("new pictures from noise"),
    CROSS: gettext_lazy("crossed by weight"),
    LAYERS: gettext_lazy("crossed by layer"),
    MUTATE: gettext_lazy("mutated"),
    MOVE: gettext_lazy("moved along a direction"),
}
PARTS = ("coarse", "middle", "colour")
MOST_PARENTS, MOST_PICTURES, USUAL = 6, 24, 12
SEEDS = 2**31 - 1


class AskRefused(CodedError):
    """Nothing can be bred so. Codes: bad_way, bad_number, no_parents, too_many_parents, other_model, not_found, no_direction."""


@dataclass(frozen=True)
class Ask:
    """``parents`` are pictures' keys; ``weights`` (of ``cross``) one each; ``by_layer`` (of ``layers``): coarse form, middle
    and colour, each the place of the parent that gives it. ``truncation`` 0 to 1.5: how far from the usual; ``strength`` 0
    to 3: how much changes. ``direction`` is a direction's key. ``seed`` makes it all again."""

    how: str = SAMPLE
    seed: int = 0
    count: int = USUAL
    truncation: float = 0.8
    strength: float = 0.5
    parents: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()
    by_layer: Mapping[str, int] = field(default_factory=dict)
    direction: int | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"by_layer": dict(self.by_layer)}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Ask:
        told: dict[str, Any] = dict(facts)
        for name in ("parents", "weights"):
            told[name] = tuple(told.get(name, ()))
        return cls(**told)


def checked(
    how: str,
    *,
    parents: Sequence[int] = (),
    weights: Sequence[float] = (),
    by_layer: Mapping[str, int] | None = None,
    truncation: float = 0.8,
    strength: float = 0.5,
    direction: int | None = None,
    seed: int | None = None,
    count: int = USUAL,
) -> Ask:
    """An ask that can be done, its seed drawn where none is given. Raises ``AskRefused``."""
    if how not in WAYS:
        raise AskRefused("bad_way", _("Pictures are sampled, crossed, mutated or moved."))
    parents = tuple(dict.fromkeys(parents))
    refuse_parents(how, parents)
    numbers = [(truncation, 0, 1.5), (strength, 0, 3), (count, 1, MOST_PICTURES), (seed or 0, 0, SEEDS)]
    if any(not low <= number <= high for number, low, high in numbers):
        raise AskRefused("bad_number", _("A number is out of its range."))
    if how == MOVE and direction is None:
        raise AskRefused("no_direction", _("Choose a direction to move along."))
    return Ask(
        how,
        secrets.randbelow(SEEDS - MOST_PICTURES) if seed is None else seed,
        count,
        float(truncation),
        float(strength),
        () if how == SAMPLE else parents,
        weights_of(parents, weights) if how == CROSS else (),
        layers_of(parents, by_layer or {}) if how == LAYERS else {},
        direction if how == MOVE else None,
    )


def refuse_parents(how: str, parents: Sequence[int]) -> None:
    if how in {CROSS, LAYERS} and len(parents) < 2:
        raise AskRefused("no_parents", _("Pick two pictures or more to cross."))
    if how in {MUTATE, MOVE} and not parents:
        raise AskRefused("no_parents", _("Pick a picture first."))
    if len(parents) > MOST_PARENTS:
        raise AskRefused("too_many_parents", _("Pick at most %(most)d pictures.") % {"most": MOST_PARENTS})


def weights_of(parents: Sequence[int], weights: Sequence[float]) -> tuple[float, ...]:
    """One weight a parent, adding up to 1; equal ones where none are given."""
    given = [float(each) for each in weights] or [1.0] * len(parents)
    if len(given) != len(parents) or min(given) < 0 or not 0 < sum(given) < 1e6:
        raise AskRefused("bad_number", _("Give every picked picture a weight of 0 or more, not all of them 0."))
    return tuple(each / sum(given) for each in given)


def layers_of(parents: Sequence[int], by_layer: Mapping[str, int]) -> dict[str, int]:
    """Which parent gives which part; the first gives the form and the last the colour where nothing is said."""
    usual = {"coarse": 0, "middle": 0, "colour": len(parents) - 1}
    chosen = {part: int(by_layer.get(part, usual[part])) for part in PARTS}
    if any(not 0 <= place < len(parents) for place in chosen.values()):
        raise AskRefused("bad_number", _("A part is given by one of the picked pictures."))
    return chosen
