"""Tells at once, from the worker's main process, that a child was killed in the middle of a job."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from billiard.exceptions import WorkerLostError
from celery.signals import task_failure
from django.db import close_old_connections, connection
from django.utils.translation import gettext as _


@task_failure.connect
def child_lost(*, sender: Any, task_id: str, exception: BaseException, args: Any = (), **kwargs: Any) -> None:
    """Marks the job lost; the other ends of a job are written by the child itself."""
    from analysis.jobs import dispatch, lost

    if not isinstance(exception, WorkerLostError) or sender.name != dispatch.RUN_JOB:
        return
    close_old_connections()
    try:
        lost.lose(UUID(args[0]), reason=_("The worker was killed, perhaps for want of memory."))
    finally:
        connection.close()
