"""Long work of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from analysis.jobs.cancelling import cancelling
from artmarket.core.longwork import Result, WorkContext, long_work

MAKE, MAKE_ONE, TRAIN = "appraisal.make", "appraisal.make_one", "appraisal.train"


@long_work(MAKE, title=_("Appraise new pictures"), resumable=True)
def make(context: WorkContext, *, image_ids: list[int] | None = None, **_ignored: Any) -> Result:
    """Measure the pictures that lack it, of those given or of all, and foretell how experts would rate them."""
    from analysis.appraisal.appraising import appraise_missing
    from analysis.appraisal.predicting import predict_missing

    with cancelling():
        done = appraise_missing(context, image_ids).as_result()
        return done | {"predictions": predict_missing(context)}


@long_work(MAKE_ONE, title=_("Appraise a picture"), queue="gpu-fast", resumable=True)
def make_one(context: WorkContext, *, image_id: int) -> Result:
    """Measure one picture for the person who waits."""
    from analysis.appraisal.appraising import appraise_missing

    with cancelling():
        return appraise_missing(context, [image_id]).as_result()


@long_work(TRAIN, title=_("Learn how experts rate"), resumable=True)
def train(context: WorkContext, **_ignored: Any) -> Result:
    """Learn from experts' ratings, then foretell those of all measured works."""
    from analysis.appraisal.predicting import predict_missing
    from analysis.appraisal.training import train_ratings

    with cancelling():
        done = train_ratings(reporter=context, job_id=context.job_id)
        return done | {"predictions": predict_missing(context)}
