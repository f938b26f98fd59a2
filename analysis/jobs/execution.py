"""A worker's part: claim a waiting job, run it, write how it ended. Handed out twice, a job still runs once."""

from __future__ import annotations

import logging
import os
import socket
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analysis.jobs import dispatch
from analysis.jobs.context import JobContext
from analysis.jobs.models import Job
from analysis.jobs.services import note
from artmarket.core import longwork
from artmarket.core.longwork import LongWork, WorkCancelled

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended. ``trace`` goes to the log, ``error`` (one sentence) to the row."""

    state: Job.State
    result: Mapping[str, Any] | None = None
    error: str = ""
    trace: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


def execute(job_id: UUID) -> None:
    """Run a waiting job to its end in this process. Does nothing where another worker has it or it has ended."""
    job = claim(job_id)
    if job is None:
        log.info("Job %s is not waiting; this message of it is ignored.", job_id)
        return
    with translation.override(job.asked_by.language if job.asked_by and job.asked_by.language else None):
        outcome = run(job)
        finish(job, outcome)


def claim(job_id: UUID) -> Job | None:
    """Take a waiting job for this process; None where it is not waiting (any more)."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        started_at=now,
        heartbeat_at=now,
        worker=f"{socket.gethostname()}:{os.getpid()}"[:200],
    )
    return Job.objects.select_related("asked_by").get(pk=job_id) if taken else None


def run(job: Job) -> Outcome:
    """Run the claimed job's function and say how it ended; raises nothing that the work raised."""
    try:
        work = longwork.find_kind(job.kind)
    except KeyError:
        return Outcome(
            Job.State.FAILED, error=_("This worker does not know work of the kind “{kind}”.").format(kind=job.kind)
        )
    with JobContext(job, work) as context:
        try:
            return ended(context, work.run(context, **job.parameters))
        except WorkCancelled:
            return stopped(context)
        except SoftTimeLimitExceeded:
            return out_of_time(work)
        except Exception as error:
            log.exception("Job %s (%s) failed", job.pk, job.kind)
            return Outcome(Job.State.FAILED, error=sentence(error), trace=traceback.format_exc())


def ended(context: JobContext, result: Mapping[str, Any] | None) -> Outcome:
    """The outcome of work that returned: done, unless it was told to stop before."""
    if context.was_told_to_stop:
        return stopped(context, result)
    return Outcome(Job.State.SUCCEEDED, result=dict(result or {}))


def stopped(context: JobContext, result: Mapping[str, Any] | None = None) -> Outcome:
    """The outcome of work that stopped because it was told to, by the reason for which it was."""
    if context.is_out_of_time:
        return out_of_time(context.work)
    if context.is_released and not context.is_cancelled:
        now = timezone.now()
        waiting = {"queued_at": now, "sent_at": None, "started_at": None, "heartbeat_at": None, "finished_at": None}
        return Outcome(Job.State.QUEUED, fields=waiting)
    return Outcome(Job.State.CANCELLED, result=result)


def out_of_time(work: LongWork) -> Outcome:
    limit = _("The work took longer than its limit of {seconds:.0f} seconds.").format(seconds=work.time_limit_s or 0)
    return Outcome(Job.State.FAILED, error=limit)


def sentence(error: Exception) -> str:
    """One readable sentence for the row."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return _("There was not enough memory for this work.")
    first_line = next(iter(str(error).strip().splitlines()), "")
    return first_line[:500] or type(error).__name__


def finish(job: Job, outcome: Outcome) -> None:
    """Write the end once; tries a second time on a fresh connection where the first one broke."""
    try:
        write_end(job, outcome)
    except (OperationalError, InterfaceError):
        connection.close()
        write_end(job, outcome)
    except (DatabaseError, TypeError, ValueError) as error:
        unwritable = _("The result could not be stored: {reason}").format(reason=sentence(error))
        write_end(job, Outcome(Job.State.FAILED, error=unwritable, trace=traceback.format_exc()))


def write_end(job: Job, outcome: Outcome) -> None:
    """Write the outcome, unless the attempt was taken over in the meantime: then nothing is written."""
    fields = {
        "state": outcome.state,
        "result": outcome.result,
        "error": outcome.error,
        "finished_at": timezone.now(),
        "seconds_left": None,
    } | dict(outcome.fields)
    with transaction.atomic():
        own = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)
        if not own.update(**fields):
            log.warning("Job %s was taken over; the outcome of attempt %s is dropped.", job.pk, job.attempt)
            return
        write_last_lines(job, outcome)
    if outcome.state == Job.State.QUEUED:
        dispatch.send(job.pk)


def write_last_lines(job: Job, outcome: Outcome) -> None:
    if outcome.trace:
        note(job, outcome.trace, level="error")
    elif outcome.error:
        note(job, outcome.error, level="error")
    if outcome.state == Job.State.QUEUED:
        note(job, _("The worker is shutting down; the job waits for another one."))
    elif outcome.state == Job.State.CANCELLED:
        note(job, _("Stopped, as asked."))
