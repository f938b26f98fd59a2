"""How well a question is answered on pictures of works that were held out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.calibration import BINS, calibration_curve, calibration_error
from ml.classes import by_class

Shares = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def figures(
    probabilities: Shares, targets: Counts, *, log_prior: npt.NDArray[np.floating] | None = None
) -> dict[str, Any]:
    """Figures of ``[n, answers]`` against ``[n]``.

    ``top_1`` and ``top_3``: share right; ``balanced_accuracy``: mean recall of the answers, ``macro_f1``: their mean F1;
    ``balanced_if_equal``: the same mean recall when answers are ranked as if equally frequent (probabilities divided by
    the prior); ``ece``: expected calibration error of the first answer in ten bins; ``brier``: mean squared error summed
    over answers, 0 to 2.
    """
    first = probabilities.argmax(axis=1)
    ranked = np.argsort(-probabilities, axis=1, kind="stable")
    rows = by_class(first, targets, probabilities.shape[1])
    present = [row for row in rows if row["n"]]
    found = {
        "top_1": float((first == targets).mean()),
        "top_3": float((ranked[:, :3] == targets[:, None]).any(axis=1).mean()),
        "balanced_accuracy": float(np.mean([row["recall"] for row in present])),
        "macro_f1": float(np.mean([row["f1"] for row in present])),
        "ece": expected_calibration_error(probabilities, targets),
        "brier": brier(probabilities, targets),
        "n": len(targets),
    }
    if log_prior is not None:
        equal = (np.log(probabilities + 1e-12) - log_prior).argmax(axis=1)
        recalls = [row["recall"] for row in by_class(equal, targets, probabilities.shape[1]) if row["n"]]
        found["balanced_if_equal"] = float(np.mean(recalls))
    return found


def calibration(probabilities: Shares, targets: Counts, bins: int = BINS) -> list[dict[str, Any]]:
    """By bins of the first answer's probability: how likely it was said to be, how often it was right, and ``n``."""
    return calibration_curve(probabilities.max(axis=1), probabilities.argmax(axis=1) == targets, bins)


def expected_calibration_error(probabilities: Shares, targets: Counts) -> float:
    """Mean distance between what was said and what was so, by bins, weighted by their pictures."""
    return calibration_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == targets)


def brier(probabilities: Shares, targets: Counts) -> float:
    truth = np.eye(probabilities.shape[1])[targets]
    return float(((probabilities - truth) ** 2).sum(axis=1).mean())


def confusion(probabilities: Shares, targets: Counts, answers: Sequence[str]) -> dict[str, Any]:
    """``counts[i][j]``: pictures of answer ``i`` that were called ``j``."""
    counts = np.zeros((len(answers), len(answers)), int)
    np.add.at(counts, (targets, probabilities.argmax(axis=1)), 1)
    return {"labels": list(answers), "counts": counts.tolist()}
