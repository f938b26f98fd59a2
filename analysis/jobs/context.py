"""What running work holds: it tells, asks and saves through a thread with a database connection of its own.

So a long step does not look dead, and what is told is seen though the work be in the middle of a transaction.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from analysis.jobs.models import Job, JobLogLine
from analysis.jobs.progress import Progress
from analysis.jobs.shutdown import is_shutting_down
from artmarket.core.longwork import LongWork, WorkCancelled

WRITE_EVERY_SECONDS = 0.5
ASK_EVERY_SECONDS = 1.0
CHECKPOINT_SECONDS = 60.0

log = logging.getLogger(__name__)


class Superseded(WorkCancelled):
    """Another attempt has taken the job over, or it was ended from outside; nothing more may be written."""


class Saving:
    """A checkpoint on its way to the row."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.state = dict(state)
        self.is_done = threading.Event()


class JobContext:
    """``core.longwork.WorkContext`` of one attempt. Use as a context manager around the work."""

    def __init__(self, job: Job, work: LongWork) -> None:
        self.job_id: UUID = job.pk
        self.attempt = job.attempt
        self.checkpoint: Mapping[str, Any] = dict(job.checkpoint)
        self.is_superseded = self.is_cancelled = self.was_told_to_stop = False
        self.work = work
        self._ends_at = None if work.time_limit_s is None else time.monotonic() + work.time_limit_s
        self._progress = Progress(series=job.series)
        self._lines: queue.SimpleQueue[JobLogLine] = queue.SimpleQueue()
        self._savings: queue.SimpleQueue[Saving] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._is_over = threading.Event()
        self._asked_at = self._beat_at = time.monotonic()
        self._writer = threading.Thread(target=self._write_until_over, name=f"job-{job.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._writer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._wake.set()
        self._writer.join(timeout=CHECKPOINT_SECONDS)

    def progress(
        self, done: int, total: int | None = None, *, phase: str = "", metrics: Mapping[str, float] | None = None
    ) -> None:
        """See ``WorkContext``. Raises ``Superseded`` once another attempt has the job."""
        self._refuse_superseded()
        self._progress.tell(done, total, phase, metrics or {})

    def log(self, message: str, *, level: str = "info") -> None:
        self._lines.put(
            JobLogLine(job_id=self.job_id, attempt=self.attempt, level=level, message=message.replace("\x00", ""))
        )

    def should_stop(self) -> bool:
        if self.is_cancelled or self.is_superseded or self.is_out_of_time or self.is_released:
            self.was_told_to_stop = True
        return self.was_told_to_stop

    def save_checkpoint(self, state: Mapping[str, Any]) -> None:
        """See ``WorkContext``. Raises ``Superseded`` once another attempt has the job; ``TimeoutError`` unwritten."""
        self._refuse_superseded()
        saving = Saving(state)
        self._savings.put(saving)
        self._wake.set()
        if not saving.is_done.wait(CHECKPOINT_SECONDS):
            raise TimeoutError("The checkpoint could not be written within a minute.")
        self.checkpoint = saving.state
        self._refuse_superseded()

    @property
    def is_out_of_time(self) -> bool:
        return self._ends_at is not None and time.monotonic() > self._ends_at

    @property
    def is_released(self) -> bool:
        """True when the worker shuts down and a later one may go on with this work."""
        return is_shutting_down() and (self.work.resumable or bool(self.checkpoint))

    @property
    def goes_on(self) -> bool:
        """See ``WorkContext``."""
        return self.is_superseded or (self.is_released and not self.is_cancelled and not self.is_out_of_time)

    def _refuse_superseded(self) -> None:
        if self.is_superseded:
            raise Superseded

    def _write_until_over(self) -> None:
        try:
            while not self._is_over.is_set():
                self._wake.wait(WRITE_EVERY_SECONDS)
                self._wake.clear()
                self._write_safely()
            self._write_safely()
        finally:
            connection.close()

    def _write_safely(self) -> None:
        """A database that is away for a moment must not end the heartbeat."""
        try:
            self._write()
        except DatabaseError:
            log.warning("Job %s could not be written to", self.job_id, exc_info=True)
            with suppress(DatabaseError):
                connection.close()

    def _write(self) -> None:
        now = time.monotonic()
        saving = None
        with suppress(queue.Empty):
            saving = self._savings.get_nowait()
        is_beat_due = now - self._beat_at >= settings.JOBS_HEARTBEAT_SECONDS
        if saving is not None or self._progress.is_changed or is_beat_due:
            self._write_row(saving)
            self._beat_at = now
        if now - self._asked_at >= ASK_EVERY_SECONDS:
            self._ask()
            self._asked_at = now
        self._write_lines()

    def _write_row(self, saving: Saving | None) -> None:
        fields = self._progress.take() | {"heartbeat_at": timezone.now()}
        if saving is not None:
            fields["checkpoint"] = saving.state
        try:
            self.is_superseded = self._own_row().update(**fields) == 0
        except DatabaseError:
            if saving is not None:
                self._savings.put(saving)
            raise
        if saving is not None:
            saving.is_done.set()

    def _ask(self) -> None:
        asked = self._own_row().values_list("cancel_requested", flat=True).first()
        self.is_superseded = asked is None
        self.is_cancelled = bool(asked)

    def _own_row(self) -> Any:
        return Job.objects.filter(pk=self.job_id, attempt=self.attempt, state=Job.State.RUNNING)

    def _write_lines(self) -> None:
        lines = []
        while not self._lines.empty():
            lines.append(self._lines.get_nowait())
        if lines:
            JobLogLine.objects.bulk_create(lines)
