"""Long work of this room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.core.longwork import Result, WorkCancelled, WorkContext, long_work

MAKE, MAKE_ONE = "appraisal.make", "appraisal.make_one"


@contextmanager
def cancelling() -> Iterator[None]:
    """A model that was told to stop means a job that was."""
    from ml.reporter import Cancelled

    try:
        yield
    except Cancelled as stopped:
        raise WorkCancelled from stopped


@long_work(MAKE, title=_("Appraise new pictures"), resumable=True)
def make(context: WorkContext, *, image_ids: list[int] | None = None, **_ignored: Any) -> Result:
    """Measure the pictures that lack it, of those given or of all."""
    from analysis.appraisal.appraising import appraise_missing

    with cancelling():
        return appraise_missing(context, image_ids).as_result()


@long_work(MAKE_ONE, title=_("Appraise a picture"), queue="gpu-fast", resumable=True)
def make_one(context: WorkContext, *, image_id: int) -> Result:
    """Measure one picture for the person who waits."""
    from analysis.appraisal.appraising import appraise_missing

    with cancelling():
        return appraise_missing(context, [image_id]).as_result()
