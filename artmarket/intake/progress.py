"""Progress told twice: to the runner of long work, and to the session's own page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from artmarket.core.longwork import WorkCancelled, WorkContext
from artmarket.intake.models import ImportSession


class Progress:
    """Reports steps of one session's work; raises ``WorkCancelled`` at a step once somebody asked to stop."""

    def __init__(self, session: ImportSession, context: WorkContext | None = None) -> None:
        self.session, self.context = session, context
        self.last = 0.0

    @property
    def goes_on(self) -> bool:
        """Whether work that stops now is run again by itself, or has been taken over: then it did not fail."""
        return self.context is not None and self.context.goes_on

    def step(self, done: int, total: int | None, *, phase: str, metrics: Mapping[str, float] | None = None) -> None:
        if self.context:
            self.context.progress(done, total, phase=phase, metrics=metrics)
            if self.context.should_stop():
                raise WorkCancelled
        if time.monotonic() - self.last > 0.5:
            self.last = time.monotonic()
            state: dict[str, Any] = {"done": done, "total": total, "phase": phase, "at": timezone.now().isoformat()}
            ImportSession.objects.filter(pk=self.session.pk, run=self.session.run).update(progress=state)

    def log(self, message: str) -> None:
        if self.context:
            self.context.log(message)
