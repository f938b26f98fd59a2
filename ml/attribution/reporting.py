"""What is said of a trained model: figures on held-out works, beside what knows no brush-work, and the parts of its card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.attribution import figures
from ml.attribution.calibrating import log_odds
from ml.attribution.crossfitting import HeldOut, Lesson, hold_out
from ml.attribution.gathering import TrainingPicture
from ml.attribution.settings import Settings
from ml.attribution.trust import Trust, learn_trust
from ml.attribution.views import Looks
from ml.calibration import calibration_curve
from ml.reporter import Reporter

Floats = npt.NDArray[np.float64]


def measured(
    held: HeldOut, closed: Floats, opened: Floats, imitations: npt.NDArray[np.int64], trust: Trust
) -> dict[str, Any]:
    """Ranking of known hands, telling of strangers, verification; imitations apart."""
    known, forged = ~held.is_stranger, np.isin(held.picture, imitations)
    unknown = 1 - opened.sum(1)
    rows, columns = np.nonzero(np.isfinite(held.judged[0]) & ~forged[:, None])
    own = held.truth[rows] == columns
    rate, _at = figures.equal_errors(log_odds(opened[rows, columns]), own)
    found: dict[str, Any] = figures.ranking(closed[known], held.truth[known], hands=held.hands)
    found |= figures.telling_strangers(unknown[~forged], held.is_stranger[~forged])
    found |= {"eer": rate, "trials": len(rows), "threshold": trust.question.threshold}
    if forged.any():
        told = figures.telling_strangers(unknown[known | forged], forged[known | forged])
        found |= {"imitations": int(forged.sum()), "imitations_auroc": told.get("auroc", float("nan"))}
    return found


def control_by_colours(
    lesson: Lesson, colours: Looks, held: HeldOut, known: Sequence[str], settings: Settings, reporter: Reporter
) -> list[dict[str, Any]]:
    """The same procedure on colour histograms, and the hand with most works: what a figure must be seen beside."""
    plain = hold_out(replace(lesson, looks=colours, copies=None), known=known, settings=settings, reporter=reporter)
    _trust, closed, _opened = learn_trust(plain)
    own = ~plain.is_stranger
    by_colour = figures.ranking(closed[own], plain.truth[own], hands=plain.hands)
    truth = held.truth[~held.is_stranger]
    majority = float(np.bincount(truth).max() / len(truth))
    return [
        {"name": "colour histogram", "top1": by_colour["top1"], "balanced_accuracy": by_colour["balanced_accuracy"]},
        {"name": "hand with most works", "top1": majority, "balanced_accuracy": 1 / len(set(truth.tolist()))},
    ]


def card_of(
    held: HeldOut,
    closed: Floats,
    found: dict[str, Any],
    controls: list[dict[str, Any]],
    used: Sequence[TrainingPicture],
    facts: dict[str, Any],
) -> dict[str, Any]:
    """The card in the register's form: data, split, figures by class, calibration, confusion, controls, limits."""
    known = ~held.is_stranger
    chances, truth = closed[known], held.truth[known]
    first = chances.argmax(1)
    sources = Counter(picture.source or "-" for picture in used)
    return {
        "data": {
            "pictures": facts["pictures"],
            "hands": facts["hands"],
            "pictures_of_strangers": facts["pictures"] - facts["pictures_of_known_hands"],
            "unusable": facts["unusable"],
            "sources": dict(sources.most_common(10)),
        },
        "split": {
            "method": "cross-fitting over works; each hand absent from one fold",
            "folds": facts["settings"]["folds"],
        },
        "figures_by_class": figures.by_hand(first, truth, held.hands),
        "calibration": calibration_curve(chances.max(1), first == truth),
        "confusion": figures.confusion(first, truth, held.hands),
        "controls": [
            {"name": "this model", "top1": found["top1"], "balanced_accuracy": found["balanced_accuracy"]},
            *controls,
        ],
        "limits": [
            "Photographs from one source share more than a hand: figures across sources are lower.",
            "It knows hands by the works that it was shown; a hand in another period of his life may be a stranger to it.",
            "Imitations in training are made by a machine, not by a forger.",
            "One part of a protocol: provenance, technical analysis and connoisseurship are the others.",
        ],
    }
