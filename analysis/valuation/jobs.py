"""Kinds of long work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artmarket.core.longwork import Result, WorkCancelled, WorkContext, long_work


@long_work("valuation.train", title=_("Train the price models"))
def train_models(context: WorkContext, *, scope: str = "all") -> Result:
    """Train one scope, or all that have enough sold lots; the result names the versions."""
    from analysis.valuation.records import Scope
    from analysis.valuation.training import scopes, train_scope
    from ml.reporter import Cancelled

    wanted = scopes() if scope == "all" else [Scope.parse(scope)]
    try:
        trained = [train_scope(each, reporter=context, job_id=context.job_id) for each in wanted]
    except Cancelled as stopped:
        raise WorkCancelled from stopped
    return {"models": {str(each): one.version.pk for each, one in zip(wanted, trained, strict=True)}}
