"""An import in a real worker that is killed or told to stop in the middle goes on by itself and ends once."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from analysis.jobs.models import Job
from artmarket.catalogue.models import Artist, Artwork
from artmarket.intake import services
from artmarket.intake.models import ImportSession
from artmarket.intake.spec import spec_from_json
from artmarket.sales.models import Lot, Sale
from tests.conftest import World
from tests.factories import AuctionHouseFactory
from tests.workers import Running, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
KINDS = ["tests.jobs.slow_imports"]
QUICK = {"JOBS_HEARTBEAT_SECONDS": "0.5", "JOBS_LOST_AFTER_SECONDS": "3", "JOBS_WATCH_SECONDS": "0.5"}
LOTS = 300
MAP = {
    "header": True,
    "fields": {"sale_title": "Sale", "sale_date": "Date", "lot_number": "Lot", "artist": "Artist", "title": "Title"},
    "options": {"date_order": "ymd"},
}
Step = Callable[[], object]


@pytest.fixture
def session(world: World, settings: Any) -> Iterator[ImportSession]:
    settings.MEDIA_ROOT = settings.VAR_DIR / "media"  # where the workers look, wherever earlier tests kept theirs
    lines = [f"Spring,2019-03-05,{n},PAINTER {n % 7} - 1926-2018,Work {n}\n" for n in range(LOTS)]
    session = services.start_session(
        actor=world.editor, file=io.BytesIO(("Sale,Date,Lot,Artist,Title\n" + "".join(lines)).encode()),
        file_name="spring.csv", house=AuctionHouseFactory(currency="EUR"), organisation=world.organisation,
        spec=spec_from_json(MAP),
    )  # fmt: skip
    yield session
    session.file.delete(save=False)


def is_state(session: ImportSession, state: str) -> bool:
    session.refresh_from_db()
    assert session.state != "failed", session.error
    return session.state == state


def asked(session: ImportSession, world: World, step: str) -> Job:
    """Take a step as the page does; its job."""
    if step == "commit":
        job_id = services.request_commit(actor=world.editor, session=session, policy="skip_bad")
    else:
        job_id = getattr(services, f"request_{step}")(actor=world.editor, session=session)
    return Job.objects.get(pk=job_id)


def is_done(job: Job) -> bool:
    job.refresh_from_db()
    assert job.state != "failed", job.error
    return job.state == "succeeded"


def lot_versions() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("select pgh_label, count(*) from sales_lotevent group by 1")
        return dict(cursor.fetchall())


def is_written(session: ImportSession) -> bool:
    session.refresh_from_db()
    counts = (Sale.objects.count(), Lot.objects.count(), Artwork.objects.count(), Artist.objects.count())
    return session.state == "committed" and counts == (1, LOTS, LOTS, 7) and lot_versions() == {"insert": LOTS}


def test_killed_while_writing_and_while_undoing(celery_worker_process, celery_clock_process, session, world) -> None:
    worker = celery_worker_process(include=KINDS, env=QUICK)
    celery_clock_process(env=QUICK)
    checking = asked(session, world, "validation")
    wait_until(lambda: is_done(checking), what="checked")

    writing = asked(session, world, "commit")
    wait_until(lambda: Lot.objects.count() >= 50, what="some lots")
    worker.kill()
    assert 0 < Lot.objects.count() < LOTS
    worker = celery_worker_process(include=KINDS, env=QUICK)
    wait_until(lambda: is_done(writing), what="the import goes on and ends")
    assert is_written(session)
    assert (writing.attempt, writing.result["states"]) == (2, {"committed": LOTS})

    undoing = asked(session, world, "undo")
    wait_until(lambda: Lot.objects.count() <= LOTS - 50, what="some lots undone")
    worker.kill()
    assert 0 < Lot.objects.count() < LOTS
    celery_worker_process(include=KINDS, env=QUICK)
    wait_until(lambda: is_done(undoing), what="the undo goes on and ends")
    assert is_state(session, "undone")
    assert (Lot.objects.count(), Artwork.objects.count(), Artist.objects.count(), Sale.objects.count()) == (0, 0, 0, 0)
    assert undoing.attempt == 2
    assert undoing.result["deleted"]["sales_lot"] == LOTS
    assert undoing.result["kept_count"] == 0


def to_the_main_process(number: int) -> Callable[[Running], None]:
    return lambda worker: worker.signal(number)


def to_all(number: int) -> Callable[[Running], None]:
    return lambda worker: os.killpg(worker.process.pid, number)


@pytest.mark.parametrize(
    ("pool", "stop"),
    [
        pytest.param("prefork", to_the_main_process(signal.SIGTERM), id="a supervisor's SIGTERM"),
        pytest.param("prefork", to_all(signal.SIGINT), id="Ctrl-C in a terminal"),
        pytest.param("solo", to_the_main_process(signal.SIGTERM), id="SIGTERM, one process"),
        pytest.param("solo", to_all(signal.SIGINT), id="Ctrl-C, one process"),
        pytest.param("threads", to_all(signal.SIGINT), id="Ctrl-C, threads"),
    ],
)
def test_told_to_stop_while_writing(celery_worker_process, session, world, pool, stop) -> None:
    worker = celery_worker_process(include=KINDS, pool=pool)
    checking = asked(session, world, "validation")
    wait_until(lambda: is_done(checking), what="checked")
    writing = asked(session, world, "commit")
    wait_until(lambda: Lot.objects.count() >= 30, what="some lots")
    stop(worker)
    worker.wait()
    writing.refresh_from_db()
    assert (writing.state, writing.error) == ("queued", "")
    assert is_state(session, "committing")
    assert 0 < Lot.objects.count() < LOTS

    celery_worker_process(include=KINDS, pool=pool)
    wait_until(lambda: is_done(writing), what="another worker goes on")
    assert is_written(session)
    assert writing.attempt == 1


def test_a_sigterm_to_the_whole_group_ends_the_child_and_the_job_goes_on_all_the_same(
    celery_worker_process, celery_clock_process, session, world
) -> None:
    worker = celery_worker_process(include=KINDS, env=QUICK)
    checking = asked(session, world, "validation")
    wait_until(lambda: is_done(checking), what="checked")
    writing = asked(session, world, "commit")
    wait_until(lambda: Lot.objects.count() >= 30, what="some lots")
    to_all(signal.SIGTERM)(worker)
    worker.wait()
    celery_clock_process(env=QUICK)
    celery_worker_process(include=KINDS, env=QUICK)
    wait_until(lambda: is_done(writing), what="another worker goes on")
    assert is_written(session)
