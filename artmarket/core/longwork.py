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
from django.utils.module_loading import autodiscover_modules, import_string
from django.utils.functional import Promise

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
        """Say how far the work is. Cheap: written at most twice a second. Doubles as heartbeat."""

    def log(self, message: str) -> None:
        """Add a line to the live log."""

    def should_stop(self) -> bool:
        """True when somebody asked to cancel; the work then returns or raises ``WorkCancelled``."""

    def save_checkpoint(self, state: Mapping[str, Any]) -> None:
        """Keep JSON-able state from which a later attempt goes on. Written at once."""


class WorkCancelled(Exception):
    """Raised by work that stopped because it was asked to."""


Run = Callable[..., Result]


@dataclass(frozen=True)
class LongWork:
    """A registered kind: ``run(context, **parameters)`` returns the JSON-able result."""

    kind: str
    title: str | Promise
    queue: str
    run: Run


_kinds: dict[str, LongWork] = {}


def long_work(kind: str, *, title: str | Promise, queue: str = "default") -> Callable[[Run], Run]:
    """Register a function as a kind of long work. Queues: ``default``, ``gpu`` (long), ``gpu-fast`` (answers people)."""

    def register(run: Run) -> Run:
        _kinds[kind] = LongWork(kind, title, queue, run)
        return run

    return register


def find_kind(kind: str) -> LongWork:
    """The registered kind; ``KeyError`` names an unknown one."""
    if kind not in _kinds:
        autodiscover_modules("jobs")
    return _kinds[kind]


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
