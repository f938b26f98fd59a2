"""The drawings of a model's card: how far stated probabilities hold, and what is taken for what."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

MOST_LABELS = 24
MOST_CONFUSIONS = 10
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Chart:
    """A payload for ``charts.js``, the kind that draws it, and the element that holds it."""

    key: str
    kind: str
    payload: dict[str, Any]


def wilson(right: float, n: int) -> tuple[float, float]:
    """95 % interval of a share of ``n``, each in [0, 1] (E. B. Wilson, JASA 22, 1927)."""
    z2 = NORMAL_95**2
    middle = (right + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL_95 * math.sqrt(right * (1 - right) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def calibration_chart(key: str, bins: Sequence[Mapping[str, Any]]) -> Chart | None:
    """Observed share right against the mean probability stated, in per cent, with a 95 % interval by ``n``."""
    points = []
    for each in sorted(bins, key=lambda one: float(one.get("predicted") or 0)):
        said, seen, n = each.get("predicted"), each.get("observed"), int(each.get("n") or 0)
        if said is None or seen is None or n < 1:
            continue
        low, high = wilson(min(1.0, max(0.0, float(seen))), n)
        points.append([round(100 * float(value), 1) for value in (said, seen, low, high)])
    if not points:
        return None
    payload = {
        "title": _("Do stated probabilities hold?"),
        "x": _("Stated probability, %"),
        "y": _("Right, %"),
        "zero": True,
        "series": [
            {"name": _("as measured, with 95 % interval"), "points": points},
            {"name": _("were it perfect"), "points": [[0, 0], [100, 100]]},
        ],
    }
    return Chart(key, "line", payload)


def confusion_chart(key: str, labels: Sequence[str], counts: Sequence[Sequence[Any]]) -> Chart:
    """Counts by true class (rows) and answer (columns); of many classes those that are mistaken most often."""
    shown = sorted(most_mistaken(counts)[:MOST_LABELS]) if len(labels) > MOST_LABELS else range(len(labels))
    points = [[labels[row], labels[column], int(counts[row][column])] for row in shown for column in shown]
    payload = {
        "title": _("What is taken for what"),
        "x": _("Answer"),
        "y": _("In truth"),
        "series": [{"name": _("Works"), "points": points}],
    }
    return Chart(key, "matrix", payload)


def most_mistaken(counts: Sequence[Sequence[Any]]) -> list[int]:
    """Places of the classes by how often they were missed or wrongly named, most often first."""
    size = range(len(counts))
    missed = [sum(int(counts[one][other]) + int(counts[other][one]) for other in size if other != one) for one in size]
    return sorted(size, key=lambda place: -missed[place])


def confusions(labels: Sequence[str], counts: Sequence[Sequence[Any]]) -> list[tuple[str, str, int]]:
    """The commonest mistakes: true class, answer, works."""
    found = [
        (labels[row], labels[column], int(count))
        for row, line in enumerate(counts)
        for column, count in enumerate(line)
        if row != column and int(count) > 0
    ]
    return sorted(found, key=lambda each: -each[2])[:MOST_CONFUSIONS]
