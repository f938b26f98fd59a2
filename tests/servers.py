"""Starts the embedded PostgreSQL and Redis before Django reads its settings (loaded by ``-p tests.servers``).

With ``-n`` each process of pytest-xdist has servers of its own, under a folder of its own, whatever the environment names:
tests that commit, flush or start workers do not meet. One process takes DATABASE_URL and REDIS_URL where both are given.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from artmarket import embedded

PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")
HANDS_OUT = not PROCESS and "-n" in sys.argv
BASE = os.environ.setdefault("ARTMARKET_TESTS_VAR", os.environ.get("ARTMARKET_VAR", "var/test"))
VAR = (Path(__file__).resolve().parent.parent / BASE / PROCESS).resolve()


def start() -> None:
    os.environ["ARTMARKET_VAR"] = str(VAR)
    os.environ.setdefault("SECRET_KEY", "only-for-tests")
    if HANDS_OUT or (not PROCESS and "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ):
        return
    servers = embedded.start(VAR)
    os.environ["DATABASE_URL"] = servers.database_url
    os.environ["REDIS_URL"] = servers.redis_url
    os.environ["ARTMARKET_TESTS_STARTED_SERVERS"] = "1"


def share_cores() -> None:
    """Leave each process its part of the cores: threads of OpenMP that outnumber them wait for each other."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // processes)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started. xdist ends its processes before they could stop theirs, so the one that hands out does."""
    if PROCESS or os.environ.get("ARTMARKET_KEEP_SERVERS"):
        return
    if os.environ.get("ARTMARKET_TESTS_STARTED_SERVERS"):
        embedded.stop(VAR)
    if config.getoption("numprocesses", None):
        for folder in VAR.glob("gw*"):
            embedded.stop(folder)


if PROCESS:
    share_cores()
start()
