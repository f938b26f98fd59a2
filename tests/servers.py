"""Starts the embedded PostgreSQL and Redis before Django reads its settings (loaded by ``-p tests.servers``)."""

from __future__ import annotations

import os
from pathlib import Path

from artmarket import embedded

VAR = Path(os.environ.setdefault("ARTMARKET_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test")))


def start() -> None:
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        os.environ.setdefault("SECRET_KEY", "only-for-tests")
        return
    servers = embedded.start(VAR)
    os.environ["DATABASE_URL"] = servers.database_url
    os.environ["REDIS_URL"] = servers.redis_url
    os.environ["SECRET_KEY"] = "only-for-tests"
    os.environ["ARTMARKET_TESTS_STARTED_SERVERS"] = "1"


def pytest_unconfigure() -> None:
    if os.environ.get("ARTMARKET_TESTS_STARTED_SERVERS") and not os.environ.get("ARTMARKET_KEEP_SERVERS"):
        embedded.stop(VAR)


start()
