"""Invented experts rate some of the demo's works: what they say follows a known truth, each with a taste and an error."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from analysis.appraisal.criteria import HIGHEST, LOWEST
from analysis.appraisal.models import Criterion, Rating
from analysis.appraisal.services import Judgement, rate
from artmarket.accounts.models import Membership, Organisation, User
from artmarket.catalogue.models import Artwork
from artmarket.demo.artists import PAINTERS
from artmarket.demo.atelier.hands import HANDS

FAME = {painter.hand: painter.fame for painter in PAINTERS}
SEED, WORKS, RATERS_A_WORK = 23, 96, 3
MIDDLE, SPREAD, ERROR = 4.2, 1.1, 0.75


@dataclass(frozen=True)
class Expert:
    """An invented person: how generous they are in all, and how much their error is beyond the usual."""

    username: str
    first_name: str
    last_name: str
    generosity: float
    error: float = 1.0


EXPERTS = (
    Expert("expert-odilia", "Odilia", "Brandt (invented)", 0.5),
    Expert("expert-tomas", "Tomás", "Reverte (invented)", -0.6),
    Expert("expert-maren", "Maren", "Kvist (invented)", 0.0, 0.7),
    Expert("expert-lucian", "Lucian", "Albescu (invented)", 0.2, 1.5),
)
# How much each known fact of a work counts for each criterion; what no picture shows (quality) is among them.
TASTE: Mapping[str, Mapping[str, float]] = {
    "composition": {"quality": 0.6, "density": -0.6, "deviation": -0.3},
    "colour": {"harmony": 0.9, "quality": 0.4, "varnish": -0.3},
    "technique": {"fame": 0.6, "deviation": -0.7, "quality": 0.4},
    "expression": {"relief": 0.7, "quality": 0.5, "line": 0.3},
    "originality": {"deviation": -0.8, "age": 0.5, "fame": 0.4},
}
REMARKS = {
    HIGHEST: "As good as it gets in this room. (Invented remark.)",
    LOWEST: "Here nothing holds together. (Invented remark.)",
}


def make_ratings(*, works: int = WORKS) -> int:
    """Let the invented experts rate some works of the demo; returns how many ratings were made. Nothing where they did
    already, or where there is no demo."""
    organisation = Organisation.objects.filter(slug="demo").first()
    truth_file = settings.VAR_DIR / "demo" / "truth.json"
    if organisation is None or not truth_file.is_file():
        return 0
    experts = make_experts(organisation)
    if Rating.objects.filter(rater__in=experts).exists():
        return 0
    dice = random.Random(SEED)  # noqa: S311 - a shop window, no secret
    chosen = list(Artwork.objects.filter(is_invented=True, images__is_primary=True).order_by("pk"))
    chosen = dice.sample(chosen, min(works, len(chosen)))
    opinions = shared_opinions(chosen, json.loads(truth_file.read_text()))
    criteria = {criterion.code: criterion for criterion in Criterion.objects.asked() if criterion.code in TASTE}
    made = 0
    with transaction.atomic():
        for work in chosen:
            for expert, user in dice.sample(list(zip(EXPERTS, experts, strict=True)), RATERS_A_WORK):
                said = {each: judged(opinions[work.pk][code], expert, dice) for code, each in criteria.items()}
                made += len(rate(actor=user, artwork=work, judgements=said))
    return made


def make_experts(organisation: Organisation) -> list[User]:
    """Who cannot sign in, and says by name to be invented."""
    experts = []
    for expert in EXPERTS:
        names = {"first_name": expert.first_name, "last_name": expert.last_name}
        user, is_new = User.objects.get_or_create(username=expert.username, defaults=names)
        if is_new:
            user.set_unusable_password()
            user.save()
        Membership.objects.get_or_create(
            user=user, organisation=organisation, defaults={"role": Membership.Role.CURATOR}
        )
        experts.append(user)
    return experts


def judged(opinion: float, expert: Expert, dice: random.Random) -> Judgement:
    """The shared opinion as this expert puts it."""
    score = round(opinion + expert.generosity + dice.gauss(0, ERROR * expert.error))
    score = min(HIGHEST, max(LOWEST, score))
    return Judgement(score, REMARKS.get(score, "") if dice.random() < 0.2 else "")


def shared_opinions(works: Sequence[Artwork], truth: Mapping[str, Any]) -> dict[int, dict[str, float]]:
    """By work and criterion what the experts would say without error, around the middle of the scale."""
    known = {work.pk: facts_of(work.inventory_number, truth) for work in works}
    levels = {name: [facts[name] for facts in known.values()] for name in next(iter(known.values()), {})}
    return {
        key: {code: MIDDLE + SPREAD * weighed(facts, levels, weights) for code, weights in TASTE.items()}
        for key, facts in known.items()
    }


def weighed(facts: Mapping[str, float], levels: Mapping[str, Sequence[float]], weights: Mapping[str, float]) -> float:
    """The weighted sum of facts, each in standard deviations from its mean."""
    total = 0.0
    for name, weight in weights.items():
        values = levels[name]
        mean = sum(values) / len(values)
        spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
        total += weight * (facts[name] - mean) / spread if spread else 0.0
    return total


def facts_of(number: str, truth: Mapping[str, Any]) -> dict[str, float]:
    """What is known of a work because the program painted it."""
    order, work = truth["orders"][number], truth["works"][number]
    hand = HANDS[order["hand"]]
    return {
        "quality": work["quality"],
        "age": work["age"],
        "deviation": order["deviation"],
        "fame": FAME[order["hand"]],
        **{name: float(getattr(hand, name)) for name in ("harmony", "relief", "density", "line", "varnish")},
    }
