"""Who works on an import now. A killed worker's work is run anew; the older run can then write nothing any more."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from artmarket.core.longwork import WorkCancelled, WorkContext
from artmarket.intake import services
from artmarket.intake.models import ImportSession

State = ImportSession.State
BUSY = (State.VALIDATING, State.COMMITTING, State.UNDOING)


class TakenOver(WorkCancelled):
    """Another run has the import now; this one may write nothing any more."""


def find_session(session_id: UUID | str) -> ImportSession:
    return ImportSession.objects.select_related("house", "organisation", "created_by").get(pk=session_id)


def was_done_by(session: ImportSession, state: str, context: WorkContext | None) -> bool:
    """Whether this very job has brought the import to the state before, and was only not marked done itself."""
    return context is not None and bool(session.done_by.get(state) == str(context.job_id))


def take(session: ImportSession, state: str, context: WorkContext | None) -> None:
    """Begin a run in the state. Raises ``IntakeError`` (wrong_state) where the import has gone on, or to another job."""
    mine = Q(job_id=None) | Q(job_id=context.job_id) if context else Q()
    services.move(session, to=state, allowed=(state, State.FAILED), only=mine, run=uuid.uuid4(), error="")


def own(session: ImportSession) -> QuerySet[ImportSession]:
    return ImportSession.objects.filter(pk=session.pk, run=session.run)


@contextmanager
def writing(session: ImportSession) -> Iterator[None]:
    """A transaction that only the import's present run may have. Raises ``TakenOver``."""
    with transaction.atomic():
        if not own(session).select_for_update(no_key=True).values_list("pk").first():
            raise TakenOver
        yield


def finish(session: ImportSession, state: str, context: WorkContext | None, **values: Any) -> None:
    """Write the end of a run, once. Raises ``TakenOver``."""
    done_by: Mapping[str, str] = {state: str(context.job_id)} if context else {}
    with writing(session):
        fields = {"done_by": {**session.done_by, **done_by}, "progress": {}, "updated_at": timezone.now(), **values}
        own(session).update(state=state, **fields)
    session.refresh_from_db()


def fail(session: ImportSession, reason: str) -> None:
    """Write why a run ended; a run that was taken over has no say."""
    own(session).update(state=State.FAILED, progress={}, updated_at=timezone.now(), error=reason[:2000])


def give_up(session_id: str, job_id: UUID, reason: str) -> None:
    """The job will not run again by itself: no import may wait for it."""
    waiting = ImportSession.objects.filter(pk=session_id, job_id=job_id, state__in=BUSY)
    waiting.update(state=State.FAILED, progress={}, updated_at=timezone.now(), error=reason[:2000], run=uuid.uuid4())
