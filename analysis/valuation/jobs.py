"""Kinds of long work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from analysis.jobs.cancelling import cancelling
from artmarket.core.longwork import Result, WorkContext, long_work


@long_work("valuation.train", title=_("Train the price models"))
@cancelling()
def train_models(context: WorkContext, *, scope: str = "all") -> Result:
    """Train one scope, or all that have enough sold lots; the result names the versions, and why others have none."""
    from analysis.valuation.records import Scope
    from analysis.valuation.training import scopes, train_scopes

    wanted = scopes() if scope == "all" else [Scope.parse(scope)]
    done = train_scopes(wanted, reporter=context, job_id=context.job_id)
    return {
        "models": {name: trained.version.pk for name, trained in done.trained.items()},
        "refused": dict(done.refused),
    }
