"""What the clock does each day, as jobs."""

from __future__ import annotations

import pytest

from analysis.jobs.models import Job
from analysis.trackrecord.models import HouseLedger, Score
from analysis.trackrecord.tasks import DAILY, keep_record
from artmarket.core.longwork import find_kind
from tests.trackrecord.conftest import sell

pytestmark = pytest.mark.django_db


class Context:
    """A job's end of the wire, without a job."""

    job_id = None
    checkpoint: dict = {}
    goes_on = False

    def progress(self, *args: object, **kwargs: object) -> None: ...

    def log(self, message: str) -> None: ...

    def should_stop(self) -> bool:
        return False

    def save_checkpoint(self, state: object) -> None: ...


def test_each_day_each_kind_is_started_once() -> None:
    keep_record()
    keep_record()
    assert sorted(Job.objects.values_list("kind", flat=True)) == sorted(DAILY)


def test_scores_and_ledgers_are_jobs(forecast, biased_houses) -> None:
    sell(forecast.lot, 1000)
    assert find_kind("trackrecord.score").run(Context()) == {"sold": 1}
    assert Score.objects.count() == 1
    assert set(find_kind("trackrecord.ledger").run(Context())["ledgers"]) == {"auction:EUR"}
    assert HouseLedger.objects.count() == 1


def test_freezing_is_a_job_that_says_what_it_did(world) -> None:
    assert find_kind("trackrecord.freeze").run(Context()) == {"made": 0, "unchanged": 0, "refused": {}}


def test_a_backtest_is_a_job_that_names_its_run(house) -> None:
    done = find_kind("trackrecord.backtest").run(Context(), scope="auction:EUR", start="2018-01-01", end="2018-03-01")
    assert done["run"]
