"""Killed anywhere and run again, each step of an import ends as if nothing had happened, and gives one result."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from PIL import Image

from analysis.jobs import lost
from analysis.jobs import services as jobs
from analysis.jobs.models import Job
from artmarket.catalogue.models import Artist, Artwork, ArtworkImage
from artmarket.core.longwork import WorkCancelled
from artmarket.intake import commit as writing
from artmarket.intake import pictures, running, runs, services, staging
from artmarket.intake import undo as undoing
from artmarket.intake.models import ImportedRecord, ImportSession
from artmarket.sales.models import FxRate, Lot, LotArtwork, Sale
from tests.conftest import World
from tests.intake.conftest import HEADING, Start

ROWS = "".join(
    f"Spring,2019-03-05,{n},PAINTER {n % 3} - 1926-2018,Work {n},,,100,200,{150 + n},{n}.png\n" for n in range(6)
)
TABLES = (Artist, Artwork, Sale, Lot, LotArtwork, ArtworkImage, ImportedRecord)
Counts = dict[str, int]


class Killed(BaseException):
    """As SIGKILL: nothing in the work may catch it."""


@dataclass
class Context:
    """What a job gives its function, the same for all of its attempts."""

    job_id: UUID
    goes_on: bool = False
    stops: bool = False

    def progress(self, *args: Any, **kwargs: Any) -> None: ...

    def log(self, message: str) -> None: ...

    def should_stop(self) -> bool:
        return self.stops


def kill_at(monkeypatch: pytest.MonkeyPatch, name: str, call: int, when: str) -> None:
    """Die before or after the n-th call of ``module.function``; later calls go through."""
    module_name, function = name.split(".")
    module = import_module(f"artmarket.intake.{module_name}")
    real, calls = getattr(module, function), iter(range(1, 1000))

    def dying(*args: Any, **kwargs: Any) -> Any:
        number = next(calls)
        if number == call and when == "before":
            raise Killed
        result = real(*args, **kwargs)
        if number == call:
            raise Killed
        return result

    monkeypatch.setattr(module, function, dying)


def counts() -> Counts:
    return {model.__name__: model.objects.count() for model in TABLES}


def versions_of_lots() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("select pgh_label, count(*) from sales_lotevent group by 1 order by 1")
        return cursor.fetchall()


def zipped() -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(5):
            picture = io.BytesIO()
            Image.linear_gradient("L").rotate(17 * n).save(picture, "PNG")
            archive.writestr(f"{n}.png", picture.getvalue())
    return out


def run_until_done(step: Callable[..., Any], session: ImportSession, context: Context) -> Any:
    """The job's function, killed once and run again; its second answer."""
    with pytest.raises(Killed):
        step(session.pk, context)
    return step(session.pk, context)


@pytest.fixture
def session(start: Start, monkeypatch: pytest.MonkeyPatch) -> ImportSession:
    """Six lots with five pictures, in batches so small that there is much between them."""
    FxRate.objects.create(base="EUR", quote="USD", date="2019-01-01", rate="1.2", source="test")
    for module in (writing, staging):
        monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(undoing, "CHUNK", 2)
    monkeypatch.setattr(pictures, "CHUNK", 2)
    return start(HEADING + ROWS, pictures=zipped())


def reach(session: ImportSession, state: str) -> Context:
    """Let the import stand before a step, its job queued."""
    before = {"validating": [], "committing": [running.validate], "undoing": [running.validate, running.commit]}
    busy = {running.validate: "validating", running.commit: "committing"}
    states = ("uploaded", "review", "committed")
    for step in before[state]:
        services.move(session, to=busy[step], allowed=states)
        step(session.pk)
    context = Context(uuid4())
    services.move(session, to=state, allowed=states, job_id=context.job_id)
    return context


ENDS = [("runs.finish", 1, "before"), ("runs.finish", 1, "after")]


@pytest.mark.parametrize(
    ("name", "call", "when"),
    [("staging.copy_rows", 1, "after"), ("staging.copy_rows", 3, "before"), ("running.stage", 1, "after"), *ENDS],
)
def test_checking(session: ImportSession, monkeypatch: pytest.MonkeyPatch, name: str, call: int, when: str) -> None:
    context = reach(session, "validating")
    kill_at(monkeypatch, name, call, when)
    answer = run_until_done(running.validate, session, context)
    session.refresh_from_db()
    assert (session.state, session.error, answer) == ("review", "", {"rows": 6, "states": {"valid": 6}})
    assert session.rows.count() == 6


@pytest.mark.parametrize(
    ("name", "call", "when"),
    [
        ("commit.write_batch", 1, "before"),
        ("commit.write_batch", 1, "after"),
        ("commit.write_batch", 3, "after"),
        ("commit.copy_rows", 2, "after"),
        ("commit.mark", 2, "before"),
        ("commit.refresh_statistics", 1, "after"),
        ("running.write_pictures", 1, "before"),
        ("pictures.add_chunk", 1, "after"),
        ("pictures.add_chunk", 2, "before"),
        ("pictures.keep_records", 2, "after"),
        ("running.write_pictures", 1, "after"),
        ("running.remembered_map", 1, "after"),
        *ENDS,
    ],
)
def test_writing(session: ImportSession, monkeypatch: pytest.MonkeyPatch, name: str, call: int, when: str) -> None:
    context = reach(session, "committing")
    kill_at(monkeypatch, name, call, when)
    answer = run_until_done(running.commit, session, context)
    session.refresh_from_db()
    assert (session.state, session.error) == ("committed", "")
    pictures_found = {"added": 5, "known": 0, "missing": 1, "refused": 0}
    assert answer == {"rows": 6, "states": {"committed": 6}, "pictures": pictures_found}
    assert counts() == {
        "Artist": 3, "Artwork": 6, "Sale": 1, "Lot": 6, "LotArtwork": 6, "ArtworkImage": 5, "ImportedRecord": 21,
    }  # fmt: skip
    assert versions_of_lots() == [("insert", 6)]
    assert str(Lot.objects.get(number="0").price_usd) == "180.00"


@pytest.mark.parametrize(
    ("name", "call", "when"),
    [
        ("undo.undo_chunk", 1, "before"),
        ("undo.undo_chunk", 2, "after"),
        ("undo.tell", 3, "after"),
        ("undo.next_notes", 8, "before"),
        ("running.undo_records", 1, "after"),
        *ENDS,
    ],
)
def test_undoing(session: ImportSession, monkeypatch: pytest.MonkeyPatch, name: str, call: int, when: str) -> None:
    context = reach(session, "undoing")
    changed = Artwork.objects.get(title="Work 4")
    changed.style = "changed by hand"
    changed.save()
    kill_at(monkeypatch, name, call, when)
    answer = run_until_done(running.undo, session, context)
    session.refresh_from_db()
    assert (session.state, session.error, session.report["states"]) == ("undone", "", {"undone": 6})
    assert answer["deleted"] == {
        "sales_lot": 6, "catalogue_artworkimage": 5, "catalogue_artwork": 5, "catalogue_artist": 2, "sales_sale": 1,
    }  # fmt: skip
    assert [(item["label"], item["reason"]) for item in answer["kept"]] == [
        ("Work 4", "changed_since"), ("Painter 1", "in_use"),
    ]  # fmt: skip
    assert answer["kept_count"] == 2
    assert (Lot.objects.count(), Artwork.objects.count(), session.records.count()) == (0, 1, 0)


def test_a_run_that_was_taken_over_writes_nothing_any_more(session: ImportSession, monkeypatch: Any) -> None:
    context = reach(session, "committing")
    real, calls = writing.write_batch, iter(range(10))

    def taken_over_after_the_first(batch: Any) -> None:
        real(batch)
        if next(calls) == 0:
            runs.take(ImportSession.objects.get(pk=session.pk), "committing", context)

    monkeypatch.setattr(writing, "write_batch", taken_over_after_the_first)
    with pytest.raises(runs.TakenOver):
        running.commit(session.pk, context)
    session.refresh_from_db()
    assert Lot.objects.count() == 2
    running.commit(session.pk, context)
    session.refresh_from_db()
    assert (session.state, Lot.objects.count()) == ("committed", 6)


def test_work_let_go_of_at_a_shutdown_did_not_fail(session: ImportSession) -> None:
    context = reach(session, "committing")
    context.stops = context.goes_on = True
    with pytest.raises(WorkCancelled):
        running.commit(session.pk, context)
    session.refresh_from_db()
    assert (session.state, session.error) == ("committing", "")
    context.stops = False
    assert running.commit(session.pk, context)["states"] == {"committed": 6}


def test_work_stopped_by_a_person_says_so(session: ImportSession) -> None:
    context = reach(session, "committing")
    context.stops = True
    with pytest.raises(WorkCancelled):
        running.commit(session.pk, context)
    session.refresh_from_db()
    assert (session.state, session.error) == ("failed", "cancelled")


def test_an_older_job_run_again_leaves_a_newer_one_alone(session: ImportSession) -> None:
    older = reach(session, "committing")
    services.move(session, to="committing", allowed=("committing",), job_id=uuid4())
    with pytest.raises(services.IntakeError):
        running.commit(session.pk, older)
    session.refresh_from_db()
    assert (session.state, Lot.objects.count()) == ("committing", 0)


def test_a_checking_marked_done_late_answers_though_the_import_went_on(session: ImportSession) -> None:
    context = reach(session, "validating")
    running.validate(session.pk, context)
    services.move(session, to="committing", allowed=("review",), job_id=uuid4())
    assert running.validate(session.pk, context)["rows"] == 6
    session.refresh_from_db()
    assert session.state == "committing"


def test_an_undo_that_began_is_finished_before_more_is_written(
    session: ImportSession, world: World, monkeypatch: Any
) -> None:
    context = reach(session, "undoing")
    kill_at(monkeypatch, "undo.undo_chunk", 2, "before")
    with pytest.raises(Killed):
        running.undo(session.pk, context)
    ImportSession.objects.update(state="failed")
    session.refresh_from_db()
    with pytest.raises(services.IntakeError):
        services.request_commit(actor=world.editor, session=session, policy="skip_bad")
    services.request_undo(actor=world.editor, session=session)
    running.undo(session.pk)
    assert Lot.objects.count() == 0


class TestGivenUp:
    def test_a_job_cancelled_while_it_waits_leaves_no_import_waiting(self, session: Any, world: World) -> None:
        job_id = services.request_validation(actor=world.editor, session=session)
        jobs.cancel(actor=world.editor, job=Job.objects.get(pk=job_id))
        session.refresh_from_db()
        assert (session.state, session.error) == ("failed", "Stopped, as asked.")
        services.request_validation(actor=world.editor, session=session)

    def test_a_job_lost_too_often_neither(self, session: Any, world: World, settings: Any) -> None:
        job_id = services.request_validation(actor=world.editor, session=session)
        Job.objects.filter(pk=job_id).update(state="running", attempt=settings.JOBS_MAX_ATTEMPTS)
        assert lost.lose(job_id, reason="Killed.")
        session.refresh_from_db()
        assert (session.state, session.error) == ("failed", "Killed.")

    def test_a_lost_job_that_is_resumed_keeps_its_import_waiting(self, session: Any, world: World) -> None:
        job_id = services.request_validation(actor=world.editor, session=session)
        Job.objects.filter(pk=job_id).update(state="running")
        assert lost.lose(job_id, reason="Killed.")
        session.refresh_from_db()
        assert session.state == "validating"
        assert Job.objects.get(pk=job_id).state == "queued"
