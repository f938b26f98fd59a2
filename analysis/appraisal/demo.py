"""Invented experts rate some of the demo's works: what they say follows a known truth, each with an error of their own."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from django.conf import settings
from django.db import transaction

from analysis.appraisal.criteria import HIGHEST, LOWEST
from analysis.appraisal.models import Appraisal, Criterion, Rating
from analysis.appraisal.services import Judgement, rate
from artmarket.accounts.models import Membership, Organisation, User
from artmarket.catalogue.models import Artwork
from artmarket.demo.artists import PAINTERS

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
# How much each fact counts for a criterion: what was measured of the picture, and what the program knows of the work, of which
# no picture shows the quality, so that no machine can find all of it again.
TASTE: Mapping[str, Mapping[str, float]] = {
    "composition": {"balance": 0.5, "edge_density": -0.6, "figure_ground": 0.4, "quality": 0.5},
    "colour": {"colourfulness": 0.8, "harmony": 0.3, "quality": 0.4},
    "technique": {"coherence": 0.8, "fame": 0.4, "deviation": -0.4, "quality": 0.3},
    "expression": {"chiaroscuro": 0.4, "contrast": 0.6, "quality": 0.5},
    "originality": {"hue_variety": 0.5, "diagonals": 0.5, "deviation": -0.5, "age": 0.3},
}
MEASURED = ("balance", "edge_density", "figure_ground", "colourfulness", "harmony", "coherence", "chiaroscuro", "contrast",
            "hue_variety", "diagonals")  # fmt: skip
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
    rows = Appraisal.objects.taken().filter(image__artwork__is_invented=True).select_related("image__artwork")
    measured = {row.image.artwork: row.measures for row in rows.defer("overlays").order_by("image__artwork")}
    chosen = dice.sample(list(measured), min(works, len(measured)))
    truth = json.loads(truth_file.read_text())
    opinions = shared_opinions({work.pk: facts_of(work, measured[work], truth) for work in chosen})
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


def shared_opinions(known: Mapping[int, Mapping[str, float]]) -> dict[int, dict[str, float]]:
    """By work and criterion what the experts would say without error, around the middle of the scale."""
    names = {name for weights in TASTE.values() for name in weights}
    levels = {name: [facts[name] for facts in known.values() if name in facts] for name in names}
    return {
        key: {code: MIDDLE + SPREAD * weighed(facts, levels, weights) for code, weights in TASTE.items()}
        for key, facts in known.items()
    }


def weighed(facts: Mapping[str, float], levels: Mapping[str, Sequence[float]], weights: Mapping[str, float]) -> float:
    """The weighted sum of facts, each in standard deviations from its mean; a fact that is missing counts as the mean."""
    total = 0.0
    for name, weight in weights.items():
        spread = pstdev(levels[name]) if levels[name] else 0.0
        if spread and name in facts:
            total += weight * (facts[name] - fmean(levels[name])) / spread
    return total


def facts_of(work: Artwork, measures: Mapping[str, float], truth: Mapping[str, Any]) -> dict[str, float]:
    """What was measured of a work, and what is known of it because the program painted it."""
    order, known = truth["orders"][work.inventory_number], truth["works"][work.inventory_number]
    told = {name: measures[name] for name in MEASURED if name in measures}
    hidden = {"quality": known["quality"], "age": known["age"]}
    return told | hidden | {"deviation": order["deviation"], "fame": FAME[order["hand"]]}
