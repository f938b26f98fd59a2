"""How well answers are, class by class."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]


def by_class(answered: Counts, targets: Counts, count: int) -> list[dict[str, Any]]:
    """``n``, precision, recall and F1 of each answer; precision is 0 where it was never given."""
    rows = []
    for answer in range(count):
        right = int(((answered == answer) & (targets == answer)).sum())
        given, n = int((answered == answer).sum()), int((targets == answer).sum())
        precision, recall = right / given if given else 0.0, right / n if n else 0.0
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        rows.append({"n": n, "precision": precision, "recall": recall, "f1": f1})
    return rows
