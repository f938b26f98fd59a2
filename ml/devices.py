"""Where a model runs and in which form: device, number type, memory layout, batch size."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

TRIAL_PICTURES = 8
MEMORY, LIMIT = Path("/proc/meminfo"), Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True)
class Plan:
    """How to run a model: ``dtype`` is ``float32`` or ``bfloat16``; ``batch_size`` counts pictures."""

    device: str = "cpu"
    dtype: torch.dtype = torch.float32
    channels_last: bool = False
    batch_size: int = 32

    def prepare(self, model: nn.Module) -> nn.Module:
        """The model on the device, in this form, ready for inference."""
        layout = torch.channels_last if self.channels_last else torch.contiguous_format
        return model.eval().to(self.device, self.dtype).to(memory_format=layout)  # type: ignore[call-overload]

    def place(self, batch: Tensor) -> Tensor:
        layout = torch.channels_last if self.channels_last else torch.contiguous_format
        return batch.to(self.device, self.dtype, non_blocking=True).contiguous(memory_format=layout)


def choose(wish: str = "auto") -> Plan:
    """A plan for ``auto``, ``cpu``, ``cuda`` or ``mps``; ``ValueError`` for a device that is not there."""
    if wish in {"auto", "cuda"} and torch.cuda.is_available():
        return Plan("cuda", torch.bfloat16, True, 256)
    if wish in {"auto", "mps"} and torch.backends.mps.is_available():
        return Plan("mps", torch.float32, False, 64)
    if wish not in {"auto", "cpu"}:
        raise ValueError(f"There is no device “{wish}” on this machine.")
    return Plan()


def one_thread() -> AbstractContextManager[object]:
    """Within, linear algebra of NumPy and SciPy runs on one thread: thousands of small products, as solvers make them, lose
    more by waking the others than they gain, and on a busy machine the others spin (measured: docs/classification.md)."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limits


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory() -> int | None:
    """Bytes that may still be taken: what the machine has free, or all that a container allows; None where none says."""
    said: list[int] = []
    with suppress(OSError, StopIteration, ValueError):
        line = next(each for each in MEMORY.read_text().splitlines() if each.startswith("MemAvailable:"))
        said.append(int(line.split()[1]) * 1024)
    with suppress(OSError, ValueError):
        said.append(int(LIMIT.read_text()))  # “max” where there is no limit
    return min(said, default=None)


def has_fast_bfloat16() -> bool:
    """Whether this machine's processor multiplies matrices of bfloat16 by instructions of its own (AMX)."""
    asked = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(asked and asked())


def fastest(plan: Plan, make: Callable[[], nn.Module], side_px: int) -> Plan:
    """On a CPU, time float32 against bfloat16 and channels-last on a few pictures and take the quickest.

    bfloat16 flies on processors with its instructions and crawls on others, so it is measured, not guessed.
    """
    if plan.device != "cpu":
        return plan
    forms = [plan, replace(plan, channels_last=True), replace(plan, dtype=torch.bfloat16, channels_last=True)]
    return min(forms, key=lambda form: trial_seconds(form, make(), side_px))


@torch.inference_mode()
def trial_seconds(plan: Plan, model: nn.Module, side_px: int) -> float:
    """The better of two runs after a warming one."""
    model = plan.prepare(model)
    batch = plan.place(torch.rand(TRIAL_PICTURES, 3, side_px, side_px))
    seconds = []
    for _round in range(3):
        start = time.perf_counter()
        model(batch)
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])
