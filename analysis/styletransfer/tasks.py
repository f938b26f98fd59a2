"""What the clock starts each night."""

from __future__ import annotations

from analysis.styletransfer import services
from artmarket.celery import app


@app.task(name="analysis.styletransfer.tasks.forget")
def forget() -> None:
    """All that nobody kept, though nobody asks for another picture."""
    while services.forget_unkept():
        pass
