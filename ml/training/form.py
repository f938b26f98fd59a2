"""In which form a network is trained: device, number type of the products, memory layout."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ml.devices import choose
from ml.training import processes
from ml.training.schedule import Schedule


@dataclass(frozen=True)
class Form:
    """Weights stay float32; ``dtype`` is what products are computed in (automatic mixed precision)."""

    device: str
    dtype: torch.dtype
    channels_last: bool

    @property
    def kind(self) -> str:
        return self.device.split(":")[0]

    @property
    def needs_scaler(self) -> bool:
        """float16 gradients underflow unless the loss is scaled; bfloat16 has float32's range."""
        return self.dtype == torch.float16

    def autocast(self) -> AbstractContextManager[Any]:
        return nullcontext() if self.dtype == torch.float32 else torch.autocast(self.kind, self.dtype)

    def prepare(self, model: nn.Module) -> None:
        """Move a network to the device, in this layout, in place."""
        layout = torch.channels_last if self.channels_last else torch.contiguous_format
        model.to(self.device).to(memory_format=layout)  # type: ignore[call-overload]

    def place(self, value: Any) -> Any:
        """A tensor, or a tuple of them, on the device, without waiting for the copy; pictures in this layout.

        Pictures are copied as they come, one byte a value; turn them to floats on the device.
        """
        if isinstance(value, tuple):
            return tuple(self.place(part) for part in value)
        if not isinstance(value, Tensor):
            return value
        if self.kind == "cuda" and value.device.type == "cpu":
            value = value.pin_memory()
        value = value.to(self.device, non_blocking=True)
        return value.contiguous(memory_format=torch.channels_last) if self.channels_last and value.ndim == 4 else value

    def words(self) -> dict[str, Any]:
        dtype = str(self.dtype).removeprefix("torch.")
        return {"device": self.device, "dtype": dtype, "channels_last": self.channels_last}


def form_of(schedule: Schedule) -> Form:
    """The form that a schedule asks for on this machine. ``auto`` takes mixed precision where the device has it:
    bfloat16 on CUDA devices that compute in it, else float16 there, else float32."""
    device = choose(schedule.device).device
    if device == "cuda":
        device = f"cuda:{processes.local_rank() % torch.cuda.device_count()}"
        torch.cuda.set_device(device)
    channels_last = device.startswith("cuda") if schedule.channels_last is None else schedule.channels_last
    return Form(device, dtype_of(schedule.precision, device), channels_last)


def dtype_of(precision: str, device: str) -> torch.dtype:
    if precision != "auto":
        return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[precision]
    if not device.startswith("cuda"):
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
