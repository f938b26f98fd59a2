"""An opinion as weights for the price under another attribution: what ``valuation`` asks by qualifier."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.attribution.models import AttributionOpinion
from analysis.attribution.naming import Hand
from analysis.attribution.queries import current_opinion
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artwork
from artmarket.core.attribution import Attribution

ANOTHER_HAND = Attribution.FOLLOWER_OF


@dataclass(frozen=True)
class Weights:
    """Whole per cents by qualifier that add up to 100. ``assumed``: what was given to no hand under the artist's name."""

    opinion: AttributionOpinion
    percents: dict[str, int]
    assumed: str
    assumed_percent: int

    @property
    def own_percent(self) -> int:
        return self.percents.get(Attribution.BY, 0)


def weights_of(user: Actor, work: Artwork) -> Weights | None:
    """The active model's opinion on the recorded artist, by qualifier; None where there is none that says something.

    An opinion tells hands apart, not qualifiers: what it gives to other hands is put to the recorded qualifier, or where
    that is the own hand to "follower of", for a person to change.
    """
    opinion = current_opinion(user, work)
    if opinion is None or opinion.abstained or work.artist_id is None:
        return None
    shares: dict[str, float] = {}
    for each in opinion.candidates:
        hand = Hand.parse(each["artist"])
        if hand.artist_id == work.artist_id:
            shares[hand.qualifier] = shares.get(hand.qualifier, 0.0) + each["probability"]
    rest = max(0.0, 1.0 - sum(shares.values()))
    assumed = work.attribution if work.attribution != Attribution.BY else ANOTHER_HAND
    percents = {name: round(100 * share) for name, share in shares.items() if round(100 * share) > 0}
    assumed_percent = round(100 * rest)
    percents[assumed] = 100 - sum(share for name, share in percents.items() if name != assumed)
    return Weights(opinion, {name: share for name, share in percents.items() if share > 0}, assumed, assumed_percent)
