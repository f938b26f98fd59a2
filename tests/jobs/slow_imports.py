"""Makes imports slow enough to be killed in the middle; a worker loads it by ``-I tests.jobs.slow_imports``."""

from __future__ import annotations

import time
from typing import Any

from artmarket.intake import commit, undo

commit.BATCH = undo.CHUNK = 10
write_batch, undo_chunk = commit.write_batch, undo.undo_chunk


def write_slowly(batch: Any) -> None:
    write_batch(batch)
    time.sleep(0.05)


def undo_slowly(*arguments: Any) -> None:
    undo_chunk(*arguments)
    time.sleep(0.05)


commit.write_batch, undo.undo_chunk = write_slowly, undo_slowly  # type: ignore[assignment]
