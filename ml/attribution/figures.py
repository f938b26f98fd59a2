"""How good opinions are: ranking, calibration, telling strangers, verification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score, roc_curve

from ml.calibration import calibration_error
from ml.classes import by_class

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def ranking(probabilities: Floats, truth: Places, *, hands: Sequence[str]) -> dict[str, float]:
    """Of ``[n, hands]`` probabilities against the places of the true hands: shares right at the first and among the first
    five, balanced accuracy, macro-F1, Brier score (sum over hands, 0 to 2) and ECE."""
    order = np.argsort(-probabilities, axis=1)
    first = order[:, 0]
    present = sorted(set(truth.tolist()))
    recalls = [float((first[truth == hand] == hand).mean()) for hand in present]
    f1 = [
        2 * ((first == hand) & (truth == hand)).sum() / ((first == hand).sum() + (truth == hand).sum())
        for hand in present
    ]
    hot = np.eye(len(hands))[truth]
    return {
        "works": float(len(truth)),
        "top1": float((first == truth).mean()),
        "top5": float((order[:, :5] == truth[:, None]).any(1).mean()),
        "balanced_accuracy": float(np.mean(recalls)),
        "macro_f1": float(np.mean(f1)),
        "brier": float(((probabilities - hot) ** 2).sum(1).mean()),
        "ece": calibration_error(probabilities.max(1), first == truth),
    }


def telling_strangers(unknown: Floats, is_stranger: npt.NDArray[np.bool_]) -> dict[str, float]:
    """AUROC of the probability of "none of those known", and the share of known works called strange where 95 % of the
    strangers are."""
    if not is_stranger.any() or is_stranger.all():
        return {}
    wrong, right, _at = roc_curve(is_stranger, unknown)
    return {
        "auroc": float(roc_auc_score(is_stranger, unknown)),
        "fpr_at_95_tpr": float(wrong[np.searchsorted(right, 0.95)]),
        "strangers": float(is_stranger.sum()),
    }


def equal_errors(scores: Floats, is_target: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Equal error rate of trials, and the score at which it is met. NaN for both where one kind is missing."""
    if not is_target.any() or is_target.all():
        return float("nan"), float("nan")
    wrong, right, at = roc_curve(is_target, scores)
    place = int(np.argmin(np.abs(wrong - (1 - right))))
    return float((wrong[place] + 1 - right[place]) / 2), float(np.clip(at[place], scores.min(), scores.max()))


def by_hand(first: Places, truth: Places, hands: Sequence[str]) -> list[dict[str, Any]]:
    """Precision, recall and F1 of each hand that occurs, most works first."""
    rows = by_class(first, truth, len(hands))
    return sorted(
        ({"label": hand, **row} for hand, row in zip(hands, rows, strict=True) if row["n"]), key=lambda row: -row["n"]
    )


def confusion(first: Places, truth: Places, hands: Sequence[str], *, most: int = 12) -> dict[str, Any]:
    """Counts ``[true][named]`` among the ``most`` hands with most works."""
    often = sorted(set(truth.tolist()), key=lambda each: -(truth == each).sum())[:most]
    counts = [[int(((truth == row) & (first == column)).sum()) for column in often] for row in often]
    return {"labels": [hands[each] for each in often], "counts": counts}
