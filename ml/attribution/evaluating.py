"""How far a model of hands can be trusted: by folds over works, or learned from one collection and asked about another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from ml.attribution import figures
from ml.attribution.calibrating import log_odds
from ml.attribution.forging import MATCHED, RESTYLED
from ml.attribution.model import Attributor
from ml.attribution.projecting import Floats, unit
from ml.attribution.settings import Settings
from ml.attribution.training import Material, learn
from ml.attribution.unmasking import Unmasking
from ml.attribution.views import Looks
from ml.backbone import Backbone
from ml.calibration import calibration_error
from ml.reporter import Reporter
from ml.similarity.evaluating import average_precision
from ml.splits import folds

Places = npt.NDArray[np.int64]
Found = dict[str, float]


@dataclass
class Tally:
    """Answers gathered over folds; ``truth`` is "" for a stranger."""

    truth: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)
    sureness: list[float] = field(default_factory=list)
    brier: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    is_own: list[bool] = field(default_factory=list)

    def add(self, artists: Sequence[str], closed: Floats, unknown: float, truth: str) -> None:
        """One picture: closed-set probabilities over ``artists``, and that it is by none of them."""
        known = truth in artists
        order = np.argsort(-closed)
        self.truth.append(truth if known else "")
        self.named.append(artists[int(order[0])])
        self.unknown.append(unknown)
        self.sureness.append(float(closed.max()))
        place = artists.index(truth) if known else -1
        self.ranks.append(int(np.flatnonzero(order == place)[0]) if known else -1)
        self.brier.append(float(((closed - np.eye(len(artists))[place]) ** 2).sum()) if known else 0.0)
        self.scores += log_odds(np.asarray(closed * (1 - unknown), np.float64)).tolist()
        self.is_own += [artist == truth for artist in artists]

    def figures(self) -> Found:
        """Top 1, top 5, balanced accuracy, macro-F1, ECE and Brier of known hands; AUROC and FPR of strangers; EER."""
        known = np.array([bool(each) for each in self.truth])
        truth, named, ranks = np.array(self.truth)[known], np.array(self.named)[known], np.array(self.ranks)[known]
        if not len(truth):
            return {"works": 0.0}
        hands = sorted(set(truth.tolist()))
        hits = {hand: ((named == hand) & (truth == hand)).sum() for hand in hands}
        rate, _at = figures.equal_errors(np.array(self.scores), np.array(self.is_own))
        found = {
            "works": float(known.sum()),
            "top1": float((ranks == 0).mean()),
            "top5": float((ranks < 5).mean()),
            "balanced_accuracy": float(np.mean([hits[hand] / (truth == hand).sum() for hand in hands])),
            "macro_f1": float(
                np.mean([2 * hits[hand] / ((truth == hand).sum() + (named == hand).sum()) for hand in hands])
            ),
            "ece": calibration_error(np.array(self.sureness)[known], ranks == 0),
            "brier": float(np.array(self.brier)[known].mean()),
        }
        return found | figures.telling_strangers(np.array(self.unknown), ~known) | {"eer": rate}


@dataclass
class Retrieval:
    """Whether the nearest works of other works are by the same hand; queries without one are left out."""

    first: list[bool] = field(default_factory=list)
    precision: list[float] = field(default_factory=list)

    def add(self, likeness: Floats, is_own: npt.NDArray[np.bool_]) -> None:
        if is_own.any():
            hits = np.flatnonzero(is_own[np.argsort(-likeness)])
            self.first.append(bool(hits[0] == 0))
            self.precision.append(average_precision(hits))

    def figures(self, name: str) -> Found:
        if not self.first:
            return {}
        return {f"{name}recall@1": float(np.mean(self.first)), f"{name}mAP": float(np.mean(self.precision))}


def by_folds(
    material: Material,
    backbone: Backbone,
    reporter: Reporter,
    *,
    settings: Settings,
    count: int = 5,
    forged: dict[str, Unmasking] | None = None,
) -> dict[str, Found]:
    """Figures of the model and of its controls over the same folds: works are held out whole, calibration is learned inside.

    Controls: a logistic probe on the plain features, the same on colour histograms, and the hand with most works. ``forged``
    is filled, way by way, with what becomes of imitations of the works held out.
    """
    pictures = material.pictures
    hands = [picture.hand or f"?{picture.key}" for picture in pictures]
    fold = folds([picture.group for picture in pictures], hands, count=count, seed=settings.seed)
    tallies = {name: Tally() for name in ("model", "linear probe", "colour histogram", "hand with most works")}
    near = {name: Retrieval() for name in ("", "cross-source ", "raw ", "raw cross-source ")}
    for number in range(count):
        learned, asked = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        trained = learn(material.only(learned), backbone, Silenced(reporter), settings=settings, controls=False)
        answer(trained.attributor, material.seen.looks.at(asked), [hands[place] for place in asked], tallies["model"])
        if forged is not None:
            unmask(trained.attributor, material, asked, forged)
            if settings.restyled:
                naive = material.only(learned).without(RESTYLED)
                taught = learn(naive, backbone, Silenced(reporter), settings=settings, controls=False).attributor
                unmask(taught, material, asked, forged, ways=(RESTYLED,), name="{way}, none shown in training")
        probe(material, learned, asked, hands, trained.attributor.artists, tallies)
        retrieve(trained.attributor, material, asked, near)
        reporter.progress(number + 1, count, phase="folds")
    found = {name: tally.figures() for name, tally in tallies.items()}
    for name, retrieval in near.items():
        found["linear probe" if name.startswith("raw") else "model"] |= retrieval.figures(name.removeprefix("raw "))
    return found


class Silenced:
    """Passes on the wish to stop, but no progress: a fold's own steps are of no interest."""

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter

    def progress(self, done: int, total: int | None = None, *, phase: str = "", metrics: Any = None) -> None: ...

    def log(self, message: str) -> None:
        self.reporter.log(message)

    def should_stop(self) -> bool:
        return self.reporter.should_stop()


def answer(attributor: Attributor, looks: Looks, hands: Sequence[str], tally: Tally) -> None:
    """The model's words on pictures that were looked at."""
    for row, chance, hand in zip(*attributor.answers(looks), hands, strict=True):
        tally.add(attributor.artists, row, float(chance), hand)


def unmask(
    attributor: Attributor,
    material: Material,
    asked: Places,
    found: dict[str, Unmasking],
    *,
    ways: Sequence[str] = (MATCHED, RESTYLED),
    name: str = "{way}",
) -> None:
    """Ask about the imitations of works held out, and about those works, whether they are the master's."""
    places = {material.pictures[place].key: int(place) for place in asked}
    rows = [
        at
        for at, forged in enumerate(material.forgeries)
        if forged.work in places and forged.way in ways and forged.master in attributor.artists
    ]
    if not rows:
        return
    made = material.forged.looks.at(np.array(rows, np.int64))
    shown = material.seen.looks.at(np.array([places[material.forgeries[at].work] for at in rows], np.int64))
    opened, untouched = (closed * (1 - unknown)[:, None] for closed, unknown in map(attributor.answers, (made, shown)))
    for at, chances, work in zip(rows, opened, untouched, strict=True):
        forged = material.forgeries[at]
        tally = found.setdefault(name.format(way=forged.way), Unmasking())
        tally.add(chances, attributor.artists.index(forged.master), [work])


def probe(
    material: Material,
    learned: Places,
    asked: Places,
    hands: list[str],
    artists: tuple[str, ...],
    tallies: dict[str, Tally],
) -> None:
    """The controls on one fold."""
    labels = np.asarray(hands)
    own = learned[np.isin(labels[learned], artists)]
    whole = material.seen.looks.parts["whole"][:, 0].astype(np.float32)
    for name, features in (("linear probe", whole), ("colour histogram", material.seen.colours)):
        mean, spread = features[own].mean(0), features[own].std(0) + 1e-4
        model = LogisticRegression(C=0.01, max_iter=200, class_weight="balanced")
        model.fit((features[own] - mean) / spread, labels[own])
        for place, chances in zip(asked, model.predict_proba((features[asked] - mean) / spread), strict=True):
            tallies[name].add(tuple(model.classes_.tolist()), chances, float(1 - chances.max()), hands[int(place)])
    shares = np.array([(labels[own] == artist).mean() for artist in artists])
    for place in asked:
        tallies["hand with most works"].add(artists, shares, 0.5, hands[int(place)])


def retrieve(attributor: Attributor, material: Material, asked: Places, near: dict[str, Retrieval]) -> None:
    """Nearest other works of each picture asked about, in the space of hands and by the plain features."""
    pictures, looks = material.pictures, material.seen.looks
    hands = np.array([picture.hand for picture in pictures])
    groups, sources = (
        np.array([picture.group for picture in pictures]),
        np.array([picture.source for picture in pictures]),
    )
    for prefix, vectors in (
        ("", attributor.hand_of(looks)),
        ("raw ", unit(looks.parts["whole"][:, 0].astype(np.float32))),
    ):
        for place in asked:
            others = (groups != groups[place]) & (hands != "")
            if not hands[place]:
                continue
            for name, pool in (("", others), ("cross-source ", others & (sources != sources[place]))):
                near[f"{prefix}{name}"].add(vectors[pool] @ vectors[place], hands[pool] == hands[place])


def elsewhere(attributor: Attributor, material: Material) -> Found:
    """Figures of a model on a collection that it never saw."""
    tally = Tally()
    answer(attributor, material.seen.looks, [picture.hand or f"?{picture.key}" for picture in material.pictures], tally)
    return tally.figures()
