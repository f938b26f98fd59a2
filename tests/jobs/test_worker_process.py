"""Jobs in real worker processes: run, killed, resumed, released, cancelled, handed out twice."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from analysis.jobs import dispatch, services
from analysis.jobs.models import Job
from artmarket.core import longwork
from tests.workers import wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
KINDS = ["tests.jobs.kinds"]
QUICK = {"JOBS_HEARTBEAT_SECONDS": "0.5", "JOBS_LOST_AFTER_SECONDS": "3", "JOBS_WATCH_SECONDS": "0.5"}


def start_count(file: Path, *, upto: int, pause: float = 0.05) -> Job:
    parameters = {"upto": upto, "pause": pause, "file": str(file)}
    return Job.objects.get(pk=longwork.start("tests.count", actor=None, parameters=parameters))


def is_in(job: Job, *states: str) -> bool:
    job.refresh_from_db()
    return job.state in states


def said(job: Job) -> str:
    return "\n".join(job.log_lines.values_list("message", flat=True))


@pytest.mark.parametrize("pool", ["prefork", "solo"])
def test_a_job_runs_to_its_result(celery_worker_process, tmp_path, pool):
    celery_worker_process(include=KINDS, pool=pool)
    job = start_count(tmp_path / "count", upto=5)
    wait_until(lambda: is_in(job, "succeeded"), what="job done")
    assert job.result == {"counted": 5}
    assert (job.done, job.total, job.phase, job.metrics) == (5, 5, "counting", {"half": 2.5})
    assert job.checkpoint == {"done": 5}
    assert "counting from 0" in said(job)
    assert job.worker


def test_a_killed_worker_s_job_is_found_and_resumed_once(celery_worker_process, celery_clock_process, tmp_path):
    file = tmp_path / "count"
    worker = celery_worker_process(include=KINDS, env=QUICK)
    job = start_count(file, upto=40)
    wait_until(lambda: file.exists() and len(file.read_text().splitlines()) >= 5, what="five steps")
    worker.kill()
    killed_at = time.monotonic()
    job.refresh_from_db()
    assert job.state == "running"
    reached = int(job.checkpoint["done"])

    celery_clock_process(env=QUICK)
    wait_until(lambda: "Lost: " in said(job), what="job found lost")
    assert time.monotonic() - killed_at < 20
    wait_until(lambda: is_in(job, "queued"), what="resumed by the clock")

    celery_worker_process(include=KINDS, env=QUICK)
    wait_until(lambda: is_in(job, "succeeded"), what="resumed job done")
    assert job.attempt == 2
    assert job.result == {"counted": 40}
    lines = file.read_text().splitlines()
    assert lines.count("result") == 1
    assert len(lines) <= 42, "it went on from its checkpoint"
    assert f"counting from {reached}" in said(job)


def test_a_killed_pool_child_is_noticed_at_once(celery_worker_process, tmp_path):
    file = tmp_path / "count"
    celery_worker_process(include=KINDS)
    job = start_count(file, upto=40)
    wait_until(lambda: file.exists() and len(file.read_text().splitlines()) >= 5, what="five steps")
    job.refresh_from_db()
    os.kill(int(job.worker.rsplit(":", 1)[1]), signal.SIGKILL)
    wait_until(lambda: is_in(job, "succeeded"), what="resumed on the replaced child")
    assert job.attempt == 2
    assert "memory" in said(job)
    assert file.read_text().splitlines().count("result") == 1


@pytest.mark.parametrize("pool", ["prefork", "solo"])
def test_a_worker_told_to_stop_lets_go_of_its_job(celery_worker_process, tmp_path, pool):
    file = tmp_path / "count"
    worker = celery_worker_process(include=KINDS, pool=pool)
    job = start_count(file, upto=60)
    wait_until(lambda: file.exists(), what="first step")
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0
    assert is_in(job, "queued")
    celery_worker_process(include=KINDS, pool=pool)
    wait_until(lambda: is_in(job, "succeeded"), what="another worker goes on")
    assert job.attempt == 1
    assert file.read_text().splitlines() == [*map(str, range(1, 61)), "result"]


def test_a_message_handed_out_twice_runs_the_job_once(celery_worker_process, tmp_path):
    celery_worker_process(include=KINDS)
    celery_worker_process(include=KINDS)
    job = start_count(tmp_path / "count", upto=10)
    for _ in range(3):
        dispatch.app.send_task(dispatch.RUN_JOB, [str(job.pk)], queue="default")
    wait_until(lambda: is_in(job, "succeeded"), what="job done")
    again = start_count(tmp_path / "again", upto=1)
    wait_until(lambda: is_in(again, "succeeded"), what="all messages read")
    assert (tmp_path / "count").read_text().splitlines() == [*map(str, range(1, 11)), "result"]


def test_cancelling_a_running_job_stops_it(celery_worker_process, tmp_path):
    celery_worker_process(include=KINDS)
    job = start_count(tmp_path / "count", upto=10_000)
    wait_until(lambda: is_in(job, "running"), what="running")
    services.cancel(actor=None, job=job)
    asked_at = time.monotonic()
    wait_until(lambda: is_in(job, "cancelled"), what="cancelled")
    assert time.monotonic() - asked_at < 5
    assert job.result is None


def test_work_on_celery_s_hard_limit_ends(celery_worker_process):
    celery_worker_process(include=KINDS)
    job = Job.objects.get(pk=longwork.start("tests.hurry", actor=None, parameters={"seconds": 30}))
    wait_until(lambda: is_in(job, "failed"), what="out of time")
    assert "longer than its limit" in job.error
