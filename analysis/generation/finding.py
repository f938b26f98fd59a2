"""A worker's part of directions: found by measures and by themselves, kept under names that people may change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from analysis.generation.generators import load_gan
from analysis.generation.models import Direction, StudioModel

if TYPE_CHECKING:
    from ml.gan.directions import Direction as Way
    from ml.reporter import Reporter

FOUND = 6
MEASURED, UNNAMED = Direction.Kind.MEASURED, Direction.Kind.FOUND


def find(model: StudioModel, reporter: Reporter) -> int:
    """Look for directions and keep them; those that were found before keep the names that people gave. How many there are.

    Raises ``ml.reporter.Cancelled``.
    """
    from ml.gan.directions import found_directions, measured_directions

    gan = load_gan(model)
    ways = [*measured_directions(gan, reporter=reporter), *found_directions(gan, count=FOUND, reporter=reporter)]
    return keep(model, ways)


@transaction.atomic
def keep(model: StudioModel, ways: Iterable[Way]) -> int:
    """Write directions under their keys; a name only where there is none yet."""
    for way in ways:
        known = model.directions.filter(key=way.name).first()
        direction = known or Direction(model=model, key=way.name, name=free_name(model, way))
        direction.kind = MEASURED if way.measure else UNNAMED
        direction.vector = np.asarray(way.vector, "<f4").tobytes()
        direction.figures = {name: round(float(value), 4) for name, value in way.figures.items() if np.isfinite(value)}
        direction.save()
    return model.directions.count()


def free_name(model: StudioModel, way: Way) -> str:
    """What a direction is called until somebody gives it a name; one that is taken gets its key beside it."""
    name = usual_name(way.name)
    return f"{name} ({way.name})"[:60] if model.directions.filter(name=name).exists() else name


def usual_name(key: str) -> str:
    words = {
        "lighter": _("lighter"),
        "warmer": _("warmer"),
        "busier": _("busier"),
        "more contrast": _("more contrast"),
        "more colourful": _("more colourful"),
    }
    if key.startswith("direction "):
        return _("unnamed %(number)s") % {"number": key.removeprefix("direction ")}
    return words.get(key, key)
