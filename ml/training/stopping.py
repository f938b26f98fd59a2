"""Which weights were best on pictures that were not learned from, and when to stop looking for better ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from ml.training.turns import Mover


@dataclass
class Best:
    """The best validation figure (the greater the better) so far, its step, and the weights that reached it."""

    figure: float = -math.inf
    step: int = 0
    checks_since: int = 0
    weights: dict[str, Tensor] = field(default_factory=dict)

    def consider(self, figure: float, step: int, movers: Sequence[Mover]) -> None:
        """Keep these weights if their figure is better; what is no number is not."""
        if not figure > self.figure:
            self.checks_since += 1
            return
        self.figure, self.step, self.checks_since = figure, step, 0
        self.weights = {
            f"{mover.turn.name}.{key}": value.detach().cpu().clone()
            for mover in movers
            for key, value in mover.weights().items()
        }

    def facts(self) -> dict[str, Any]:
        figure = self.figure if math.isfinite(self.figure) else None
        return {"figure": figure, "step": self.step, "checks_since": self.checks_since}

    def restore(self, facts: dict[str, Any], weights: dict[str, Tensor]) -> None:
        self.figure = -math.inf if facts["figure"] is None else float(facts["figure"])
        self.step, self.checks_since, self.weights = int(facts["step"]), int(facts["checks_since"]), weights
