"""``python -m ml.gan breed MODEL OUT``: a generation of pictures by recipe; each file can be a parent of the next.

Parents are seeds, or files that this command wrote: ``--parents 4 7``, ``--parents out/003.png``. ``--film FRAMES`` walks from
parent to parent instead; ``--project FILE`` looks for a picture's place; ``--find-directions`` looks for directions and keeps
them beside the model.
"""

from __future__ import annotations

import argparse
import base64
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.gan.breeding import CROSS, KINDS, MOVE, MUTATE, PROJECT, SAMPLE, Recipe, grow
from ml.gan.copying import FACTS as RULE
from ml.gan.copying import Checked, Copying
from ml.gan.directions import (
    Direction,
    found_directions,
    load_directions,
    measured_directions,
    save_directions,
)
from ml.gan.model import Gan
from ml.gan.projecting import project
from ml.gan.provenance import png, read
from ml.gan.walking import film, walk
from ml.images import Pixels, UnreadablePicture, load_rgb
from ml.reporter import StreamReporter

Styles = npt.NDArray[np.float32]


def add(commands: Any) -> None:
    command = commands.add_parser("breed", help="sample, cross, mutate, move, project pictures; walk between them")
    command.add_argument("model", type=Path, help="the folder of a kept model")
    command.add_argument("out", type=Path, help="a folder for the pictures, or a file for a film")
    command.add_argument(
        "--kind", choices=[kind for kind in KINDS if kind != PROJECT], help="sample, or by what is given"
    )
    command.add_argument("--parents", nargs="+", default=(), help="seeds, or files that this command wrote")
    command.add_argument("--count", type=int, default=12)
    command.add_argument("--seed", type=int, default=0, help="of the first child; the others follow")
    command.add_argument("--truncation", type=float, default=1.0)
    command.add_argument("--weights", type=float, nargs="+", default=())
    command.add_argument("--by-layer", type=int, nargs="+", default=(), help="for each layer, which parent, from 0")
    command.add_argument("--strength", type=float, default=0.5)
    command.add_argument("--direction", help="the name of a kept direction, as lighter")
    command.add_argument("--film", type=int, help="frames from parent to parent; OUT ends in .webp or .png")
    command.add_argument("--project", type=Path, help="a picture to look for")
    command.add_argument("--steps", type=int, default=200, help="of --project")
    command.add_argument("--find-directions", action="store_true")
    command.add_argument("--device", default="auto")
    command.set_defaults(run=run)


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Grow, paint, compare with the training works where the model keeps its rule, write."""
    gan = Gan.load(asked.model, device=asked.device)
    if asked.find_directions:
        return find(gan, asked.model)
    parents = parents_of(gan, asked.parents)
    if asked.film:
        form = "webp" if asked.out.suffix == ".webp" else "apng"
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_bytes(film(gan, walk(parents, asked.film), form=form, reporter=StreamReporter()))
        return {"film": str(asked.out), "stops": len(parents)}
    if asked.project:
        styles, _painted, distance = project(gan, picture_of(asked.project), asked.steps, StreamReporter())
        recipes, grown = [Recipe(PROJECT)], styles[None]
        return {"distance": round(distance, 4), **written(gan, asked, recipes, grown)}
    recipes = recipes_of(gan, asked, len(parents))
    return written(gan, asked, recipes, np.stack([grow(gan, recipe, parents) for recipe in recipes]))


def recipes_of(gan: Gan, asked: argparse.Namespace, parents: int) -> list[Recipe]:
    """One a child: crosses and moves by the same numbers give the same child, so of those there is one."""
    kind = asked.kind or (SAMPLE if not parents else MOVE if asked.direction else CROSS if parents > 1 else MUTATE)
    if asked.count < 1:
        raise ValueError("count is at least 1.")
    told: dict[str, Any] = {
        "weights": tuple(asked.weights),
        "by_layer": tuple(asked.by_layer),
        "strength": asked.strength,
    }
    if kind == MOVE:
        way = direction_of(asked.model, asked.direction)
        return [Recipe(kind, direction=way.vector, along=way.name, **told)]  # type: ignore[arg-type]
    if kind == CROSS:
        return [Recipe(kind, **told)]
    if kind == SAMPLE:
        told = {}
    return [Recipe(kind, asked.seed + place, asked.truncation, **told) for place in range(asked.count)]


def direction_of(model: Path, name: str | None) -> Direction:
    known = {each.name: each for each in load_directions(model)}
    if name not in known:
        raise ValueError(f"This model's directions are: {', '.join(known)}.")
    return known[name]


def find(gan: Gan, folder: Path) -> dict[str, Any]:
    reporter = StreamReporter()
    found = [*measured_directions(gan, reporter=reporter), *found_directions(gan, reporter=reporter)]
    save_directions(found, folder)
    return {each.name: {name: round(value, 3) for name, value in each.figures.items()} for each in found}


def parents_of(gan: Gan, given: list[str]) -> Styles:
    """Styles ``[p, layers, width]`` of seeds and files."""
    found = [gan.styles([int(each)])[0] if each.isdigit() else kept_styles(gan, Path(each)) for each in given]
    return np.stack(found) if found else np.zeros((0, gan.layers, gan.width), np.float32)


def kept_styles(gan: Gan, file: Path) -> Styles:
    facts = read(file.read_bytes())
    if facts is None or "styles" not in facts:
        raise UnreadablePicture(f"{file} does not say of which styles it was painted.")
    flat = np.frombuffer(base64.b64decode(str(facts["styles"])), "<f4")
    if flat.size != gan.layers * gan.width:
        raise ValueError(f"{file} was painted by another model.")
    return np.asarray(flat.reshape(gan.layers, gan.width), np.float32)


def picture_of(file: Path) -> Pixels:
    with file.open("rb") as source:
        return np.ascontiguousarray(load_rgb(source).transpose(2, 0, 1))


def written(gan: Gan, asked: argparse.Namespace, recipes: list[Recipe], styles: Styles) -> dict[str, Any]:
    """Write each child with what it is; say which copy a training work."""
    pixels = gan.paint(styles)
    checked = check(asked.model, pixels)
    asked.out.mkdir(parents=True, exist_ok=True)
    for place, recipe in enumerate(recipes):
        facts = {
            "model": asked.model.name, "seed": recipe.seed, "recipe": recipe.to_json(), "parents": list(asked.parents),
            "styles": base64.b64encode(styles[place].astype("<f4").tobytes()).decode(),
        }  # fmt: skip
        (asked.out / f"{place:03d}.png").write_bytes(png(pixels[place], facts))
    told: dict[str, Any] = {"pictures": len(recipes), "kind": recipes[0].kind, "out": str(asked.out)}
    return told | ({"copies": np.flatnonzero(checked.is_copy).tolist()} if checked else {})


def check(model: Path, pixels: Pixels) -> Checked | None:
    return Copying.load(model).check(pixels) if (model / RULE).is_file() else None
