"""The loop that every network of ours is trained by: seeded, reported, stoppable, resumable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from ml.artefacts import load_json, load_tensors, save_json, save_tensors
from ml.reporter import Cancelled, Reporter


@dataclass(frozen=True)
class Schedule:
    """``steps`` of AdamW at ``learning_rate``, warmed up over a tenth, then falling along a cosine."""

    steps: int = 400
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    seed: int = 1
    save_every: int = 100


def train(
    model: nn.Module,
    loss_of_step: Callable[[int, torch.Generator], Tensor],
    schedule: Schedule,
    reporter: Reporter,
    *,
    checkpoint: Path | None = None,
    phase: str = "",
) -> list[float]:
    """Minimise ``loss_of_step(step, generator)``; returns the losses of the steps run.

    Each step draws from a generator seeded by (seed, step), so that six steps equal three and, after a resume from
    ``checkpoint`` (a folder), three more. Raises ``Cancelled`` when the reporter says stop, after saving.
    """
    optimiser = torch.optim.AdamW(model.parameters(), lr=schedule.learning_rate, weight_decay=schedule.weight_decay)
    first = restore(model, optimiser, checkpoint) if checkpoint else 0
    losses = []
    model.train()
    for step in range(first, schedule.steps):
        if reporter.should_stop():
            save(model, optimiser, step, checkpoint)
            raise Cancelled
        set_rate(optimiser, schedule, step)
        loss = loss_of_step(step, torch.Generator().manual_seed(schedule.seed * 1_000_003 + step))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        reporter.progress(step + 1, schedule.steps, phase=phase, metrics={"loss": losses[-1]})
        if (step + 1) % schedule.save_every == 0:
            save(model, optimiser, step + 1, checkpoint)
    model.eval()
    return losses


def set_rate(optimiser: torch.optim.Optimizer, schedule: Schedule, step: int) -> None:
    warm = max(1, schedule.steps // 10)
    share = torch.tensor((step - warm) / max(1, schedule.steps - warm))
    factor = (step + 1) / warm if step < warm else 0.5 * (1 + torch.cos(torch.pi * share).item())
    for group in optimiser.param_groups:
        group["lr"] = schedule.learning_rate * factor


def save(model: nn.Module, optimiser: torch.optim.Optimizer, step: int, folder: Path | None) -> None:
    """Keep weights, the optimiser's moments and the step; the step last, as it vouches for the others."""
    if folder is None:
        return
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    for index, moments in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{index}.{name}": torch.as_tensor(value) for name, value in moments.items()}
    digest = save_tensors(tensors, folder / "state.safetensors")
    save_json({"step": step, "sha256": digest}, folder / "state.json")


def restore(model: nn.Module, optimiser: torch.optim.Optimizer, folder: Path) -> int:
    """Load what ``save`` kept; returns the step to go on from, 0 where nothing (whole) was kept."""
    if not (folder / "state.json").is_file():
        return 0
    kept = load_json(folder / "state.json")
    tensors = load_tensors(folder / "state.safetensors", sha256=kept["sha256"])
    model.load_state_dict({name[6:]: value for name, value in tensors.items() if name.startswith("model.")})
    moments: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimiser."):
            _word, index, moment = name.split(".", 2)
            moments.setdefault(int(index), {})[moment] = value
    state = optimiser.state_dict()
    optimiser.load_state_dict({"state": moments, "param_groups": state["param_groups"]})
    return int(kept["step"])
