"""Kinds of work for tests; a worker loads them by ``-I tests.jobs.kinds``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from artmarket.core.longwork import WorkCancelled, WorkContext, long_work


def count(context: WorkContext, *, upto: int, pause: float, file: str) -> dict[str, Any]:
    """Writes each number as a line of ``file``, with a checkpoint after each."""
    done = int(context.checkpoint.get("done", 0))
    context.log(f"counting from {done}")
    while done < upto:
        if context.should_stop():
            raise WorkCancelled
        done += 1
        with Path(file).open("a") as out:
            out.write(f"{done}\n")
        context.save_checkpoint({"done": done})
        context.progress(done, upto, phase="counting", metrics={"half": done / 2})
        time.sleep(pause)
    with Path(file).open("a") as out:
        out.write("result\n")
    return {"counted": done}


long_work("tests.count", title="Counting", resumable=True)(count)


@long_work("tests.sleep", title="Sleeping")
def sleep(context: WorkContext, *, seconds: float, file: str = "", ask: bool = True) -> dict[str, Any]:
    """Sleeps in short steps, saving nothing; says in ``file`` that it started."""
    if file:
        with Path(file).open("a") as out:
            out.write("started\n")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ask and context.should_stop():
            raise WorkCancelled
        time.sleep(0.02)
    return {"slept": seconds}


@long_work("tests.hurry", title="Hurrying", time_limit_s=0.5)
def hurry(context: WorkContext, *, seconds: float) -> dict[str, Any]:
    return sleep(context, seconds=seconds)


@long_work("tests.fail", title="Failing")
def fail(context: WorkContext, *, message: str = "The picture is missing.") -> dict[str, Any]:
    raise ValueError(message)


@long_work("tests.odd", title="Giving back what cannot be stored")
def odd(context: WorkContext) -> dict[str, Any]:
    return {"file": Path("x")}
