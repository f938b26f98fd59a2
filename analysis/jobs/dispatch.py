"""Handing queued jobs to Celery. The row is the truth; a message only says that there is one to look at."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any
from uuid import UUID

from amqp.exceptions import ChannelError
from celery.exceptions import CeleryError
from django.utils import timezone
from kombu.exceptions import OperationalError

from analysis.jobs.models import Job
from artmarket.celery import app
from artmarket.core import longwork

RUN_JOB = "analysis.jobs.tasks.run_job"
GRACE_SECONDS = 60
RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2, "interval_max": 0.5}

log = logging.getLogger(__name__)


def send(job_id: UUID) -> bool:
    """Hand a queued job to its queue; False where the broker does not answer (the clock sends it again later)."""
    job = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).only("kind", "queue").first()
    if job is None:
        return False
    Job.objects.filter(pk=job_id).update(sent_at=timezone.now())
    try:
        app.send_task(RUN_JOB, [str(job_id)], task_id=str(job_id), queue=job.queue, **options(job.kind))
    except (OperationalError, CeleryError, OSError):
        log.warning("The broker did not take job %s; the clock will send it again.", job_id, exc_info=True)
        return False
    return True


def options(kind: str) -> dict[str, Any]:
    """How Celery sends a kind: a soft time limit, and a hard one for work that ignores the soft one."""
    chosen: dict[str, Any] = {"retry_policy": RETRY_POLICY}
    with suppress(KeyError):
        seconds = longwork.find_kind(kind).time_limit_s
        if seconds is not None:
            chosen |= {"soft_time_limit": seconds, "time_limit": seconds + GRACE_SECONDS}
    return chosen


def messages_waiting(queue: str) -> int | None:
    """How many messages lie in a queue; None where the broker does not answer."""
    try:
        with app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
            channel: Any = connection.default_channel
            return int(channel.queue_declare(queue, passive=True).message_count)
    except ChannelError:
        return 0  # an empty queue does not exist in Redis
    except (OperationalError, CeleryError, OSError) as error:
        log.warning("The broker does not tell how long %s is: %s", queue, error)
        return None
