"""One network's turn in a step: its loss, its gradient, its optimiser, its averaged weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ml.training import processes
from ml.training.form import Form
from ml.training.schedule import Schedule

Loss = Callable[[Any, torch.Generator], Tensor]


class Diverged(RuntimeError):
    """The loss or the gradient is no longer a number; the message says when."""


@dataclass(frozen=True)
class Turn:
    """A network and what it learns from: ``loss(batch, generator)``, a scalar, the mean over the batch's pictures.

    ``rates`` multiplies the learning rate of the parameters whose names begin so (``{"trunk.": 0.1}``); 0 leaves them as
    they are. Networks that learn against one another each get a turn, in the order given. ``betas`` are Adam's decays of
    the gradient and of its square; where not ``is_averaged``, the schedule's averaged weights are not kept of this network.
    """

    name: str
    model: nn.Module
    loss: Loss
    rates: Mapping[str, float] = field(default_factory=dict)
    betas: tuple[float, float] = (0.9, 0.999)
    is_averaged: bool = True


class Mover:
    """A turn under way."""

    def __init__(self, turn: Turn, schedule: Schedule, form: Form) -> None:
        self.turn, self.schedule, self.form = turn, schedule, form
        form.prepare(turn.model)
        processes.share(tensors_of(turn.model).values())
        self.optimiser = torch.optim.AdamW(
            groups(turn, schedule.weight_decay),
            lr=schedule.learning_rate,
            betas=turn.betas,
            weight_decay=schedule.weight_decay,
        )
        self.scaler = torch.amp.GradScaler(form.kind, enabled=form.needs_scaler)
        self.average = copied(turn.model) if schedule.ema and turn.is_averaged else {}
        self.norm: Tensor | None = None

    def step(self, step: int, batches: Iterator[tuple[Any, torch.Generator]]) -> Tensor:
        """Move the network by ``accumulate`` batches; the mean loss, still on the device."""
        self.optimiser.zero_grad(set_to_none=True)
        total = torch.zeros((), device=self.form.device)
        for _part in range(self.schedule.accumulate):
            batch, random = next(batches)
            with self.form.autocast():
                loss = self.turn.loss(batch, random) / self.schedule.accumulate
            self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
            total += loss.detach().float()
        self.move(step)
        return total

    def move(self, step: int) -> None:
        moved = [parameter for group in self.optimiser.param_groups for parameter in group["params"]]
        gradients = [parameter.grad for parameter in moved if parameter.grad is not None]
        self.scaler.unscale_(self.optimiser)
        processes.average(gradients)
        if self.schedule.clip_norm:
            self.norm = nn.utils.clip_grad_norm_(moved, self.schedule.clip_norm)
        for group in self.optimiser.param_groups:
            group["lr"] = self.schedule.learning_rate * group["factor"] * self.schedule.factor(step)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        if self.average:
            self.follow(step)

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Let the averaged weights follow; they follow closely at first, so that early ones are not held for long."""
        decay = min(self.schedule.ema, (1 + step) / (10 + step))
        for name, value in tensors_of(self.turn.model).items():
            if value.is_floating_point():
                self.average[name].lerp_(value, 1 - decay)
            else:
                self.average[name].copy_(value)

    def weights(self) -> dict[str, Tensor]:
        """What the network is judged and kept by: averaged where there is an average."""
        return self.average or tensors_of(self.turn.model)

    def settle(self) -> None:
        """Make running statistics of the processes one; before they are saved or used."""
        processes.average(dict(self.turn.model.named_buffers()).values())


def tensors_of(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach() for name, value in model.state_dict().items()}


def copied(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in tensors_of(model).items()}


def groups(turn: Turn, decay: float) -> list[dict[str, Any]]:
    """Parameters by rate, and by whether they decay: gains and biases do not."""
    kept: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for name, parameter in turn.model.named_parameters():
        factor = next((rate for prefix, rate in turn.rates.items() if name.startswith(prefix)), 1.0)
        parameter.requires_grad_(factor > 0 and parameter.requires_grad)
        if parameter.requires_grad:
            kept.setdefault((factor, parameter.ndim > 1), []).append(parameter)
    return [
        {"params": parameters, "factor": factor, "weight_decay": decay if decays else 0.0}
        for (factor, decays), parameters in kept.items()
    ]
