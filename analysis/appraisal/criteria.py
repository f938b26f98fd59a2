"""The criteria that experts rate by at first. They are rows, which the admin changes; only their words stand here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

LOWEST, HIGHEST = 1, 7


@dataclass(frozen=True)
class First:
    """A criterion as a new installation has it: code, name, what is asked."""

    code: str
    name: str
    question: str


FIRST = (
    First(
        "composition",
        _("Composition"),
        _("Are masses, lines and intervals ordered so that the picture holds together?"),
    ),
    First("colour", _("Colour"), _("Do the colours work together, and for what the picture is about?")),
    First("technique", _("Technique"), _("How sure is the hand: drawing, brush-work, command of the material?")),
    First("expression", _("Expression"), _("How strongly does the picture convey a mood, an idea or a presence?")),
    First("originality", _("Originality"), _("How far does it go beyond what others had shown before?")),
)
