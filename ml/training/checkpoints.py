"""A run's whole state on disk: what another process needs to go on to the same numbers.

``step-00000300.safetensors`` holds weights, optimisers' moments, averaged and best weights and the random generators of
every process; ``step-00000300.json``, written last, vouches for it with a checksum and holds everything else.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.training import processes
from ml.training.turns import Mover

Tensors = dict[str, Tensor]
SPARE_BYTES = 16 * 1024**2


class NoRoom(OSError):
    """The disk has no room for another state; the message says how much is needed and how much there is."""


def ensure_room(folder: Path, needed: int) -> None:
    """Raise ``NoRoom`` where fewer than ``needed`` bytes, and a few to spare, are free."""
    free = shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free
    if free < needed + SPARE_BYTES:
        said = f"{(needed + SPARE_BYTES) / 1e6:,.0f} MB are needed and {free / 1e6:,.0f} MB are free"
        raise NoRoom(f"There is no room on the disk to keep the training's state: {said}. Make room, then go on.")


def write(folder: Path, step: int, tensors: Mapping[str, Tensor], facts: Mapping[str, Any], *, kept: int) -> None:
    """Keep a state, complete or not at all, and delete all but the ``kept`` newest. Raises ``NoRoom``."""
    path = folder / f"step-{step:08d}.safetensors"
    ensure_room(folder, sum(tensor.numel() * tensor.element_size() for tensor in tensors.values()))
    digest = save_tensors(tensors, path)
    save_json({**facts, "step": step, "sha256": digest}, path.with_suffix(".json"))
    for old in sorted(folder.glob("step-*.json"))[:-kept]:
        old.unlink()
        old.with_suffix(".safetensors").unlink(missing_ok=True)
    for torn in folder.glob(".step-*"):  # of a run that was killed while it wrote
        torn.unlink(missing_ok=True)


def newest(folder: Path, log: Callable[[str], None]) -> tuple[Tensors, dict[str, Any]] | None:
    """The newest whole state; a broken one is passed over, with a line. None where there is none."""
    for path in sorted(folder.glob("step-*.json"), reverse=True):
        try:
            facts = load_json(path)
            return load_tensors(path.with_suffix(".safetensors"), sha256=str(facts["sha256"])), facts
        except (BadArtefact, KeyError) as error:
            log(f"{path.name} is passed over: {error}")
    return None


def steps(folder: Path) -> list[int]:
    """The steps whose states are kept, in order: a run can be gone on with from each."""
    return sorted(int(path.stem.removeprefix("step-")) for path in folder.glob("step-*.json"))


def rewind(folder: Path, step: int) -> None:
    """Forget every state after a kept one, so that the run goes on from there. Raises ``BadArtefact`` where none is."""
    kept = steps(folder)
    if step not in kept:
        there = ", ".join(map(str, kept)) or "none"
        raise BadArtefact(f"No state of step {step} is kept. There are: {there}.")
    for later in kept[kept.index(step) + 1 :]:
        for suffix in (".json", ".safetensors"):
            (folder / f"step-{later:08d}{suffix}").unlink(missing_ok=True)


def state_of(movers: Sequence[Mover]) -> tuple[Tensors, dict[str, Any]]:
    """The movers' tensors, and the rest of their state, in plain values."""
    tensors: Tensors = {}
    facts: dict[str, Any] = {}
    for mover in movers:
        name = mover.turn.name
        tensors |= {f"{name}.model.{key}": value for key, value in mover.turn.model.state_dict().items()}
        tensors |= {f"{name}.average.{key}": value for key, value in mover.average.items()}
        for index, moments in mover.optimiser.state_dict()["state"].items():
            tensors |= {f"{name}.optimiser.{index}.{key}": torch.as_tensor(value) for key, value in moments.items()}
        facts[name] = {"scaler": mover.scaler.state_dict()}
    return tensors, facts


def restore(movers: Sequence[Mover], tensors: Tensors, facts: Mapping[str, Any]) -> None:
    """Put back what ``state_of`` took. Raises ``BadArtefact`` where it is of other networks."""
    for mover in movers:
        name = mover.turn.name
        try:
            mover.turn.model.load_state_dict(part(tensors, f"{name}.model."))
        except RuntimeError as error:
            raise BadArtefact(f"The checkpoint is of another network than {name}.") from error
        for key, value in part(tensors, f"{name}.average.").items():
            mover.average[key].copy_(value)
        moments: dict[int, Tensors] = {}
        for key, value in part(tensors, f"{name}.optimiser.").items():
            index, _dot, moment = key.partition(".")
            moments.setdefault(int(index), {})[moment] = value
        rates = mover.optimiser.state_dict()["param_groups"]
        mover.optimiser.load_state_dict({"state": moments, "param_groups": rates})
        mover.scaler.load_state_dict(facts[name]["scaler"])


def random_state(device: str) -> Tensors:
    """The generators of every process, by rank."""
    found = {f"random.cpu.{rank}": s for rank, s in enumerate(processes.gather(torch.get_rng_state(), device))}
    if device.startswith("cuda"):
        states = processes.gather(torch.cuda.get_rng_state(device), device)
        found |= {f"random.cuda.{rank}": state for rank, state in enumerate(states)}
    return found


def restore_random(tensors: Tensors, device: str) -> None:
    torch.set_rng_state(tensors[f"random.cpu.{processes.rank()}"])
    if device.startswith("cuda") and f"random.cuda.{processes.rank()}" in tensors:
        torch.cuda.set_rng_state(tensors[f"random.cuda.{processes.rank()}"], device)


def part(tensors: Mapping[str, Tensor], prefix: str) -> Tensors:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
