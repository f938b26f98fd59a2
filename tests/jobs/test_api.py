"""The API of jobs: who may read and do what, the log, and the problems."""

from __future__ import annotations

import uuid

import pytest

from analysis.jobs import dispatch
from analysis.jobs.models import JobLogLine
from tests.api.conftest import callers, fresh_counters

__all__ = ["callers", "fresh_counters"]
PATH = "/api/v1/jobs/"


@pytest.fixture(autouse=True)
def silent(monkeypatch):
    monkeypatch.setattr(dispatch, "send", lambda job_id: True)


@pytest.fixture
def job(make_job, world):
    """An editor's running job for the organisation."""
    return make_job("running", asked_by=world.editor, organisation=world.organisation, done=3, total=10)


def one(job) -> str:
    return f"{PATH}{job.pk}/"


def test_it_works(job, callers):
    answer = callers.full_key.get(one(job))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["id"], body["state"], body["done"], body["total"]) == (str(job.pk), "running", 3, 10)
    assert body["parameters"] == {"upto": 3}
    assert body["links"]["log"] == f"{one(job)}log/"
    listed = callers.full_key.get(PATH).json()["results"]
    assert [row["id"] for row in listed] == [str(job.pk)]
    assert "parameters" not in listed[0]


READS = {
    "anonymous": 401, "expired_key": 401, "write_only_key": 403, "analyse_only_key": 403, "outsider": 404,
    "other_house_key": 404, "member": 200, "member_key": 200, "editor": 200, "staff": 200, "read_only_key": 200,
}  # fmt: skip


@pytest.mark.parametrize("who", READS)
def test_who_reads(job, callers, who):
    for path in [one(job), f"{one(job)}log/"]:
        assert getattr(callers, who).get(path).status_code == READS[who]


CANCELS = {
    "anonymous": 401, "read_only_key": 403, "write_only_key": 403, "outsider": 404, "other_house_key": 404,
    "member": 403, "member_key": 403, "editor": 200, "owner": 200, "staff": 200, "analyse_only_key": 200,
}  # fmt: skip


@pytest.mark.parametrize("who", CANCELS)
def test_who_cancels(job, callers, who):
    assert getattr(callers, who).post(f"{one(job)}cancel/").status_code == CANCELS[who]
    job.refresh_from_db()
    assert job.cancel_requested == (CANCELS[who] == 200)


@pytest.mark.parametrize("act", ["retry", "resume"])
def test_an_ended_job_is_run_again(make_job, callers, world, act):
    job = make_job("failed", asked_by=world.editor, checkpoint={"done": 1})
    body = callers.full_key.post(f"{one(job)}{act}/").json()
    assert (body["state"], body["attempt"]) == ("queued", 2)
    job.refresh_from_db()
    assert bool(job.checkpoint) == (act == "resume")


@pytest.mark.parametrize(("state", "act"), [("succeeded", "cancel"), ("running", "retry"), ("queued", "resume")])
def test_what_is_not_possible_is_a_conflict(make_job, callers, world, state, act):
    job = make_job(state, asked_by=world.editor)
    answer = callers.full_key.post(f"{one(job)}{act}/")
    assert answer.status_code == 409
    assert answer.json()["code"].startswith("job_")
    job.refresh_from_db()
    assert job.state == state


def test_a_key_sees_only_its_organisation_s_jobs_of_its_user(make_job, callers, world):
    make_job("queued", asked_by=world.editor, organisation=world.other_organisation)
    own = make_job("queued", asked_by=world.editor)
    assert [row["id"] for row in callers.full_key.get(PATH).json()["results"]] == [str(own.pk)]
    assert len(callers.editor.get(PATH).json()["results"]) == 2


def test_the_log_is_read_on_from_a_line(job, callers):
    lines = [JobLogLine.objects.create(job=job, message=f"line {n}") for n in range(3)]
    read = callers.full_key.get(f"{one(job)}log/", after=lines[0].pk).json()["results"]
    assert [line["message"] for line in read] == ["line 1", "line 2"]
    for bad in ["-1", "x", "9" * 30, "٣"]:
        assert callers.full_key.get(f"{one(job)}log/", after=bad).status_code == 400


def test_an_unknown_job_is_not_found(callers):
    assert callers.full_key.get(f"{PATH}{uuid.uuid4()}/").status_code == 404
    assert callers.full_key.get(f"{PATH}17/").status_code == 404


def test_the_list_is_narrowed_and_costs_the_same_for_more(make_job, callers, world, django_assert_max_num_queries):
    for state in ["queued", "failed", "failed"] * 10:
        make_job(state, organisation=world.organisation)
    with django_assert_max_num_queries(6):
        assert len(callers.full_key.get(PATH, state="failed").json()["results"]) == 20
    assert callers.full_key.get(PATH, state="odd").status_code == 400
