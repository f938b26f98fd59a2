"""The clock's part: jobs whose worker fell silent, and waiting jobs whose message was lost."""

from __future__ import annotations

import datetime as dt
import logging
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.jobs import dispatch
from analysis.jobs.models import Job
from analysis.jobs.services import begin_attempt, give_up, note
from artmarket.core import longwork

log = logging.getLogger(__name__)


def find_lost_jobs() -> list[UUID]:
    """Mark silent jobs lost (and resume those that can be), send unheard messages again; returns the lost jobs' ids."""
    silent_since = timezone.now() - dt.timedelta(seconds=settings.JOBS_LOST_AFTER_SECONDS)
    silent = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=silent_since).values_list("pk", flat=True)
    lost = [job_id for job_id in list(silent) if lose(job_id, silent_since=silent_since)]
    send_again()
    return lost


def lose(job_id: UUID, *, silent_since: dt.datetime | None = None, reason: str = "") -> bool:
    """Mark a running job lost, resuming it where it can be; False where it has moved on by itself."""
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id, state=Job.State.RUNNING).first()
        if job is None or (silent_since and job.heartbeat_at and job.heartbeat_at >= silent_since):
            return False
        reason = reason or _("The worker gave no sign of life since {time:%H:%M:%S} UTC.").format(time=job.heartbeat_at)
        job.state = Job.State.CANCELLED if job.cancel_requested else Job.State.LOST
        job.finished_at, job.error, job.seconds_left = timezone.now(), reason, None
        job.save()
        note(job, _("Lost: {reason}").format(reason=reason), level="error")
        log.warning("Job %s (%s) is lost: %s", job.pk, job.kind, reason)
        is_resumed = may_resume(job)
        if not is_resumed:
            give_up(job, reason)
    if is_resumed:
        resume_by_clock(job_id)
    return True


def may_resume(job: Job) -> bool:
    """Whether the clock may run a lost job again without asking a person."""
    if job.state != Job.State.LOST or job.attempt >= settings.JOBS_MAX_ATTEMPTS:
        return False
    try:
        return bool(job.checkpoint) or longwork.find_kind(job.kind).resumable
    except KeyError:
        return False


def resume_by_clock(job_id: UUID) -> None:
    """Queue a lost job's next attempt; leaves it lost where the same work has been started anew meanwhile."""
    try:
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=job_id)
            if job.state != Job.State.LOST:
                return
            begin_attempt(job, keep_checkpoint=True)
            note(job, _("Resumed by the clock from its last checkpoint, as attempt {n}.").format(n=job.attempt))
            transaction.on_commit(partial(dispatch.send, job_id))
    except IntegrityError:
        log.info("Job %s stays lost: the same work is already waiting or running.", job_id)


def send_again() -> None:
    """Send waiting jobs again whose message nobody will read, told by a queue shorter than its waiting jobs."""
    overdue = timezone.now() - dt.timedelta(seconds=settings.JOBS_RESEND_AFTER_SECONDS)
    unheard = Q(sent_at__lt=overdue) | Q(sent_at=None, queued_at__lt=overdue)
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    for queue, jobs in waiting.order_by().values_list("queue").annotate(jobs=Count("pk")):
        late = list(waiting.filter(unheard, queue=queue).order_by("queued_at").values_list("pk", flat=True)[:1000])
        messages = dispatch.messages_waiting(queue) if late else None
        if messages is not None and messages < jobs:
            for job_id in late:
                dispatch.send(job_id)
