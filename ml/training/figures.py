"""What a run measures as it goes: one line of JSON each time, and how long the device waited for pictures."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch

Batch = TypeVar("Batch")


class Log:
    """``figures.jsonl`` in a run's folder. A resumed run goes on after the line of its checkpoint."""

    def __init__(self, folder: Path | None, step: int) -> None:
        self.path = folder / "figures.jsonl" if folder else None
        if self.path and self.path.is_file():
            whole = [line for line in read(self.path) if line["step"] <= step]
            self.path.write_text("".join(f"{json.dumps(line)}\n" for line in whole))

    def write(self, figures: Mapping[str, Any]) -> None:
        if self.path:
            finite = {
                key: None if isinstance(value, float) and not math.isfinite(value) else value
                for key, value in figures.items()
            }
            with self.path.open("a") as lines:
                lines.write(f"{json.dumps(finite)}\n")


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a figures file; one that a killed run left half written is left out."""
    lines = []
    for text in path.read_text().splitlines():
        try:
            lines.append(json.loads(text))
        except ValueError:
            continue
    return lines


class Meter:
    """How long the device had nothing to do because the next batch was not there.

    On a CPU that is the time that the loop spends waiting. A CUDA device works on while the loop waits, so there the
    wait counts from the end of the device's work, which events on it tell.
    """

    def __init__(self, device: str) -> None:
        self.is_cuda = device.startswith("cuda")
        self.started = self.end = time.perf_counter()
        self.waited = 0.0
        self.pending: list[tuple[float, float, Any]] = []
        if self.is_cuda:
            torch.cuda.synchronize()
            self.first = event()
            self.started = time.perf_counter()

    def watch(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """The same batches, timed."""
        while True:
            mark = event() if self.is_cuda else None
            start = time.perf_counter()
            try:
                batch = next(batches)
            except StopIteration:
                return
            end = time.perf_counter()
            if mark is None:
                self.waited += end - start
            else:
                self.pending.append((start, end, mark))
            yield batch

    def waiting_share(self) -> float:
        """The device's waiting over the time since the start, 0..1."""
        for start, end, mark in self.pending:
            mark.synchronize()
            idle_from = self.started + self.first.elapsed_time(mark) / 1000
            self.waited += max(0.0, end - max(start, idle_from))
        self.pending = []
        return self.waited / max(1e-9, time.perf_counter() - self.started)


def event() -> Any:
    mark = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
    mark.record()  # type: ignore[no-untyped-call]
    return mark
