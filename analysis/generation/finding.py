"""A worker's part of directions: found by measures and by themselves, kept under names that people may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from analysis.generation.generators import load_gan
from analysis.generation.models import Direction, StudioModel

if TYPE_CHECKING:
    from ml.reporter import Reporter

FOUND = 6


def find(model: StudioModel, reporter: Reporter) -> int:
    """Look for directions and keep them; those that were found before keep the names that people gave. How many there are."""
    from ml.gan.directions import found_directions, measured_directions

    gan = load_gan(model)
    measured = [("measured", each) for each in measured_directions(gan, reporter=reporter)]
    found = [("found", each) for each in found_directions(gan, FOUND)]
    with transaction.atomic():
        for number, (kind, each) in enumerate([*measured, *found]):
            key = each.name if kind == "measured" else f"found-{number - len(measured) + 1}"
            keep(model, kind, key, np.asarray(each.vector, "<f4"))
    return model.directions.count()


def keep(model: StudioModel, kind: str, key: str, vector: np.ndarray) -> None:
    """Write a direction's vector; its name only where there is none yet."""
    known = model.directions.filter(key=key).first()
    if known is None:
        known = Direction(model=model, key=key, kind=kind, name=usual_name(kind, key))
        if model.directions.filter(name=known.name).exists():
            known.name = f"{known.name} ({key})"
    known.vector = vector.tobytes()
    known.save()


def usual_name(kind: str, key: str) -> str:
    """What a direction is called until somebody gives it a name."""
    words = {"lighter": _("lighter"), "warmer": _("warmer"), "busier": _("busier")}
    if kind == "measured":
        return words.get(key, key)
    return _("unnamed %(number)s") % {"number": key.removeprefix("found-")}
