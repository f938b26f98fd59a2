"""What docker-compose.yml says, read once."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SITE_SERVICES = ("setup", "web", "worker", "worker-gpu", "beat")


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def words(service: str) -> list[str]:
    """A service's command as the shell would split it."""
    return shlex.split(services()[service]["command"])
