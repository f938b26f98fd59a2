"""Whether this worker was told to stop, known to its child processes too: one byte of memory that forks share."""

from __future__ import annotations

import mmap
from typing import Any

from celery.signals import worker_init, worker_shutting_down

_flag = mmap.mmap(-1, 1)


def is_shutting_down() -> bool:
    return _flag[0] != 0


@worker_shutting_down.connect
def tell_jobs(**kwargs: Any) -> None:
    _flag[0] = 1


@worker_init.connect
def forget(**kwargs: Any) -> None:
    _flag[0] = 0
