"""How well a space finds works of one artist or style: recall@k and mean average precision, across sources as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Likenesses = npt.NDArray[np.floating]
RANKS = (1, 5, 10)


@dataclass(frozen=True)
class Retrieval:
    """``queries`` with at least one right answer; the shares of them with one among the first 1, 5, 10; and mAP."""

    queries: int
    recall: tuple[float, ...]
    mean_average_precision: float


def retrieval(
    scores: Likenesses,
    labels: Sequence[str],
    *,
    works: npt.NDArray[np.int64] | None = None,
    sources: Sequence[str] | None = None,
) -> Retrieval:
    """Rank for each labelled picture all other labelled ones by ``scores [n, n]``.

    ``works``: group numbers; pictures of the query's own work are left out of its gallery, as finding another photograph
    of it is no proof. ``sources``: the gallery is only what comes from other sources. Queries without a right answer in
    their gallery are left out.
    """
    names, origins = np.asarray(labels), None if sources is None else np.asarray(sources)
    labelled, firsts, precisions = names != "", [], []
    for query in np.flatnonzero(labelled):
        gallery = labelled & (np.arange(len(names)) != query)
        if works is not None:
            gallery &= works != works[query]
        if origins is not None:
            gallery &= origins != origins[query]
        places = np.flatnonzero(gallery)
        order = places[np.argsort(-scores[query, places], kind="stable")]
        hits = np.flatnonzero(names[order] == names[query])
        if len(hits):
            firsts.append(int(hits[0]))
            precisions.append(average_precision(hits))
    recall = tuple(float(np.mean(np.asarray(firsts) < rank)) if firsts else float("nan") for rank in RANKS)
    return Retrieval(len(firsts), recall, float(np.mean(precisions)) if precisions else float("nan"))


def average_precision(hits: npt.NDArray[np.int64]) -> float:
    """Mean of the precision at each right answer; ``hits`` are their places in the ranking, counted from 0."""
    return float(np.mean(np.arange(1, len(hits) + 1) / (hits + 1)))
