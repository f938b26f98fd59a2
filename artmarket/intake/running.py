"""The bodies of an import's long work. Called by the jobs, and by the command in its own process.

Each may be killed anywhere and run again: what is written stays written once, and a job whose work was done before it
could say so gives its result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.utils import timezone

from artmarket.core.longwork import WorkCancelled, WorkContext
from artmarket.intake import mapping, pictures, runs, services
from artmarket.intake.commit import commit_rows
from artmarket.intake.models import ImportSession
from artmarket.intake.picture_sources import PictureSource, ZipSource
from artmarket.intake.progress import Progress
from artmarket.intake.readers import ReadError
from artmarket.intake.reporting import issues_of, states_of
from artmarket.intake.spec import SpecError
from artmarket.intake.staging import open_session, stage
from artmarket.intake.undo import undo_records

State = ImportSession.State
Json = dict[str, Any]
Work = Callable[[ImportSession, Progress], Json]


def validate(session_id: UUID | str, context: WorkContext | None = None) -> Json:
    """Read and check the file; the session is then ready for review."""

    def work(session: ImportSession, progress: Progress) -> Json:
        services.require_unwritten(session)
        return {"report": {**session.report, **stage(session, progress)}}

    return guarded(session_id, context, State.VALIDATING, State.REVIEW, work)


def commit(session_id: UUID | str, context: WorkContext | None = None, source: PictureSource | None = None) -> Json:
    """Write the rows that are ready, add their pictures, remember the map."""

    def work(session: ImportSession, progress: Progress) -> Json:
        commit_rows(session, progress)
        report = {**session.report}
        if found := write_pictures(session, source, progress):
            report["pictures"] = found
        report["states"], report["issues"] = states_of(session), issues_of(session)
        return {"report": report, "column_map": remembered_map(session), "committed_at": timezone.now()}

    return guarded(session_id, context, State.COMMITTING, State.COMMITTED, work)


def undo(session_id: UUID | str, context: WorkContext | None = None) -> Json:
    """Take back all that the session wrote."""

    def work(session: ImportSession, progress: Progress) -> Json:
        undone = undo_records(session, progress)
        report = {**session.report, "undo": undone, "states": states_of(session)}
        return {"report": report, "undone_at": timezone.now()}

    return guarded(session_id, context, State.UNDOING, State.UNDONE, work)


def guarded(session_id: UUID | str, context: WorkContext | None, during: str, after: str, work: Work) -> Json:
    """Do the work and write what it gives; whatever stops it is written too, so that no import hangs in between.

    A session that has gone on since (an old job started anew) is left alone: ``IntakeError`` (wrong_state).
    """
    session = runs.find_session(session_id)
    if runs.was_done_by(session, after, context):
        return result(session, after)
    runs.take(session, during, context)
    progress = Progress(session, context)
    try:
        runs.finish(session, after, context, **work(session, progress))
    except WorkCancelled:
        if not progress.goes_on:
            runs.fail(session, "cancelled")
        raise
    except (ReadError, SpecError) as error:
        runs.fail(session, str(error))
        raise
    except Exception as error:
        runs.fail(session, f"{type(error).__name__}: {error}")
        raise
    return result(session, after)


def result(session: ImportSession, state: str) -> Json:
    """What the job of a step answers."""
    if state == State.UNDONE:
        return dict(session.report["undo"])
    return {name: session.report[name] for name in ("rows", "states", "pictures") if name in session.report}


def write_pictures(session: ImportSession, source: PictureSource | None, progress: Progress) -> Json:
    if source is not None:
        return pictures.add_pictures(session, source, progress)
    if not session.pictures:
        return {}
    with session.pictures.open("rb") as file:
        return pictures.add_pictures(session, ZipSource(file), progress)


def remembered_map(session: ImportSession) -> Any:
    """Keep the session's map for the next file of its house."""
    with session.file.open("rb") as source:
        _table, layout, _spec = open_session(session, cast(BinaryIO, source))
    return mapping.remember(session, layout)
