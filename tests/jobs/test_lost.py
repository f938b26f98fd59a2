"""The clock's part: silent jobs and unheard messages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from analysis.jobs import clock, dispatch, lost
from analysis.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch):
    ids = []
    monkeypatch.setattr(dispatch, "send", ids.append)
    monkeypatch.setattr(dispatch, "messages_waiting", lambda queue: 0)
    return ids


def ago(seconds: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(seconds=seconds)


def states() -> set[tuple[str, int]]:
    return set(Job.objects.values_list("state", "attempt"))


def test_a_job_that_beats_is_left_alone(make_job, sent):
    make_job("running", heartbeat_at=ago(30))
    assert lost.find_lost_jobs() == []
    assert states() == {("running", 1)}


def test_a_silent_job_waits_for_a_person(make_job, sent):
    job = make_job("running", kind="tests.sleep", heartbeat_at=ago(61))
    assert lost.find_lost_jobs() == [job.pk]
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("lost", 1)
    assert "sign of life" in job.error
    assert "Lost: " in job.log_lines.get().message
    assert sent == []


@pytest.mark.parametrize(
    "fields", [{"kind": "tests.count"}, {"kind": "tests.sleep", "checkpoint": {"done": 1}}], ids=["kind", "checkpoint"]
)
def test_a_silent_resumable_job_is_resumed(make_job, sent, fields):
    job = make_job("running", heartbeat_at=ago(61), **fields)
    lost.find_lost_jobs()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.checkpoint) == ("queued", 2, fields.get("checkpoint", {}))
    assert sent == [job.pk]
    assert job.log_lines.count() == 2


def test_the_third_attempt_is_the_last_without_a_person(make_job, sent):
    make_job("running", heartbeat_at=ago(61), attempt=3)
    lost.find_lost_jobs()
    assert states() == {("lost", 3)}


def test_a_silent_job_that_was_to_stop_is_cancelled(make_job, sent):
    make_job("running", heartbeat_at=ago(61), cancel_requested=True)
    lost.find_lost_jobs()
    assert states() == {("cancelled", 1)}


def test_an_unheard_message_is_sent_again(make_job, sent):
    old, never = make_job(sent_at=ago(61)), make_job(queued_at=ago(61))
    make_job(sent_at=ago(5))
    lost.find_lost_jobs()
    assert set(sent) == {old.pk, never.pk}


@pytest.mark.parametrize("messages", [1, 7, None])
def test_messages_that_still_wait_or_cannot_be_counted_are_not_sent_again(make_job, sent, monkeypatch, messages):
    monkeypatch.setattr(dispatch, "messages_waiting", lambda queue: messages)
    make_job(sent_at=ago(61))
    lost.find_lost_jobs()
    assert sent == []


def test_the_broker_tells_how_many_messages_wait(make_job):
    queue = "gpu-fast"
    before = dispatch.messages_waiting(queue)
    dispatch.send(make_job(queue=queue).pk)
    assert dispatch.messages_waiting(queue) == before + 1
    with dispatch.app.connection_for_write() as broker:
        broker.default_channel.queue_purge(queue)


def test_the_watch_survives_what_goes_wrong(monkeypatch):
    def broken():
        raise RuntimeError

    monkeypatch.setattr(lost, "find_lost_jobs", broken)
    clock.look_once()
