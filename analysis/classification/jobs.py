"""Kinds of long work of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from analysis.jobs.cancelling import cancelling
from artmarket.core.longwork import Result, WorkContext, long_work


@long_work("classification.train", title=_("Train the classifier"), queue="gpu")
@cancelling()
def train_classifier(context: WorkContext, **_ignored: Any) -> Result:
    """Train on the catalogue, then look at the works that lack a field."""
    from analysis.classification import training
    from analysis.classification.reading import read_missing

    version = training.train(reporter=context, job_id=context.job_id)
    tally = read_missing(version, context)
    return {"model": version.pk, **tally.as_result()}


@long_work("classification.read", title=_("Look at works that lack a field"), queue="gpu", resumable=True)
@cancelling()
def read_works(context: WorkContext, *, image_ids: list[int] | None = None, **_ignored: Any) -> Result:
    """Suggestions for the works that lack a field and were not looked at, all or of the pictures given."""
    from analysis.classification.queries import active
    from analysis.classification.reading import read_missing
    from analysis.registry.models import ModelVersion

    found = active()
    if found is None:
        context.log(str(_("There is no classifier yet.")))
        return {"read": 0}
    return read_missing(ModelVersion.objects.get(pk=found.pk), context, image_ids).as_result()
