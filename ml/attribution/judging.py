"""The three judges together: fitted on some works, asked about others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.attribution.heads import Head, Judge, fit_head
from ml.attribution.opinion import PartName
from ml.attribution.projecting import Basis, Floats, fit_basis, unit
from ml.attribution.settings import Settings
from ml.attribution.views import Looks

Places = npt.NDArray[np.int64]
Points = Mapping[PartName, Floats]
Bases = dict[PartName, Basis]
PART_AXES = 0.6
MEASURED: tuple[PartName, ...] = ("whole", "detail")


def fit_bases(looks: Looks, settings: Settings) -> Bases:
    """A basis for each kind of part, by all pictures; it knows no names."""
    found: Bases = {}
    for kind, features in looks.parts.items():
        kept = settings.axes if kind == "whole" else round(PART_AXES * settings.axes)
        found[kind] = fit_basis(features.reshape(-1, features.shape[-1]), kept=kept, seed=settings.seed)
    return found


def points_of(looks: Looks, bases: Mapping[PartName, Basis]) -> dict[PartName, Floats]:
    """Features on their bases, ``[n, parts, axes]`` a kind."""
    return {kind: bases[kind](features) for kind, features in looks.parts.items()}


@dataclass(frozen=True)
class Bench:
    """The fitted heads, one a kind of part, over the same ``hands``; ``centres [hands, kept]`` of the whole pictures, of unit
    length; ``middles [hands, kept]`` of whole pictures and of details, where they lie on the axes."""

    hands: tuple[str, ...]
    heads: dict[PartName, Head]
    centres: Floats
    middles: dict[PartName, Floats]

    def judged(self, points: Points) -> Floats:
        """Mean log-probabilities of each kind's parts, ``[kinds, n, hands]``."""
        return np.stack([self.heads[kind](points[kind]).mean(1) for kind in self.heads])

    def nearness(self, points: Points) -> Floats:
        """Cosine of the whole to the nearest hand's centre, ``[n]``."""
        placed = self.heads["whole"].place(points["whole"][:, 0])
        return np.asarray((placed @ self.centres.T).max(1), np.float32)

    def farness(self, points: Points) -> Floats:
        """How far each picture lies from the middle of each hand's works, ``[n, hands]``: squared distances on axes along which
        works of one hand scatter by about one, a mean over axes, parts and kinds."""
        found = [mean_squares(self.heads[kind].on_axes(points[kind]), each) for kind, each in self.middles.items()]
        return np.asarray(np.mean(found, axis=0), np.float32)


def fit_bench(
    points: Points,
    hands: Sequence[str],
    *,
    known: Sequence[str],
    settings: Settings,
    changes: Points | None = None,
) -> Bench:
    """Heads by pictures ``[n, …]`` whose hands are ``hands``; only the ``known`` are ranked, the others give the space shape.

    ``changes``: differences of perturbed copies, by kind.
    """
    heads = {
        kind: fit_head(
            *sampled(found, hands, settings),
            known=known,
            kept=settings.kept,
            changes=None if changes is None else changes[kind].reshape(-1, found.shape[-1]),
        )
        for kind, found in points.items()
    }
    placed, labels = heads["whole"].place(points["whole"][:, 0]), np.asarray(hands)
    order = heads["whole"].hands
    centres = unit(np.stack([placed[labels == hand].mean(0) for hand in order]))
    middles = {kind: middles_of(heads[kind], points[kind], labels) for kind in MEASURED if kind in heads}
    return Bench(order, heads, centres, middles)


def mean_squares(parts: Floats, middles: Floats) -> Floats:
    """Squared differences of ``[n, parts, kept]`` from ``[hands, kept]``, a mean over parts and axes: ``[n, hands]``.

    By sums of products: differences themselves would take memory for every part beside every hand.
    """
    own, others = parts.astype(np.float64), middles.astype(np.float64)
    squares = np.square(own).sum(2).mean(1)[:, None] + np.square(others).sum(1) - 2 * own.mean(1) @ others.T
    return np.asarray(np.maximum(squares, 0) / middles.shape[1], np.float32)


def middles_of(head: Head, points: Floats, labels: npt.NDArray[np.str_]) -> Floats:
    """Where each hand's parts lie on the mean, ``[hands, kept]``."""
    on_axes = head.on_axes(points)
    return np.stack([on_axes[labels == hand].mean((0, 1)) for hand in head.hands])


def sampled(found: Floats, hands: Sequence[str], settings: Settings) -> tuple[Floats, list[str]]:
    """Parts ``[n, parts, axes]`` as rows, at most ``settings.patches`` of each picture, with their hands."""
    count, parts = found.shape[:2]
    random = np.random.default_rng(settings.seed)
    chosen = min(parts, settings.patches)
    columns = np.argsort(random.random((count, parts)), axis=1)[:, :chosen]
    rows = np.take_along_axis(found, columns[:, :, None], axis=1).reshape(count * chosen, -1)
    return rows, [hand for hand in hands for _part in range(chosen)]


def judges(bench: Bench, bases: Mapping[PartName, Basis]) -> dict[PartName, Judge]:
    return {kind: Judge(bases[kind], head) for kind, head in bench.heads.items()}
