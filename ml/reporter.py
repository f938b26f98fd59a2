"""How a model tells how far it is, and asks whether to stop."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Protocol


class Cancelled(Exception):
    """Raised by work that stopped because its reporter said so."""


class Reporter(Protocol):
    """Progress and cancelling. The site's jobs and the command line both satisfy it."""

    def progress(
        self, done: int, total: int | None = None, *, phase: str = "", metrics: Mapping[str, float] | None = None
    ) -> None:
        """Say that ``done`` of ``total`` units are finished; ``metrics`` are figures worth plotting."""

    def log(self, message: str) -> None:
        """Say one line."""

    def should_stop(self) -> bool:
        """True when the work should end at its next step."""


class SilentReporter:
    """Says nothing and never stops."""

    def progress(
        self, done: int, total: int | None = None, *, phase: str = "", metrics: Mapping[str, float] | None = None
    ) -> None: ...

    def log(self, message: str) -> None: ...

    def should_stop(self) -> bool:
        return False


class StreamReporter(SilentReporter):
    """Writes to the terminal: one line that is drawn anew, or, into a file, a line every ten seconds."""

    def __init__(self) -> None:
        self.is_terminal = sys.stderr.isatty()
        self.pause = 0.2 if self.is_terminal else 10.0
        self.said_at, self.phase = 0.0, ""

    def progress(
        self, done: int, total: int | None = None, *, phase: str = "", metrics: Mapping[str, float] | None = None
    ) -> None:
        now, is_end = time.monotonic(), bool(total and done >= total)
        if not is_end and phase == self.phase and now - self.said_at < self.pause:
            return
        self.said_at, self.phase = now, phase
        figures = " ".join(f"{name}={value:.4g}" for name, value in (metrics or {}).items())
        line = f"{phase} {done}{f'/{total}' if total else ''} {figures}"
        start, end = ("\r", "\n" if is_end else "") if self.is_terminal else ("", "\n")
        sys.stderr.write(f"{start}{line.ljust(80) if self.is_terminal else line}{end}")
        sys.stderr.flush()

    def log(self, message: str) -> None:
        sys.stderr.write(f"{message}\n")
