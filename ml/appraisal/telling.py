"""How much of a hand the measures alone hold: artists named from them, works held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from ml.appraisal.rated import Rated, fit_reader
from ml.splits import Groups, folds

PENALTY = 0.1


@dataclass(frozen=True)
class Naming:
    """Shares of works whose artist was named rightly by measures, and by always naming the most frequent; macro-F1."""

    works: int
    accuracy: float
    macro_f1: float
    majority: float


def name_artists(
    measures: Sequence[Mapping[str, float]], artists: Sequence[str], groups: Groups, *, seed: int = 1
) -> Naming | None:
    """Logistic regression on standardised measures, five folds over works (``groups``: photographs of one work share one).

    None where there are fewer than two artists or fewer works than folds.
    """
    if len(set(artists)) < 2 or len(set(groups.tolist())) < 5:
        return None
    works, names = [Rated(each) for each in measures], np.array(artists)
    fold, told = folds(groups, list(artists), count=5, seed=seed), np.empty(len(names), dtype=names.dtype)
    for number in range(5):
        out = fold == number
        seen, unseen = ([works[place] for place in np.flatnonzero(part)] for part in (~out, out))
        if not unseen or len(set(names[~out])) < 2:
            continue
        reader = fit_reader(seen)
        model = LogisticRegression(C=PENALTY, max_iter=2000, class_weight="balanced")
        told[out] = model.fit(reader.read(seen), names[~out]).predict(reader.read(unseen))
    most = Counter(artists).most_common(1)[0][1] / len(names)
    return Naming(len(names), float((told == names).mean()), float(f1_score(names, told, average="macro")), most)
