"""What a job has said so far, kept in memory until the writer takes it to the row."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

SERIES_POINTS = 200
PHASE_LENGTH = 100


class Progress:
    """The latest figures, their course thinned to 200 points, and the pace of the present phase. Thread-safe."""

    def __init__(self, *, series: Mapping[str, list[list[float]]] | None = None) -> None:
        self._lock = threading.Lock()
        self._series = {name: list(points) for name, points in (series or {}).items()}
        self._fields: dict[str, Any] = {}
        self._phase_start: tuple[str, int, float] | None = None
        self.is_changed = False

    def tell(self, done: int, total: int | None, phase: str, metrics: Mapping[str, float]) -> None:
        """Take in one report; ``done`` of ``total`` units of ``phase``."""
        with self._lock:
            if self._phase_start is None or self._phase_start[0] != phase or done < self._phase_start[1]:
                self._phase_start = (phase, done, time.monotonic())
            self._fields |= {"done": done, "total": total, "phase": phase[:PHASE_LENGTH]}
            self._fields["seconds_left"] = self._seconds_left(done, total)
            if metrics:
                self._keep_metrics(done, metrics)
            self.is_changed = True

    def take(self) -> dict[str, Any]:
        """The row's fields that changed since the last taking."""
        with self._lock:
            fields, self._fields, self.is_changed = self._fields, {}, False
            return fields

    def _seconds_left(self, done: int, total: int | None) -> float | None:
        if total is None or self._phase_start is None:
            return None
        _phase, first, since = self._phase_start
        if done <= first:
            return None
        return max(total - done, 0) * (time.monotonic() - since) / (done - first)

    def _keep_metrics(self, done: int, metrics: Mapping[str, float]) -> None:
        for name, value in metrics.items():
            points = self._series.setdefault(name, [])
            points.append([done, float(value)])
            if len(points) > 2 * SERIES_POINTS:
                del points[1:-1:2]
        self._fields["metrics"] = {name: points[-1][1] for name, points in self._series.items()}
        self._fields["series"] = {name: list(points) for name, points in self._series.items()}
