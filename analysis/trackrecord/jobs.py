"""Kinds of long work of this room."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analysis.jobs.cancelling import cancelling
from artmarket.core.longwork import Result, WorkCancelled, WorkContext, long_work


@long_work("trackrecord.backtest", title=_("Walk through the past and measure the estimates"))
@cancelling()
def backtest(context: WorkContext, *, scope: str, start: str, end: str) -> Result:
    """A backtest of a scope between two dates in ISO form; the result names the kept run."""
    from analysis.trackrecord.services import run_backtest
    from analysis.valuation.records import Scope

    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    run = run_backtest(scope=Scope.parse(scope), start=first, end=last, reporter=context, job_id=context.job_id)
    return {"run": run.pk}


@long_work("trackrecord.ledger", title=_("Write the house ledger"))
def ledger(context: WorkContext) -> Result:
    """The ledger of every scope that has enough lots, from results before today."""
    from analysis.trackrecord.ledgers import TooFewLots, keep_ledger
    from analysis.valuation.training import scopes

    kept, refused = {}, {}
    for scope in scopes():
        if context.should_stop():
            raise WorkCancelled
        try:
            kept[str(scope)] = keep_ledger(scope=scope, before=timezone.localdate()).pk
        except TooFewLots as error:
            refused[str(scope)] = str(error)
    return {"ledgers": kept, "refused": refused}


@long_work("trackrecord.freeze", title=_("Freeze the estimates of coming lots"), resumable=True)
@cancelling()
def freeze(context: WorkContext) -> Result:
    """Frozen, unchanged and refused lots; run again it goes on where it was, for what is frozen stays."""
    from analysis.trackrecord.freezing import freeze_forecasts

    found = freeze_forecasts(reporter=context)
    return {"made": found.made, "unchanged": found.unchanged, "refused": dict(found.refused)}


@long_work("trackrecord.score", title=_("Score the frozen estimates"), resumable=True)
def score(context: WorkContext) -> Result:
    """Scored lots by outcome, and those that wait for a result."""
    from analysis.trackrecord.scoring import score_forecasts

    return dict(score_forecasts())
