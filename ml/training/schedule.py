"""What a training was told: a frozen record that is written beside the run."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

PRECISIONS = ("auto", "float32", "bfloat16", "float16")
# These change how fast a run goes and what is kept of it, not (but for rounding) what it learns.
HOW_ONLY = ("save_every", "kept", "device", "precision", "channels_last", "minutes")

WHEN_TO_END = ("steps", "check_every", "patience")  # which a rate that stays knows nothing of


@dataclass(frozen=True)
class Schedule:
    """``steps`` of AdamW at ``learning_rate``, warmed up over a share of them, then falling along a cosine to nothing.

    A step is ``accumulate`` batches of ``batch`` pictures in each process. ``clip_norm`` bounds the gradient's length and
    ``ema`` is the decay of the averaged weights (both: 0 for none). Every ``check_every`` steps the validation figure
    is taken; after ``patience`` checks without a better one the run ends (0: never), and so it does after ``minutes``
    (0: never; those before a resume are counted). Where not ``falls``, the rate stays as it is once warm, and a run can
    be gone on with for more steps than it was begun with. ``precision`` is ``auto``, ``float32``, ``bfloat16`` or
    ``float16``; ``device`` as in ``ml.devices.choose``. Raises ``ValueError``.
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
    falls: bool = True
    minutes: float = 0.0

    def __post_init__(self) -> None:
        if self.minutes < 0:
            raise ValueError("minutes is not negative.")
        if min(self.steps, self.batch, self.accumulate, self.save_every, self.kept) < 1:
            raise ValueError("steps, batch, accumulate, save_every and kept are at least 1.")
        if not 0 <= self.warm_up <= 1 or not 0 <= self.ema < 1 or self.clip_norm < 0:
            raise ValueError("warm_up lies in 0 to 1, ema from 0 to below 1, and clip_norm is not negative.")
        if not self.falls and self.warm_up:
            raise ValueError("A rate that stays has no warm_up: it would depend on the number of steps.")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision is one of {', '.join(PRECISIONS)}.")

    def factor(self, step: int) -> float:
        """The learning rate of a step over ``learning_rate``, 0..1."""
        warm = max(1, int(self.steps * self.warm_up))
        if step < warm:
            return (step + 1) / warm
        if not self.falls:
            return 1.0
        return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, self.steps - warm)))

    def images(self, steps: int, processes: int = 1) -> int:
        """Pictures that so many steps see, in all processes together."""
        return steps * self.batch * self.accumulate * processes

    def lesson(self) -> dict[str, Any]:
        """What must be the same for a checkpoint to be gone on with."""
        left_out = HOW_ONLY if self.falls else (*HOW_ONLY, *WHEN_TO_END)
        return {name: value for name, value in asdict(self).items() if name not in left_out}
