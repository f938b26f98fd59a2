"""What a training was told: a frozen record that is written beside the run."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

PRECISIONS = ("auto", "float32", "bfloat16", "float16")
# These change how fast a run goes and what is kept of it, not (but for rounding) what it learns.
HOW_ONLY = ("save_every", "kept", "device", "precision", "channels_last")


@dataclass(frozen=True)
class Schedule:
    """``steps`` of AdamW at ``learning_rate``, warmed up over a share of them, then falling along a cosine to nothing.

    A step is ``accumulate`` batches of ``batch`` pictures in each process. ``clip_norm`` bounds the gradient's length and
    ``ema`` is the decay of the averaged weights (both: 0 for none). Every ``check_every`` steps the validation figure
    is taken; after ``patience`` checks without a better one the run ends (0: never). ``precision`` is ``auto``,
    ``float32``, ``bfloat16`` or ``float16``; ``device`` as in ``ml.devices.choose``. Raises ``ValueError``.
    """

    steps: int = 400
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    seed: int = 1
    save_every: int = 100
    batch: int = 1
    accumulate: int = 1
    warm_up: float = 0.1
    clip_norm: float = 0.0
    ema: float = 0.0
    check_every: int = 0
    patience: int = 0
    kept: int = 2
    device: str = "auto"
    precision: str = "auto"
    channels_last: bool | None = None

    def __post_init__(self) -> None:
        if min(self.steps, self.batch, self.accumulate, self.save_every, self.kept) < 1:
            raise ValueError("steps, batch, accumulate, save_every and kept are at least 1.")
        if not 0 <= self.warm_up <= 1 or not 0 <= self.ema < 1 or self.clip_norm < 0:
            raise ValueError("warm_up lies in 0 to 1, ema from 0 to below 1, and clip_norm is not negative.")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision is one of {', '.join(PRECISIONS)}.")

    def factor(self, step: int) -> float:
        """The learning rate of a step over ``learning_rate``, 0..1."""
        warm = max(1, int(self.steps * self.warm_up))
        if step < warm:
            return (step + 1) / warm
        return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, self.steps - warm)))

    def images(self, steps: int, processes: int = 1) -> int:
        """Pictures that so many steps see, in all processes together."""
        return steps * self.batch * self.accumulate * processes

    def lesson(self) -> dict[str, Any]:
        """What must be the same for a checkpoint to be gone on with."""
        return {name: value for name, value in asdict(self).items() if name not in HOW_ONLY}
