"""Which missing fact would narrow the interval most, for the page and the API."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from analysis.valuation.asked import ask_again
from analysis.valuation.models import Valuation

NAMES = {
    "artist": _("the artist"),
    "size": _("the size"),
    "medium": _("the medium"),
    "made": _("the date of the work"),
    "signature": _("whether it is signed"),
    "provenance": _("the provenance"),
    "estimate": _("a house's estimate"),
}
WORTH_TELLING = 0.02


@dataclass(frozen=True)
class MissingFact:
    """A fact that is not known: high over low of the 80 % interval now, and expected were it known."""

    fact: str
    label: str
    width: float
    expected: float
    share: float

    @property
    def narrows(self) -> bool:
        return self.share >= WORTH_TELLING


def missing_facts(valuation: Valuation) -> list[MissingFact]:
    """Each missing fact, the most telling first. Raises ``EstimateRefused`` as ``ask_again`` does."""
    from ml.valuation.narrowing import narrowings

    asked = ask_again(valuation)
    found = narrowings(asked.offer, asked.regime, asked.models, asked.market.memory, asked.market.past)
    return [MissingFact(each.fact, str(NAMES[each.fact]), each.width, each.expected, each.share) for each in found]
