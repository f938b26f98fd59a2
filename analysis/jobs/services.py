"""What people and rooms may do to jobs: start, cancel, retry, resume."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.jobs import dispatch
from analysis.jobs.models import Job, JobLogLine
from artmarket.accounts.models import User
from artmarket.accounts.queries import organisation_ids
from artmarket.core import longwork

DEDUPE_ROUNDS = 5


class JobError(ValueError):
    """What was asked is not possible in the job's state; the message is for the person who asked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def start(
    kind: str,
    *,
    actor: User | None,
    parameters: Mapping[str, Any],
    title: str = "",
    dedupe_key: str = "",
    organisation_id: int | None = None,
) -> UUID:
    """Write the job's row and hand it to its queue once the transaction commits; returns its id.

    With a ``dedupe_key`` that an unfinished job carries, that job's id is returned. ``KeyError``: unknown kind;
    ``PermissionDenied``: an organisation that is not the actor's.
    """
    work = longwork.find_kind(kind)
    refuse_strangers(actor, organisation_id)
    row = {
        "kind": kind,
        "queue": work.queue,
        "title": title[:200],
        "parameters": dict(parameters),
        "dedupe_key": dedupe_key,
        "asked_by_id": actor.pk if actor is not None else None,
        "organisation_id": organisation_id,
    }
    for _round in range(DEDUPE_ROUNDS):
        if (job := unfinished(dedupe_key) or create(row)) is not None:
            return job.pk
    raise JobError("busy", _("The same work is being started over and over; try again in a moment."))


def refuse_strangers(actor: User | None, organisation_id: int | None) -> None:
    if actor is None or organisation_id is None:
        return
    is_platform_staff = actor.is_superuser and not hasattr(actor, "acting_organisation_id")
    if not is_platform_staff and organisation_id not in organisation_ids(actor):
        raise PermissionDenied(_("You are not a member of that organisation."))


def unfinished(dedupe_key: str) -> Job | None:
    if not dedupe_key:
        return None
    return Job.objects.filter(dedupe_key=dedupe_key, state__in=Job.UNFINISHED).only("pk").first()


def create(row: Mapping[str, Any]) -> Job | None:
    """Insert the row; None where another transaction's unfinished job of the same key came first."""
    try:
        with transaction.atomic():
            job = Job.objects.create(**row)
    except IntegrityError:
        if row["dedupe_key"]:
            return None
        raise
    transaction.on_commit(partial(dispatch.send, job.pk))
    return job


def cancel(*, actor: User | None, job: Job) -> Job:
    """End a waiting job at once; ask a running one to stop at its next step. ``JobError`` where it has ended."""
    now = timezone.now()
    with transaction.atomic():
        locked: Job = Job.objects.select_for_update().get(pk=job.pk)
        if locked.state == Job.State.QUEUED:
            locked.state, locked.finished_at = Job.State.CANCELLED, now
        elif locked.state != Job.State.RUNNING:
            raise JobError("ended", _("The job has ended already."))
        locked.cancel_requested = True
        locked.save(update_fields=["state", "finished_at", "cancel_requested", "updated_at"])
        note(locked, _("Cancelling was asked for by {person}.").format(person=actor or "—"))
        if locked.state == Job.State.CANCELLED:
            give_up(locked, _("Stopped, as asked."))
    return locked


def give_up(job: Job, reason: str) -> None:
    """Tell the kind that a job has ended of which its function knows nothing."""
    told = None
    with suppress(KeyError):
        told = longwork.find_kind(job.kind).when_given_up
    if told is not None:
        told(job.pk, job.parameters, reason)


def retry(*, actor: User | None, job: Job) -> Job:
    """Run an ended, unsuccessful job again from the start. ``JobError`` where it has not ended so."""
    return queue_again(
        job=job, keep_checkpoint=False, message=_("Started again by {person}.").format(person=actor or "—")
    )


def resume(*, actor: User | None, job: Job) -> Job:
    """Run an ended, unsuccessful job on from its checkpoint. ``JobError`` where it has not ended so."""
    said = _("Resumed by {person}.").format(person=actor or "—")
    return queue_again(job=job, keep_checkpoint=True, message=said)


def queue_again(*, job: Job, keep_checkpoint: bool, message: str) -> Job:
    """Make the next attempt of an ended job and hand it to its queue on commit."""
    try:
        with transaction.atomic():
            locked: Job = Job.objects.select_for_update().get(pk=job.pk)
            if not locked.is_restartable:
                raise JobError("not_restartable", _("Only a failed, cancelled or lost job can be run again."))
            begin_attempt(locked, keep_checkpoint=keep_checkpoint)
            note(locked, message)
            transaction.on_commit(partial(dispatch.send, locked.pk))
    except IntegrityError as error:
        raise JobError("duplicate", _("The same work is already waiting or running.")) from error
    return locked


def begin_attempt(job: Job, *, keep_checkpoint: bool) -> None:
    """Set the locked row back to waiting, as its next attempt."""
    job.state, job.attempt = Job.State.QUEUED, job.attempt + 1
    job.queued_at = timezone.now()
    job.cancel_requested, job.error, job.result = False, "", None
    job.sent_at = job.started_at = job.heartbeat_at = job.finished_at = job.seconds_left = None
    if not keep_checkpoint:
        job.checkpoint, job.series, job.metrics = {}, {}, {}
        job.phase, job.done, job.total = "", 0, None
    job.save()


def note(job: Job, message: str, *, level: str = "info") -> None:
    """Add a line to the job's log."""
    JobLogLine.objects.create(job_id=job.pk, attempt=job.attempt, level=level, message=message)
