"""Kinds of long work of this room. Each may be run again from any point: what is written stays written once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artmarket.core.longwork import Result, WorkContext, long_work
from artmarket.intake import running, runs


def given_up(job_id: UUID, parameters: Mapping[str, Any], reason: str) -> None:
    runs.give_up(parameters["session_id"], job_id, reason)


@long_work("intake.validate", title=_("Check a catalogue"), resumable=True, when_given_up=given_up)
def validate(context: WorkContext, *, session_id: str) -> Result:
    return running.validate(session_id, context)


@long_work("intake.commit", title=_("Write a catalogue"), resumable=True, when_given_up=given_up)
def commit(context: WorkContext, *, session_id: str) -> Result:
    return running.commit(session_id, context)


@long_work("intake.undo", title=_("Undo an import"), resumable=True, when_given_up=given_up)
def undo(context: WorkContext, *, session_id: str) -> Result:
    return running.undo(session_id, context)
