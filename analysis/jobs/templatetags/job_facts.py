"""Template words of the jobs' and models' pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.translation import gettext as _

from analysis.jobs.models import Job
from analysis.jobs.rendering import Node, describe, words

register = template.Library()
BADGES = {Job.State.SUCCEEDED: "good", Job.State.FAILED: "bad", Job.State.LOST: "bad", Job.State.RUNNING: "info"}


@register.filter
def as_node(value: Any) -> Node:
    """Any JSON value, ready for ``jobs/_node.html``."""
    return describe(value)


@register.filter
def figure_name(name: str) -> str:
    """A figure's key in words: ``macro_f1`` → "macro f1"."""
    return words(name)


@register.filter
def badge(state: str) -> str:
    """The badge's colour of a job's state."""
    return BADGES.get(Job.State(state), "")


@register.filter
def duration(value: dt.timedelta | float | None) -> str:
    """A time span in its two largest units; "" for None."""
    if value is None:
        return ""
    seconds = round(value.total_seconds() if isinstance(value, dt.timedelta) else value)
    minutes, hours = seconds // 60, seconds // 3600
    if seconds < 60:
        return _("{seconds} s").format(seconds=seconds)
    if hours < 1:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=seconds % 60)
    if hours < 24:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes % 60)
    return _("{days} d {hours} h").format(days=hours // 24, hours=hours % 24)
