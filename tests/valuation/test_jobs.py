"""Training as long work: it registers a version, tells its progress, and stops when told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.jobs import execution
from analysis.jobs.models import Job
from analysis.registry.models import ModelVersion
from artmarket.core import longwork
from tests.jobs.conftest import make_job  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def ended(job: Job) -> Job:
    execution.execute(job.pk)
    job.refresh_from_db()
    return job


def test_the_job_registers_a_version_that_answers(house, make_job):  # noqa: F811
    job = ended(make_job(kind="valuation.train", parameters={}))
    assert job.state == "succeeded", job.error
    version = ModelVersion.objects.get()
    assert job.result == {"models": {"auction:EUR": version.pk}, "refused": {}}
    assert (version.is_active, version.job_id) == (True, job.pk)
    assert json.loads(json.dumps(version.figures))["walk_in"]["n"] > 0
    assert "auction:EUR" in " ".join(job.log_lines.values_list("message", flat=True))


def test_a_market_with_too_few_sales_fails_with_its_reason(house, make_job):  # noqa: F811
    job = ended(make_job(kind="valuation.train", parameters={"scope": "dealer:GBP"}))
    assert job.state == "failed"
    assert "too few to learn prices from" in job.error
    assert not ModelVersion.objects.exists()


def test_a_wrong_scope_fails_with_its_reason(house, make_job):  # noqa: F811
    assert "market:CURRENCY" in ended(make_job(kind="valuation.train", parameters={"scope": "paintings"})).error


class Stopped:
    """A context that was told to stop before the work began."""

    job_id, checkpoint = None, {}

    def progress(self, *args: Any, **more: Any) -> None: ...

    def log(self, message: str) -> None: ...

    def should_stop(self) -> bool:
        return True


def test_a_cancelled_training_leaves_no_version(house):
    with pytest.raises(longwork.WorkCancelled):
        longwork.find_kind("valuation.train").run(Stopped())
    assert not ModelVersion.objects.exists()


def test_the_active_version_answers_until_the_next_is_complete(version, make_job, settings):  # noqa: F811
    job = ended(make_job(kind="valuation.train", parameters={"scope": "auction:EUR"}))
    assert job.state == "succeeded"
    assert ModelVersion.objects.filter(is_active=True).get().pk > version.pk
    assert ModelVersion.objects.count() == 2
