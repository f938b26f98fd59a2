"""What a room needs to run long work, without knowing who runs it.

A room's ``jobs.py`` registers functions under a kind; ``start`` hands a kind to the runner that the settings name
(``LONG_WORK_STARTER``), so that rooms below the runner may use it and the arrow still points down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules, import_string

if TYPE_CHECKING:
    from artmarket.accounts.models import User

Result = Mapping[str, Any]


class WorkContext(Protocol):
    """What running work may tell and ask. Satisfies ``ml.reporter.Reporter``."""

    @property
    def job_id(self) -> UUID: ...

    @property
    def checkpoint(self) -> Mapping[str, Any]:
        """What the last attempt saved; empty at the first."""

    def progress(
        self, done: int, total: int | None = None, *, phase: str = "", metrics: Mapping[str, float] | None = None
    ) -> None:
        """Say how far the work is. Cheap: written at most twice a second, on a connection of its own."""

    def log(self, message: str) -> None:
        """Add a line to the live log."""

    def should_stop(self) -> bool:
        """True when the work must end: cancelled, out of time, taken over, or (resumable work) the worker shuts down.

        The work then returns or raises ``WorkCancelled``. Cheap: known at most a second late.
        """

    @property
    def goes_on(self) -> bool:
        """True when work that stops now did not fail: it will be run again by itself, or another attempt has it."""

    def save_checkpoint(self, state: Mapping[str, Any]) -> None:
        """Keep JSON-able state from which a later attempt goes on. Written at once, outside the work's transaction:
        save it after committing what it counts as done.
        """


class WorkCancelled(Exception):
    """Raised by work that stopped because it was asked to."""


Run = Callable[..., Result]
GivenUp = Callable[[UUID, Mapping[str, Any], str], None]


@dataclass(frozen=True)
class LongWork:
    """A registered kind: ``run(context, **parameters)`` returns the JSON-able result.

    ``resumable`` work may be run again at any time, from its checkpoint if it saved one: after a crash the clock
    resumes it, and a worker that is told to stop lets go of it. Work that saved a checkpoint counts as resumable.
    ``when_given_up(job_id, parameters, reason)`` is called where a job ends without its function being asked: cancelled
    while it waited, or lost and not resumed. ``panel`` names the address (taking the job's key) of a fragment that the job's
    page shows: what the work looks like while it runs.
    """

    kind: str
    title: str | Promise
    queue: str
    run: Run
    resumable: bool = False
    time_limit_s: float | None = None
    when_given_up: GivenUp | None = None
    panel: str = ""


_kinds: dict[str, LongWork] = {}


def long_work(
    kind: str,
    *,
    title: str | Promise,
    queue: str = "default",
    resumable: bool = False,
    time_limit_s: float | None = None,
    when_given_up: GivenUp | None = None,
    panel: str = "",
) -> Callable[[Run], Run]:
    """Register a function as a kind of long work. Queues: ``default``, ``gpu`` (long), ``gpu-fast`` (answers people).

    An attempt that runs longer than ``time_limit_s`` seconds fails; None sets no limit.
    """

    def register(run: Run) -> Run:
        _kinds[kind] = LongWork(kind, title, queue, run, resumable, time_limit_s, when_given_up, panel)
        return run

    return register


def find_kind(kind: str) -> LongWork:
    """The registered kind; ``KeyError`` names an unknown one."""
    if kind not in _kinds:
        autodiscover_modules("jobs")
    return _kinds[kind]


def known_kinds() -> list[LongWork]:
    """Every registered kind, by name."""
    autodiscover_modules("jobs")
    return [_kinds[kind] for kind in sorted(_kinds)]


def start(
    kind: str,
    *,
    actor: User | None,
    parameters: Mapping[str, Any],
    title: str = "",
    dedupe_key: str = "",
    organisation_id: int | None = None,
) -> UUID:
    """Queue work once the transaction commits; returns the job's id.

    With a ``dedupe_key`` that an unfinished job already carries, that job's id is returned and nothing is queued.
    """
    starter = import_string(settings.LONG_WORK_STARTER)
    job_id: UUID = starter(
        kind,
        actor=actor,
        parameters=dict(parameters),
        title=title,
        dedupe_key=dedupe_key,
        organisation_id=organisation_id,
    )
    return job_id
