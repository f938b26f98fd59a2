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
from ml.attribution.typicality import Typicality
from ml.attribution.unmasking import is_given

BLURRED = frozenset({"attributed to", "attributed_to"})


@dataclass
class Trials:
    """Scores of the master's name on pictures of one sort, whether each was given to him first of all, and how like his own
    works each is, 1 where he has too few to say."""

    scores: list[float] = field(default_factory=list)
    given: list[bool] = field(default_factory=list)
    typical: list[float] = field(default_factory=list)


def told_from_masters(
    held: HeldOut, opened: Floats, pictures: Sequence[TrainingPicture], typicality: Typicality
) -> dict[str, Any]:
    """Held-out works that bear a known master's name with a qualifier, beside the master's own held-out works.

    ``opened [n, hands]``: open-set probabilities. ``not_given``: the share of the former whose leading answer is another
    hand or "none of those"; ``own_given``: the share of the latter whose leading answer is he; ``auroc``: how well the
    score by which "is this by X?" is answered tells one from the other, 0.5 is chance; ``typicality_auroc``: how well it is
    told by how like his own works a picture is. Works "attributed to" him count as neither. Imitations that were made for
    training take no part, nor folds that did not know the master. Empty where there are no such works.
    """
    by_qualifier, own = trials(held, opened, pictures, typicality)
    followers = Trials()
    for found in by_qualifier.values():
        followers.scores += found.scores
        followers.given += found.given
        followers.typical += found.typical
    if not followers.scores or not own.scores:
        return {}
    return {
        "works": len(followers.scores),
        "not_given": 1 - float(np.mean(followers.given)),
        "own_works": len(own.scores),
        "own_given": float(np.mean(own.given)),
        "auroc": told_apart(own.scores, followers.scores),
        "typicality_auroc": told_apart(own.typical, followers.typical),
        "by_qualifier": {
            name: {
                "works": len(found.given),
                "not_given": 1 - float(np.mean(found.given)),
                "typicality_auroc": told_apart(own.typical, found.typical),
            }
            for name, found in sorted(by_qualifier.items())
        },
    }


def told_apart(own: Sequence[float], others: Sequence[float]) -> float:
    """The chance that one of ``own`` is greater than one of ``others``: the area under the ROC curve."""
    return float(roc_auc_score(np.arange(len(own) + len(others)) < len(own), [*own, *others]))


def trials(
    held: HeldOut, opened: Floats, pictures: Sequence[TrainingPicture], typicality: Typicality
) -> tuple[dict[str, Trials], Trials]:
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
        typical = typicality.of(
            picture.artist, float(held.farness[row, column]), is_among_them=bool(held.truth[row] == column)
        )
        found.typical.append(1.0 if typical is None else typical)
    return dict(by_qualifier), own


def is_followers(picture: TrainingPicture) -> bool:
    return bool(picture.artist and picture.qualifier) and picture.qualifier.casefold() not in BLURRED
