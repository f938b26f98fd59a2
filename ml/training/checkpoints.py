"""A run's whole state on disk: what another process needs to go on to the same numbers.

``step-00000300.safetensors`` holds weights, optimisers' moments, averaged and best weights and the random generators of
every process; ``step-00000300.json``, written last, vouches for it with a checksum and holds everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.training import processes
from ml.training.turns import Mover

Tensors = dict[str, Tensor]


def write(folder: Path, step: int, tensors: Mapping[str, Tensor], facts: Mapping[str, Any], *, kept: int) -> None:
    """Keep a state, complete or not at all, and delete all but the ``kept`` newest."""
    path = folder / f"step-{step:08d}.safetensors"
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
