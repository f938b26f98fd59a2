"""Followers told from masters: what becomes of works that records give to a follower, a circle, a copyist of a known hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from ml.attribution.calibrating import Floats, log_odds
from ml.attribution.crossfitting import HeldOut
from ml.attribution.gathering import TrainingPicture
from ml.attribution.unmasking import is_given

BLURRED = frozenset({"attributed to", "attributed_to"})


@dataclass
class Trials:
    """Scores of the master's name on pictures of one sort, and whether each was given to him first of all."""

    scores: list[float] = field(default_factory=list)
    given: list[bool] = field(default_factory=list)


def told_from_masters(held: HeldOut, opened: Floats, pictures: Sequence[TrainingPicture]) -> dict[str, Any]:
    """Held-out works that bear a known master's name with a qualifier, beside the master's own held-out works.

    ``opened [n, hands]``: open-set probabilities. ``not_given``: the share of the former whose leading answer is another
    hand or "none of those"; ``own_given``: the share of the latter whose leading answer is he; ``auroc``: how well the
    score by which "is this by X?" is answered tells one from the other, 0.5 is chance. Works "attributed to" him count as
    neither. Imitations that were made for training take no part, nor folds that did not know the master. Empty where
    there are no such works.
    """
    by_qualifier, own = trials(held, opened, pictures)
    followers = [each for found in by_qualifier.values() for each in zip(found.scores, found.given, strict=True)]
    if not followers or not own.scores:
        return {}
    scores = np.array([*own.scores, *(score for score, _given in followers)])
    return {
        "works": len(followers),
        "not_given": 1 - float(np.mean([given for _score, given in followers])),
        "own_works": len(own.scores),
        "own_given": float(np.mean(own.given)),
        "auroc": float(roc_auc_score(np.arange(len(scores)) < len(own.scores), scores)),
        "by_qualifier": {
            name: {"works": len(found.given), "not_given": 1 - float(np.mean(found.given))}
            for name, found in sorted(by_qualifier.items())
        },
    }


def trials(held: HeldOut, opened: Floats, pictures: Sequence[TrainingPicture]) -> tuple[dict[str, Trials], Trials]:
    """Of followers' works by qualifier; of the own works of those masters who have any."""
    columns = {hand: place for place, hand in enumerate(held.hands)}
    followed = {each.artist for each in pictures if is_followers(each)}
    by_qualifier: dict[str, Trials] = defaultdict(Trials)
    own = Trials()
    for row, place in enumerate(held.picture):
        if place >= len(pictures):  # an imitation
            continue
        picture = pictures[int(place)]
        column = columns.get(picture.artist)
        if column is None or picture.artist not in followed or not np.isfinite(held.judged[0, row, column]):
            continue
        if picture.qualifier and not is_followers(picture):
            continue
        found = by_qualifier[picture.qualifier] if picture.qualifier else own
        chances = opened[row]
        found.scores.append(float(log_odds(chances[column : column + 1])[0]))
        found.given.append(is_given(chances, column))
    return dict(by_qualifier), own


def is_followers(picture: TrainingPicture) -> bool:
    return bool(picture.artist and picture.qualifier) and picture.qualifier.casefold() not in BLURRED
