"""A worker's part, run in this process: claiming, outcomes, fencing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from analysis.jobs import context as contexts
from analysis.jobs import dispatch, execution
from analysis.jobs.models import Job
from artmarket.core.longwork import find_kind

pytestmark = pytest.mark.django_db(transaction=True)


def ended(job: Job) -> Job:
    execution.execute(job.pk)
    job.refresh_from_db()
    return job


def test_a_job_runs_to_its_result(make_job, tmp_path):
    job = ended(make_job(parameters={"upto": 3, "pause": 0, "file": str(tmp_path / "f")}))
    assert (job.state, job.result, job.done, job.total) == ("succeeded", {"counted": 3}, 3, 3)
    assert job.series == {"half": [[1, 0.5], [2, 1.0], [3, 1.5]]}
    assert job.seconds_left is None


def test_an_error_is_one_sentence_on_the_row_and_a_traceback_in_the_log(make_job):
    job = ended(make_job(kind="tests.fail", parameters={"message": "The picture is missing.\nmore"}))
    assert (job.state, job.error) == ("failed", "The picture is missing.")
    line = job.log_lines.get()
    assert line.level == "error"
    assert "Traceback" in line.message


def test_an_unknown_kind_fails_with_its_reason(make_job):
    job = ended(make_job(kind="tests.gone"))
    assert job.state == "failed"
    assert "tests.gone" in job.error


def test_wrong_parameters_fail_with_their_reason(make_job):
    assert "colour" in ended(make_job(parameters={"colour": "red"})).error


def test_a_result_that_cannot_be_stored_fails(make_job):
    job = ended(make_job(kind="tests.odd", parameters={}))
    assert job.state == "failed"
    assert "could not be stored" in job.error


def test_out_of_memory_is_said_plainly():
    assert "memory" in execution.sentence(MemoryError())


@pytest.mark.parametrize("state", ["running", "succeeded", "failed", "cancelled", "lost"])
def test_a_message_of_a_job_that_does_not_wait_does_nothing(make_job, state):
    job = make_job(state, attempt=1)
    before = Job.objects.filter(pk=job.pk).values().get()
    execution.execute(job.pk)
    assert Job.objects.filter(pk=job.pk).values().get() == before


def test_a_job_is_claimed_once(make_job):
    job = make_job()
    assert execution.claim(job.pk) is not None
    assert execution.claim(job.pk) is None


def test_work_over_its_time_limit_fails(make_job):
    job = ended(make_job(kind="tests.hurry", parameters={"seconds": 20}))
    assert job.state == "failed"
    assert "longer than its limit" in job.error


def test_an_older_attempt_can_write_nothing(make_job):
    job = make_job("running")
    Job.objects.filter(pk=job.pk).update(attempt=2)
    with contexts.JobContext(job, find_kind("tests.count")) as context:
        with pytest.raises(contexts.Superseded):
            context.save_checkpoint({"done": 9})
        assert context.should_stop()
        with pytest.raises(contexts.Superseded):
            context.progress(9, 10)
    execution.finish(job, execution.Outcome(Job.State.SUCCEEDED, result={"from": "the dead"}))
    job.refresh_from_db()
    assert (job.state, job.result, job.checkpoint, job.done) == ("running", None, {}, 0)


def test_shutting_down_lets_go_of_resumable_work(make_job, tmp_path, monkeypatch):
    monkeypatch.setattr(contexts, "is_shutting_down", lambda: True)
    sent = []
    monkeypatch.setattr(dispatch, "send", sent.append)
    job = ended(make_job(parameters={"upto": 3, "pause": 0, "file": str(tmp_path / "f")}))
    assert (job.state, job.attempt, job.finished_at) == ("queued", 1, None)
    assert sent == [job.pk]


def test_shutting_down_waits_for_other_work(make_job, monkeypatch):
    monkeypatch.setattr(contexts, "is_shutting_down", lambda: True)
    assert ended(make_job(kind="tests.sleep", parameters={"seconds": 0.1})).state == "succeeded"


def test_words_are_written_at_most_twice_a_second(make_job, monkeypatch):
    job = make_job("running")
    writes = []
    with contexts.JobContext(job, find_kind("tests.count")) as context:
        original = context._write_row
        monkeypatch.setattr(context, "_write_row", lambda saving: (writes.append(1), original(saving)))
        end = timezone.now() + dt.timedelta(seconds=1.2)
        count = 0
        while timezone.now() < end:
            count += 1
            context.progress(count, 10**9, phase="fast")
    assert count > 1000
    assert len(writes) <= 4
    job.refresh_from_db()
    assert job.done == count
    assert job.phase == "fast"


def test_progress_estimates_the_time_left_and_thins_its_series(monkeypatch):
    from analysis.jobs import progress

    clock = iter(range(10_000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    told = progress.Progress()
    for done in range(1001):
        told.tell(done, 2000, "embedding", {"loss": 1 / (done + 1)})
    fields = told.take()
    assert 900 < fields["seconds_left"] < 2100
    assert len(fields["series"]["loss"]) <= 2 * progress.SERIES_POINTS
    assert fields["series"]["loss"][-1][0] == 1000
    assert not told.take()
