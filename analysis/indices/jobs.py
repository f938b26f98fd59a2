"""Kinds of long work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from analysis.jobs.cancelling import cancelling
from artmarket.core.longwork import Result, WorkContext, long_work


@long_work("indices.compute", title=_("Compute a price index"))
@cancelling()
def compute_index(context: WorkContext, *, definition: int) -> Result:
    """Compute one index; the result names the new vintages (none where nothing has changed), and what was refused."""
    from analysis.indices.models import IndexDefinition
    from analysis.indices.services import compute

    wanted = IndexDefinition.objects.select_related("artist").get(pk=definition)
    made = compute(definition=wanted, reporter=context, job_id=context.job_id)
    return {
        "index": wanted.pk,
        "vintages": [each.pk for each in made if each.points],
        "refused": {each.method: each.reason for each in made if each.refused},
    }
