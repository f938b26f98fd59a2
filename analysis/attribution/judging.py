"""Experts beside the machine and beside each other: who agrees how far, and on which works they differ."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch

from analysis.attribution.agreement import Agreement, Pair, agreement
from analysis.attribution.attributors import active_model
from analysis.attribution.models import AttributionOpinion, ExpertOpinion
from artmarket.accounts.ownership import Actor
from artmarket.catalogue.models import Artist, Artwork
from artmarket.catalogue.queries import as_cards
from artmarket.core.attribution import Attribution

OTHER = "other"  # by none of those known, or by another hand than the artist's own
OWN = {Attribution.BY, Attribution.ATTRIBUTED_TO}
MOST_OPINIONS = 20_000


@dataclass(frozen=True)
class Row:
    """Two judges and how far they agree; ``agreement`` is None where too few works were judged by both."""

    one: str
    other: str
    agreement: Agreement | None


@dataclass(frozen=True)
class Differing:
    """A work that an expert gives to another hand than the machine does."""

    expert: ExpertOpinion
    opinion: AttributionOpinion


@dataclass(frozen=True)
class Judged:
    """``machine``: each expert beside the active model; ``experts``: experts beside each other."""

    machine: list[Row]
    experts: list[Row]
    differing: list[Differing]
    abstained: int


def judged(user: Actor) -> Judged:
    """By the reader's organisations' standing experts' opinions, the last of each expert on each work counting."""
    latest: dict[tuple[str, int], ExpertOpinion] = {}
    artists = Artist.objects.visible_to(user).only("id", "name")
    works = as_cards(Artwork.objects.visible_to(user), user)
    rows = ExpertOpinion.objects.visible_to(user).standing().order_by("pk")[:MOST_OPINIONS]
    for each in rows.prefetch_related(Prefetch("artist", artists), Prefetch("artwork", works)):
        latest[each.expert, each.artwork_id] = each
    machine = machine_opinions(user, {work for _expert, work in latest})
    by_expert: dict[str, dict[int, str]] = defaultdict(dict)
    for (expert, work), each in latest.items():
        by_expert[expert][work] = expert_label(each)
    own = {work: machine_label(each) for work, each in machine.items() if not each.abstained}
    names = sorted(by_expert)
    return Judged(
        machine=[Row(name, "", agreement(paired(by_expert[name], own))) for name in names],
        experts=[
            Row(one, other, agreement(paired(by_expert[one], by_expert[other])))
            for place, one in enumerate(names)
            for other in names[place + 1 :]
        ],
        differing=[
            Differing(each, machine[work])
            for (_expert, work), each in latest.items()
            if work in own and own[work] != expert_label(each)
        ],
        abstained=sum(bool(each.abstained) for each in machine.values()),
    )


def machine_opinions(user: Actor, works: set[int]) -> dict[int, AttributionOpinion]:
    """The active model's opinion on each work's primary picture."""
    version = active_model()
    if version is None:
        return {}
    rows = AttributionOpinion.objects.visible_to(user).filter(artwork__in=works, image__is_primary=True)
    artists = Artist.objects.visible_to(user).only("id", "name")
    found = rows.filter(model_version=version).defer("parts", "inputs").prefetch_related(Prefetch("leading", artists))
    return {each.artwork_id: each for each in found if each.artwork_id is not None}


def paired(one: dict[int, str], other: dict[int, str]) -> list[Pair]:
    return [(one[work], other[work]) for work in one if work in other]


def expert_label(opinion: ExpertOpinion) -> str:
    """The artist's key where the expert holds it for the artist's own hand; else ``other``."""
    return str(opinion.artist_id) if opinion.artist_id and opinion.qualifier in OWN else OTHER


def machine_label(opinion: AttributionOpinion) -> str:
    return str(opinion.leading_id) if opinion.leading_id and opinion.leading_qualifier in OWN else OTHER
