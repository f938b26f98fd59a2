"""A worker's part of breeding: recipes to styles to pictures, each compared with the training works and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from analysis.generation.ancestry import projected_among, shows_again
from analysis.generation.asking import CROSS, LAYERS, MOVE, MUTATE, SAMPLE, Ask
from analysis.generation.comparing import Compared, compare
from analysis.generation.generators import load_copying, load_gan
from analysis.generation.models import Brood, Direction, GeneratedImage, Parenthood, StudioModel
from analysis.generation.recipes import Plan, plans_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from ml.images import Pixels

    Styles = npt.NDArray[np.float32]
KINDS = {SAMPLE: "sample", CROSS: "cross", LAYERS: "cross", MUTATE: "mutate", MOVE: "move"}


class NothingLeft(RuntimeError):
    """The pictures of a film, the parents of a generation or the picture to project are gone."""


def make(brood: Brood) -> Sequence[GeneratedImage]:
    """Paint, compare and keep a generation; one that is there already is not made again. Raises ``NothingLeft``."""
    from ml.gan.breeding import grow

    known = list(brood.pictures.light().order_by("position"))
    if known:
        return known
    ask, gan = Ask.from_json(brood.asked), load_gan(brood.model)
    rows = GeneratedImage.objects.select_related("model").defer("picture", "model__grid").in_bulk(ask.parents)
    if any(key not in rows for key in ask.parents):
        raise NothingLeft(_("One of the picked pictures is not there any more."))
    parents = [rows[key] for key in ask.parents]
    styles = [each.styles() for each in parents]
    direction = Direction.objects.get(pk=ask.direction, model=brood.model) if ask.direction is not None else None
    vector, along = (vector_of(direction), direction.name) if direction else (None, "")
    plans = plans_of(ask, gan.layers, vector, along)
    grown = np.stack([grow(gan, each.recipe, chosen(styles, each, gan.layers, gan.width)) for each in plans])
    return keep(brood, gan.paint(grown), grown, plans, parents, KINDS[ask.how])


def chosen(styles: Sequence[Styles], plan: Plan, layers: int, width: int) -> Styles:
    """The parents' styles ``[p, layers, width]`` that a plan needs."""
    if not plan.parents:
        return np.zeros((0, layers, width), np.float32)
    return np.stack([styles[place] for place in plan.parents])


def vector_of(direction: Direction) -> Styles:
    """float32 [layers, width], one step long."""
    shape = (direction.model.layers, direction.model.width)
    return np.frombuffer(bytes(direction.vector), "<f4").reshape(shape).copy()


def keep(
    brood: Brood,
    pixels: Pixels,
    styles: Styles,
    plans: Sequence[Plan],
    parents: Sequence[GeneratedImage],
    kind: str,
    **more: Any,
) -> Sequence[GeneratedImage]:
    """Write a generation's rows with their families, all or none."""
    compared = again(brood.model, pixels, compare(brood.model, pixels), parents)
    rows = []
    for place, plan in enumerate(plans):
        png = png_of(brood.model, pixels[place], plan)
        mine = [parents[each] for each in plan.parents]
        rows.append(
            GeneratedImage(
                model=brood.model,
                brood=brood,
                position=place,
                kind=kind,
                recipe=plan.facts,
                style=styles[place].astype("<f4").tobytes(),
                seed=plan.seed,
                depth=1 + max((each.depth for each in mine), default=-1),
                picture=png,
                picture_sha256=sha256(png).hexdigest(),
                made_by_id=brood.made_by_id,
                organisation_id=brood.organisation_id,
                verdict=compared[place].verdict,
                nearest=list(compared[place].nearest),
                copying=compared[place].copying,
                **more,
            )
        )
    with transaction.atomic():
        made = GeneratedImage.objects.bulk_create(rows)
        Parenthood.objects.bulk_create(links_of(made, plans, parents))
    return made


def again(
    model: StudioModel, pixels: Pixels, compared: Sequence[Compared], parents: Sequence[GeneratedImage]
) -> list[Compared]:
    """A child that shows a projected ancestor again is a copy of somebody's picture, though the model never learned from it."""
    ancestors, rule = projected_among(parents), load_copying(model)
    if not ancestors or rule is None:
        return list(compared)
    shown = shows_again(pixels, ancestors, rule.threshold, model.side_px)
    return [
        replace(each, verdict=GeneratedImage.Verdict.COPY, copying={**each.copying, "shows_projection": True})
        if is_shown
        else each
        for each, is_shown in zip(compared, shown, strict=True)
    ]


def links_of(
    made: Sequence[GeneratedImage], plans: Sequence[Plan], parents: Sequence[GeneratedImage]
) -> list[Parenthood]:
    return [
        Parenthood(child=child, parent=parents[each], position=place, weight=plan.shares[place])
        for child, plan in zip(made, plans, strict=True)
        for place, each in enumerate(plan.parents)
        if plan.shares[place] > 0
    ]


def png_of(model: StudioModel, pixels: Any, plan: Plan) -> bytes:
    """The picture as a PNG that says what it is: generated, by which model, of which seed and recipe."""
    from ml.gan.provenance import png

    return png(pixels, facts_of(model, plan))


def facts_of(model: StudioModel, plan: Plan) -> Mapping[str, Any]:
    return {
        "model": model.name,
        "model_version": model.version_id,
        "model_sha256": model.version.sha256,
        "seed": plan.seed,
        "recipe": plan.facts,
    }
