"""What the clock starts each day: scores first, then the ledger, then the coming lots."""

from __future__ import annotations

from artmarket.celery import app
from artmarket.core.longwork import start

DAILY = ("trackrecord.score", "trackrecord.ledger", "trackrecord.freeze")


@app.task(name="analysis.trackrecord.tasks.keep_record")
def keep_record() -> None:
    """One job of each kind; a kind that still runs from before is left to it."""
    for kind in DAILY:
        start(kind, actor=None, parameters={}, dedupe_key=kind)
