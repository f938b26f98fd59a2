"""The bodies of an import's long work. Called by the jobs, and by the command in its own process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.utils import timezone

from artmarket.core.longwork import WorkCancelled, WorkContext
from artmarket.intake import mapping, pictures, services
from artmarket.intake.commit import commit_rows
from artmarket.intake.models import ImportSession
from artmarket.intake.progress import Progress
from artmarket.intake.readers import ReadError
from artmarket.intake.reporting import issues_of, states_of
from artmarket.intake.spec import SpecError
from artmarket.intake.staging import open_session, stage
from artmarket.intake.undo import undo_records
from artmarket.sales import fx
from artmarket.sales.models import Lot

State = ImportSession.State
Json = dict[str, Any]


def validate(session_id: UUID | str, context: WorkContext | None = None) -> Json:
    """Read and check the file; the session is then ready for review."""

    def work(session: ImportSession, progress: Progress) -> Json:
        services.require_unwritten(session)
        report = {**session.report, **stage(session, progress)}
        finish(session, State.REVIEW, report=report)
        return summary(report)

    return guarded(session_id, context, State.VALIDATING, work)


def commit(
    session_id: UUID | str, context: WorkContext | None = None, source: pictures.PictureSource | None = None
) -> Json:
    """Write the rows that are ready, add their pictures, bring prices to dollars, remember the map."""

    def work(session: ImportSession, progress: Progress) -> Json:
        commit_rows(session, progress)
        report = {**session.report}
        found = write_pictures(session, source, progress)
        if found:
            report["pictures"] = found
        fill_dollars(session)
        remember_map(session)
        report["states"], report["issues"] = states_of(session), issues_of(session)
        finish(session, State.COMMITTED, report=report, committed_at=timezone.now())
        return summary(report)

    return guarded(session_id, context, State.COMMITTING, work)


def undo(session_id: UUID | str, context: WorkContext | None = None) -> Json:
    """Take back all that the session wrote."""

    def work(session: ImportSession, progress: Progress) -> Json:
        report = {**session.report, "undo": undo_records(session, progress)}
        report["states"] = states_of(session)
        finish(session, State.UNDONE, report=report, undone_at=timezone.now())
        return dict(report["undo"])

    return guarded(session_id, context, State.UNDOING, work)


def guarded(
    session_id: UUID | str, context: WorkContext | None, state: str, work: Callable[[ImportSession, Progress], Json]
) -> Json:
    """Do the work; whatever stops it is written on the session, so that no import hangs in between.

    A session that has gone on since (an old job started anew) is left alone: ``IntakeError`` (wrong_state).
    """
    session = ImportSession.objects.select_related("house", "organisation", "created_by").get(pk=session_id)
    services.move(session, to=state, allowed=(state, State.FAILED))
    try:
        return work(session, Progress(session, context))
    except WorkCancelled:
        finish(session, State.FAILED, error="cancelled")
        raise
    except (ReadError, SpecError) as error:
        finish(session, State.FAILED, error=str(error))
        raise
    except Exception as error:
        finish(session, State.FAILED, error=f"{type(error).__name__}: {error}"[:2000])
        raise


def finish(session: ImportSession, state: str, **values: Any) -> None:
    ImportSession.objects.filter(pk=session.pk).update(state=state, progress={}, updated_at=timezone.now(), **values)
    session.refresh_from_db()


def summary(report: Json) -> Json:
    return {name: report[name] for name in ("rows", "states", "pictures") if name in report}


def write_pictures(session: ImportSession, source: pictures.PictureSource | None, progress: Progress) -> Json:
    if source is not None:
        return pictures.add_pictures(session, source, progress)
    if not session.pictures:
        return {}
    with session.pictures.open("rb") as file:
        return pictures.add_pictures(session, pictures.ZipSource(file), progress)


def fill_dollars(session: ImportSession) -> None:
    """Price in US dollars at the rate of the sale's date, for the lots written by this session."""
    fx.refresh_usd(Lot.objects.filter(pk__in=session.rows.exclude(lot=None).values("lot_id")))


def remember_map(session: ImportSession) -> None:
    with session.file.open("rb") as source:
        _table, layout, _spec = open_session(session, cast(BinaryIO, source))
    kept = mapping.remember(session, layout)
    ImportSession.objects.filter(pk=session.pk).update(column_map=kept)
