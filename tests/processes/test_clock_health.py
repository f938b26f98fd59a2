"""The clock's health check of docker-compose.yml, run as it is written against a real clock."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from analysis.jobs import clock
from tests.processes.compose import services
from tests.workers import wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def is_healthy(var: Path) -> bool:
    kind, command = services()["beat"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    # Compose writes $$ for a dollar sign that is meant for the shell.
    done = subprocess.run(
        ["sh", "-c", command.replace("$$", "$")], env={**os.environ, "ARTMARKET_VAR": str(var)}, timeout=20
    )
    return done.returncode == 0


def age(path: Path, minutes: float) -> None:
    moment = time.time() - 60 * minutes
    os.utime(path, (moment, moment))


def test_it_is_healthy_while_the_clock_works_and_ill_once_it_is_silent(celery_clock_process, tmp_path):
    var = tmp_path / "var"
    var.mkdir()
    assert not is_healthy(var), "no clock has ever run"
    process = celery_clock_process(env={"ARTMARKET_VAR": str(var), "JOBS_WATCH_SECONDS": "0.3"})
    wait_until(lambda: is_healthy(var), what="healthy")
    sign = var / "clock-alive"
    age(sign, 5)
    wait_until(lambda: is_healthy(var), what="still healthy: the sign is renewed")

    process.kill()
    assert is_healthy(var), "a moment's silence is none"
    age(sign, 5)
    assert not is_healthy(var)


def test_a_clock_that_cannot_look_gives_no_sign(settings, tmp_path, monkeypatch):
    from analysis.jobs import lost

    def fails() -> None:
        raise OSError("the database is away")

    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(lost, "find_lost_jobs", fails)
    clock.look_once()
    assert not (tmp_path / "clock-alive").exists()


def test_the_image_names_the_folder_that_the_check_looks_into():
    dockerfile = (Path(__file__).resolve().parent.parent.parent / "Dockerfile").read_text()
    assert "ARTMARKET_VAR=/var/lib/artmarket" in dockerfile
    assert "$$ARTMARKET_VAR" in services()["beat"]["healthcheck"]["test"][1]
