"""What static files are collected from, as one line that changes when they do. Knows no Django."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

SETTINGS = ("artmarket/settings.py", "package-lock.json", "node_modules/.installed")


def state(base: Path) -> str:
    """A hash over the project's static files, what names them, and the versions of all that is installed."""
    files = sorted(sources(base))
    lines = [f"{file.relative_to(base)} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    lines += sorted(f"{each.name} {each.version}" for each in distributions())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def sources(base: Path) -> Iterator[Path]:
    """The project's own files that are served, and those that say which others are."""
    for rooms in ("artmarket", "analysis"):
        yield from (file for file in base.glob(f"{rooms}/*/static/**/*") if file.is_file())
    yield from (file for name in SETTINGS if (file := base / name).is_file())
