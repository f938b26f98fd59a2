"""The senses as people meet them: their names, the sliders' defaults, and a likeness put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from ml.similarity.mixing import ALL_ROUND, Likeness, explain, likeness
from ml.similarity.names import COLOUR, COMPOSITION, HAND, INBORN, SENSES, STYLE, SUBJECT

__all__ = ["HAND", "INBORN", "SENSES", "SUBJECT", "Likeness"]

FULL = 100
LABELS = {
    STYLE: pgettext_lazy("sense", "Style"),
    SUBJECT: pgettext_lazy("sense", "Subject"),
    COLOUR: pgettext_lazy("sense", "Colour"),
    COMPOSITION: pgettext_lazy("sense", "Composition"),
    HAND: pgettext_lazy("sense", "Hand"),
}
MEANINGS = {
    STYLE: gettext_lazy("how it is painted: texture, edges, brush-work"),
    SUBJECT: gettext_lazy("what it shows"),
    COLOUR: gettext_lazy("which colours, and how much of each"),
    COMPOSITION: gettext_lazy("where masses, lights and edges lie"),
    HAND: gettext_lazy("what tells one artist's works from another's"),
}
DEFAULTS = {name: round(FULL * weight) for name, weight in ALL_ROUND.items()}


@dataclass(frozen=True)
class Alikeness:
    """How near a hit is in one sense: ``rank`` is the share of chance pairs that are less alike, 0 to 1."""

    sense: str
    cosine: float
    rank: float

    @property
    def label(self) -> str:
        return str(LABELS[self.sense])

    @property
    def likeness(self) -> Likeness:
        return likeness(self.rank)

    @property
    def percent(self) -> int:
        """Whole per cent, 100 only for a true 1."""
        return min(int(FULL * self.rank), 99) if self.rank < 1 else FULL


def in_words(ranks: Mapping[str, float]) -> str:
    """ "Alike in palette and brush-work, not in subject."; "" where there is nothing plain to say."""
    found = explain(ranks)
    alike, unlike = [aspect(name) for name in found.alike], [aspect(name) for name in found.unlike]
    if alike and unlike:
        return _("Alike in %(alike)s, not in %(unlike)s.") % {"alike": listed(alike), "unlike": either(unlike)}
    if alike:
        return _("Alike in %(alike)s.") % {"alike": listed(alike)}
    if unlike:
        return _("Not alike in %(unlike)s.") % {"unlike": either(unlike)}
    return _("A little alike in every sense.") if ranks else ""


def aspect(name: str) -> str:
    """What a sense looks at, as a word within a sentence."""
    words = {
        STYLE: pgettext("alike in", "brush-work"),
        SUBJECT: pgettext("alike in", "subject"),
        COLOUR: pgettext("alike in", "palette"),
        COMPOSITION: pgettext("alike in", "layout"),
        HAND: pgettext("alike in", "hand"),
    }
    return words[name]


def listed(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": pgettext("list", ", ").join(words[:-1]), "last": words[-1]}


def either(words: Sequence[str]) -> str:
    """ "a, b or c"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s or %(last)s") % {"first": pgettext("list", ", ").join(words[:-1]), "last": words[-1]}
