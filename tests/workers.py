"""Real Celery workers and a real clock for tests: own processes, on the test's database and broker.

``celery_worker_process`` gives a function that starts a worker, ready when it returns; all are ended after the test.
Rows must be committed to be seen by another process, so these fixtures bring ``transactional_db``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60.0
QUEUES = ("default", "gpu-fast", "gpu")


@dataclass
class Running:
    """A process group that a test started."""

    process: subprocess.Popen[bytes]
    log: Path

    def signal(self, number: int) -> None:
        """Send a signal to the main process alone, as an operator or a supervisor does."""
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL for the process and all its children, as when the machine takes them away."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def wait(self, *, seconds: float = 30.0) -> int:
        return self.process.wait(timeout=seconds)

    def said(self) -> str:
        return self.log.read_text(errors="replace")


class StartWorker(Protocol):
    def __call__(
        self,
        *,
        include: Sequence[str] = ...,
        pool: str = ...,
        concurrency: int = ...,
        queues: Sequence[str] = ...,
        env: dict[str, str] | None = ...,
    ) -> Running: ...


def wait_until(condition: Callable[[], bool], *, seconds: float = 30.0, what: str = "") -> None:
    """Ask every 50 ms until it holds; the test fails when time is up."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds:.0f} s: {what or condition}")
        time.sleep(0.05)


def process_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The test's own environment, pointed at its database and broker."""
    known = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(known._replace(path=f"/{name}")),
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "artmarket.settings",
        "CELERY_SKIP_CHECKS": "1",
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        **(extra or {}),
    }


def spawn(arguments: Sequence[str], *, log: Path, ready: str, env: dict[str, str] | None) -> Running:
    """Start ``celery -A artmarket …`` in a process group of its own and wait until its log says ``ready``."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "artmarket", *arguments],
            cwd=ROOT,
            env=process_environment(env),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Running(process, log)
    end = time.monotonic() + READY_SECONDS
    while ready not in running.said():
        if process.poll() is not None or time.monotonic() > end:
            running.kill()
            pytest.fail(f"celery {arguments[0]} did not start:\n{running.said()[-3000:]}")
        time.sleep(0.1)
    return running


@pytest.fixture
def celery_worker_process(transactional_db: None, tmp_path: Path) -> Iterator[StartWorker]:
    """``start(include=["tests.jobs.kinds"], pool="prefork"|"solo"|"threads", concurrency=1, queues=…, env=…)``."""
    started: list[Running] = []

    def start(
        *,
        include: Sequence[str] = (),
        pool: str = "prefork",
        concurrency: int = 1,
        queues: Sequence[str] = QUEUES,
        env: dict[str, str] | None = None,
    ) -> Running:
        number = len(started)
        arguments = ["worker", "--pool", pool, "--concurrency", str(concurrency), "--queues", ",".join(queues)]
        arguments += ["--hostname", f"w{number}-{os.getpid()}@test", "--without-gossip", "--without-mingle"]
        arguments += ["--loglevel", "INFO", *(part for module in include for part in ("-I", module))]
        started.append(spawn(arguments, log=tmp_path / f"worker{number}.log", ready=" ready.", env=env))
        return started[-1]

    yield start
    for running in started:
        running.kill()


@pytest.fixture
def celery_clock_process(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """``start(env=…)`` starts Celery beat."""
    started: list[Running] = []

    def start(*, env: dict[str, str] | None = None) -> Running:
        number = len(started)
        arguments = ["beat", "--schedule", str(tmp_path / f"schedule{number}"), "--pidfile=", "--loglevel", "INFO"]
        log = tmp_path / f"clock{number}.log"
        started.append(spawn(arguments, log=log, ready="beat: Starting", env=env))
        return started[-1]

    yield start
    for running in started:
        running.kill()
