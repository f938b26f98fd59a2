"""Cross-validation over works, every figure beside its controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.classes import by_class
from ml.classification import measuring
from ml.classification.heads import Features, Probabilities, fit_head, fit_scaling
from ml.classification.labels import Question
from ml.reporter import Cancelled, Reporter
from ml.splits import folds

FOLDS = 5
SAID_OF_CONTROLS = ("top_1", "top_3", "balanced_accuracy", "macro_f1", "ece", "brier")


def held_out(
    question: Question, features: Features, groups: npt.NDArray[np.int64], *, count: int = FOLDS, seed: int = 1
) -> tuple[Probabilities, npt.NDArray[np.float64]]:
    """Probabilities ``[said, answers]`` of each picture that the question is said of, by a head that learned from none of
    its work, and the log prior that head knew, the same shape. Works are dealt to ``count`` folds."""
    said = question.is_said
    x, y, works = features[said], question.targets[said], groups[said]
    dealt = folds(works, y.tolist(), count=min(count, len(set(works.tolist()))), seed=seed)
    found, priors = (np.zeros((len(y), len(question.answers))) for _each in range(2))
    for fold in np.unique(dealt):
        held = dealt == fold
        scaling = fit_scaling(x[~held])
        head = fit_head(Question(question.name, question.answers, y[~held]), scaling(x[~held]), works[~held])
        found[held], priors[held] = head.probabilities(scaling(x[held])), head.log_prior
    return found, priors


def majority(question: Question) -> Probabilities:
    """What somebody says who looks at no picture: each answer's share."""
    y = question.targets[question.is_said]
    shares = np.bincount(y, minlength=len(question.answers)) / len(y)
    return np.tile(shares, (len(y), 1))


def evaluate(
    asked: Sequence[Question],
    features: Features,
    controls: Mapping[str, Features],
    groups: npt.NDArray[np.int64],
    reporter: Reporter,
    *,
    count: int = FOLDS,
    phase: str = "",
) -> list[dict[str, Any]]:
    """A part of a model card for each question (``docs/model-cards.md``), measured on held-out works.

    ``controls``: features by the control's name that go through the very same; the majority is added. Raises
    ``Cancelled`` when told to stop.
    """
    parts = []
    for number, question in enumerate(asked):
        if reporter.should_stop():
            raise Cancelled
        y = question.targets[question.is_said]
        found, priors = held_out(question, features, groups, count=count)
        others = {name: held_out(question, other, groups, count=count)[0] for name, other in controls.items()}
        others["majority"] = majority(question)
        parts.append(part_of(question, found, priors, {name: measuring.figures(p, y) for name, p in others.items()}))
        reporter.progress(number + 1, len(asked), phase=phase)
    return parts


def part_of(
    question: Question, found: Probabilities, priors: npt.NDArray[np.float64], controls: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Everything that was measured of one question, rounded, as plain values."""
    y = question.targets[question.is_said]
    rows = by_class(found.argmax(axis=1), y, len(question.answers))
    part = {
        "name": question.name,
        "figures": measuring.figures(found, y, log_prior=priors),
        "figures_by_class": [{"label": label, **row} for label, row in zip(question.answers, rows, strict=True)],
        "calibration": measuring.calibration(found, y),
        "confusion": measuring.confusion(found, y, question.answers),
        "controls": [{"name": name, **{key: told[key] for key in SAID_OF_CONTROLS}} for name, told in controls.items()],
    }
    return {key: rounded(value) for key, value in part.items()}


def rounded(value: Any) -> Any:
    """Four digits are more than was measured."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {key: rounded(each) for key, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list) else value
