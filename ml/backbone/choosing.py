"""Which network a command sees by: a kept one, one with weights from a file, or a compact one that first learns from pictures."""

from __future__ import annotations

import argparse
from pathlib import Path

from ml.artefacts import load_json
from ml.backbone.compact import train_compact
from ml.backbone.interface import Backbone, Provenance, build, fresh, load
from ml.backbone.networks import COMPACT, RECIPES
from ml.backbone.weights import NoWeights, from_file, name_of_file
from ml.devices import choose, fastest
from ml.images import Pixels
from ml.reporter import Reporter


def add_eyes(command: argparse.ArgumentParser, *, otherwise: str = "") -> None:
    """Let a command be told by which network to see; ``otherwise``: what is done where it is not."""
    command.add_argument(
        "--weights", type=Path, help=f"a network's weights (safetensors, named after it), or its kept folder{otherwise}"
    )
    command.add_argument("--network", choices=sorted(RECIPES), help="which network the weights are for")
    command.add_argument("--backbone", type=Path, help="a kept network's folder")


def name_of(asked: argparse.Namespace) -> str:
    """Which network is meant, before anything of it is loaded; the compact one where none is named. Raises ``BadArtefact``."""
    if folder := folder_of(asked):
        return str(load_json(folder / "backbone.json").get("name", ""))
    if asked.weights:
        return str(asked.network or name_of_file(asked.weights))
    return str(asked.network or COMPACT)


def folder_of(asked: argparse.Namespace) -> Path | None:
    if asked.backbone or (asked.weights and asked.weights.is_dir()):
        return Path(asked.backbone or asked.weights)
    return None


def eyes_of(asked: argparse.Namespace, *, for_bulk: bool = False, shown_px: int | None = None) -> Backbone | None:
    """The network that was named by ``add_eyes``' options on ``asked.device``; None where none was. Raises ``BadArtefact``.

    ``for_bulk`` times which form is quickest, at ``shown_px`` where pictures will be shown smaller than the network's own side.
    """
    if folder := folder_of(asked):
        return load(folder, device=asked.device, for_bulk=for_bulk)
    if not asked.weights:
        return None
    name = name_of(asked)
    plan = choose(asked.device)
    if for_bulk:
        own = RECIPES[name].input_px
        plan = fastest(plan, fresh(name), min(own, shown_px or own))
    return Backbone(name, from_file(name, asked.weights), None, Provenance("file", asked.weights.name), plan)


def needed_eyes_of(asked: argparse.Namespace, *, for_bulk: bool = False) -> Backbone:
    """The same; ``NoWeights`` where none was named."""
    found = eyes_of(asked, for_bulk=for_bulk)
    if found is None:
        raise NoWeights(f"Give the weights of {asked.network or 'a network'} by --weights FILE, or its folder.")
    return found


def eyes_or_learned(
    asked: argparse.Namespace,
    pixels: Pixels,
    reporter: Reporter,
    *,
    for_bulk: bool = False,
    shown_px: int | None = None,
) -> Backbone:
    """The same; where none was named, a compact one that learns to see from ``pixels`` ``uint8 [n, 3, 128, 128]``, without their
    labels. Raises ``NoWeights`` where another was named without its weights."""
    if found := eyes_of(asked, for_bulk=for_bulk, shown_px=shown_px):
        return found
    if name_of(asked) != COMPACT:
        return needed_eyes_of(asked)
    network, _losses = train_compact(pixels, reporter, phase="learning to see")
    return build(COMPACT, network, Provenance("trained", str(len(pixels))), device=asked.device)
