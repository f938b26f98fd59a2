"""Kinds of long work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artmarket.core.longwork import Result, WorkContext, long_work
from artmarket.intake import running


@long_work("intake.validate", title=_("Check a catalogue"))
def validate(context: WorkContext, *, session_id: str) -> Result:
    return running.validate(session_id, context)


@long_work("intake.commit", title=_("Write a catalogue"))
def commit(context: WorkContext, *, session_id: str) -> Result:
    return running.commit(session_id, context)


@long_work("intake.undo", title=_("Undo an import"))
def undo(context: WorkContext, *, session_id: str) -> Result:
    return running.undo(session_id, context)
