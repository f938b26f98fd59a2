"""Jobs in every state, and the test's kinds registered."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from analysis.jobs.models import Job
from tests.jobs import kinds

__all__ = ["kinds"]


@pytest.fixture
def make_job(db: None):
    """A function that writes a job's row in a state, as its own service would have left it."""

    def make(state: str = "queued", **fields: Any) -> Job:
        now = timezone.now()
        known: dict[str, Any] = {"kind": "tests.count", "parameters": {"upto": 3}, "state": state}
        if state != "queued":
            known |= {"started_at": now, "heartbeat_at": now}
        if state not in Job.UNFINISHED:
            known |= {"finished_at": now}
        return Job.objects.create(**(known | fields))

    return make
