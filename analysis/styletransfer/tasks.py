"""What the clock starts each night."""

from __future__ import annotations

from analysis.styletransfer import forgetting
from artmarket.celery import app


@app.task(name="analysis.styletransfer.tasks.forget")
def forget() -> None:
    """All that nobody kept, though nobody asks for another picture."""
    while forgetting.forget_unkept():
        pass
