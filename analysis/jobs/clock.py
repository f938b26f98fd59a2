"""Looks for lost jobs inside the clock's own process, so that it happens though every worker be busy for hours."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

from celery.signals import beat_embedded_init, beat_init
from django.conf import settings
from django.db import close_old_connections, connection

log = logging.getLogger(__name__)


@beat_init.connect
@beat_embedded_init.connect
def watch(**kwargs: Any) -> None:
    """Start the watch beside Celery beat."""
    threading.Thread(target=watch_for_ever, name="lost-jobs", daemon=True).start()


def alive() -> Path:
    """The file whose age tells that the clock works: touched after each round that succeeded."""
    return Path(settings.VAR_DIR) / "clock-alive"


def watch_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(settings.JOBS_WATCH_SECONDS):
        look_once()


def look_once() -> None:
    """One round; what goes wrong is logged, and the next round tries again."""
    from analysis.jobs.lost import find_lost_jobs

    close_old_connections()
    try:
        find_lost_jobs()
        alive().touch()
    except Exception:
        log.exception("Looking for lost jobs failed")
        connection.close()
