"""The composed form's very commands, as separate processes against a TCP PostgreSQL and Redis."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.processes.compose import ROOT, services, words
from tests.processes.tcp import free_port, postgres_on_tcp, redis_on_tcp

pytestmark = [pytest.mark.slow, pytest.mark.worker]
BIN = Path(sys.executable).parent
LASTING = ("web", "worker", "worker-gpu", "beat")


def command_of(service: str, port: int) -> list[str]:
    program, *arguments = words(service)
    return [str(BIN / program), *(str(port) if word == "8000" else word for word in arguments)]


@pytest.fixture(scope="module")
def composed() -> Iterator[tuple[str, dict[str, str]]]:
    """The site's address and its processes' environment; everything ends with the module."""
    with tempfile.TemporaryDirectory(prefix="artmarket-composed-") as name:
        folder, port = Path(name), free_port()
        with postgres_on_tcp(folder / "postgres") as database, redis_on_tcp(folder / "redis") as broker:
            env = os.environ | {
                "DATABASE_URL": database, "REDIS_URL": broker, "SECRET_KEY": "composed", "ARTMARKET_VAR": name,
                "PATH": f"{BIN}:{os.environ['PATH']}", "DJANGO_SETTINGS_MODULE": "artmarket.settings", "DEBUG": "true",
            }  # fmt: skip
            subprocess.run(services()["setup"]["command"], shell=True, env=env, cwd=ROOT, check=True, timeout=120)  # noqa: S602
            logs = {service: (folder / f"{service}.log").open("wb") for service in LASTING}
            started = {
                service: subprocess.Popen(
                    command_of(service, port), env=env, cwd=ROOT, stdout=logs[service], stderr=subprocess.STDOUT
                )
                for service in LASTING
            }
            try:
                wait_for_health(f"http://127.0.0.1:{port}", started)
                yield f"http://127.0.0.1:{port}", env
                ended = [service for service, process in started.items() if process.poll() is not None]
                assert not ended, f"{ended} ended: {(folder / f'{ended[0]}.log').read_text()[-2000:]}"
            finally:
                for process in started.values():
                    process.terminate()
                for process in started.values():
                    process.wait(30)


def wait_for_health(url: str, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/healthz/", timeout=2) as answer:
                assert json.load(answer) == {"ok": True, "database": True, "redis": True}
                return
        except OSError:
            assert all(process.poll() is None for process in processes.values())
            time.sleep(0.3)
    pytest.fail("the web process did not become healthy in 60 s")


def test_the_site_answers_and_asks_for_a_sign_in(composed):
    url, _ = composed
    with urllib.request.urlopen(f"{url}/accounts/login/", timeout=10) as answer:
        assert answer.status == 200
        assert b"artmarket" in answer.read()


def test_a_job_queued_by_one_process_is_done_by_the_worker(composed):
    _, env = composed
    script = (
        "import django; django.setup()\n"
        "from artmarket.core import longwork\n"
        "print(longwork.start('similarity.embed', actor=None, parameters={}))"
    )
    done = subprocess.run([sys.executable, "-c", script], env=env, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    job = done.stdout.strip().splitlines()[-1]
    end = time.monotonic() + 90
    state, error = "", ""
    with psycopg.connect(env["DATABASE_URL"], autocommit=True) as connection:
        while time.monotonic() < end and state not in {"succeeded", "failed"}:
            state, error = connection.execute("select state, error from jobs_job where id = %s", [job]).fetchone()
            time.sleep(0.3)
    assert state == "succeeded", error
