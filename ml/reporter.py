"""How a model tells how far it is, and asks whether to stop."""

from __future__ import annotations

import sys
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
    """Writes to the terminal."""

    def progress(
        self, done: int, total: int | None = None, *, phase: str = "", metrics: Mapping[str, float] | None = None
    ) -> None:
        figures = " ".join(f"{name}={value:.4g}" for name, value in (metrics or {}).items())
        of = f"/{total}" if total else ""
        sys.stderr.write(f"\r{phase} {done}{of} {figures}".ljust(80))
        if total and done >= total:
            sys.stderr.write("\n")

    def log(self, message: str) -> None:
        sys.stderr.write(f"{message}\n")
