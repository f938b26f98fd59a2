"""Celery's thin end: a message names a job, its row says the rest."""

from __future__ import annotations

from uuid import UUID

from analysis.jobs import children, clock, execution, lost, shutdown
from artmarket.celery import app

# The watch, the shutdown flag and the notice of killed children listen to Celery's signals, once imported.
__all__ = ["children", "clock", "find_lost_jobs", "run_job", "shutdown"]


@app.task(name="analysis.jobs.tasks.run_job")
def run_job(job_id: str) -> None:
    execution.execute(UUID(job_id))


@app.task(name="analysis.jobs.tasks.find_lost_jobs")
def find_lost_jobs() -> None:
    lost.find_lost_jobs()
