"""Starting, cancelling, retrying and resuming, without a worker."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from analysis.jobs import dispatch, services
from analysis.jobs.models import Job
from artmarket.core import longwork


@pytest.fixture
def sent(monkeypatch) -> list[UUID]:
    """The ids handed to the broker."""
    ids: list[UUID] = []
    monkeypatch.setattr(dispatch, "send", ids.append)
    return ids


def start(**more) -> UUID:
    return longwork.start("tests.count", **{"actor": None, "parameters": {"upto": 1}, **more})


def test_start_writes_the_row_and_sends_it_on_commit(db, sent, django_capture_on_commit_callbacks, world):
    with django_capture_on_commit_callbacks() as callbacks:
        job_id = start(actor=world.member, title="Count!", organisation_id=world.organisation.pk)
        assert sent == []
    assert len(callbacks) == 1
    callbacks[0]()
    assert sent == [job_id]
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.title, job.asked_by, job.organisation) == (
        "queued",
        "Count!",
        world.member,
        world.organisation,
    )
    assert job.parameters == {"upto": 1}


def test_an_unknown_kind_is_refused(db):
    with pytest.raises(KeyError):
        longwork.start("tests.unknown", actor=None, parameters={})
    assert not Job.objects.exists()


def test_a_stranger_s_organisation_is_refused(world):
    with pytest.raises(PermissionDenied):
        start(actor=world.outsider, organisation_id=world.organisation.pk)
    assert not Job.objects.exists()


def test_a_rolled_back_request_sends_nothing(transactional_db, sent):
    with transaction.atomic():
        start()
        transaction.set_rollback(True)
    assert sent == []
    assert not Job.objects.exists()


def test_the_same_work_waits_once(db, sent):
    first, second, other = start(dedupe_key="k"), start(dedupe_key="k"), start(dedupe_key="l")
    assert first == second != other
    Job.objects.filter(pk=first).update(state="succeeded", finished_at=timezone.now())
    assert start(dedupe_key="k") != first


def test_the_same_work_waits_once_under_concurrency(transactional_db, sent):
    barrier, ids = threading.Barrier(8), []

    def ask() -> None:
        try:
            barrier.wait()
            with transaction.atomic():
                ids.append(start(dedupe_key="k"))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1
    assert len(sent) == 1
    assert Job.objects.count() == 1


def test_a_silent_broker_leaves_the_job_waiting(transactional_db, monkeypatch):
    def refuse(*args, **kwargs):
        raise dispatch.OperationalError("no broker")

    monkeypatch.setattr(dispatch.app, "send_task", refuse)
    job = Job.objects.get(pk=start())
    assert job.state == "queued"


def test_cancelling_a_waiting_job_ends_it(make_job, world):
    job = services.cancel(actor=world.member, job=make_job())
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert job.finished_at
    assert "member" in job.log_lines.get().message


def test_cancelling_a_running_job_asks_it(make_job):
    job = services.cancel(actor=None, job=make_job("running"))
    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == ("running", True)


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled", "lost"])
def test_cancelling_an_ended_job_is_refused(make_job, state):
    with pytest.raises(services.JobError):
        services.cancel(actor=None, job=make_job(state))


@pytest.mark.parametrize("state", ["failed", "cancelled", "lost"])
def test_resume_keeps_the_checkpoint_and_retry_drops_it(make_job, state, sent):
    for act, checkpoint in [(services.resume, {"done": 2}), (services.retry, {})]:
        job = make_job(state, checkpoint={"done": 2}, error="broken", done=2, cancel_requested=True)
        act(actor=None, job=job)
        job.refresh_from_db()
        assert (job.state, job.attempt, job.checkpoint, job.error) == ("queued", 2, checkpoint, "")
        assert not job.cancel_requested
        assert job.finished_at is job.started_at is job.heartbeat_at is None


@pytest.mark.parametrize("state", ["queued", "running", "succeeded"])
def test_a_job_that_goes_well_is_not_run_again(make_job, state):
    job = make_job(state)
    for act in (services.retry, services.resume):
        with pytest.raises(services.JobError):
            act(actor=None, job=job)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (state, 1)


def test_running_again_yields_to_the_same_work_started_anew(make_job, sent):
    old, new = make_job("failed", dedupe_key="k"), make_job("queued", dedupe_key="k")
    with pytest.raises(services.JobError) as refused:
        services.retry(actor=None, job=old)
    assert refused.value.code == "duplicate"
    old.refresh_from_db()
    assert (old.state, new.state) == ("failed", "queued")
