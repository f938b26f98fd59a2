"""The table that ``evaluate`` prints: each sense, their mix, second looks at it, and the controls beside them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from ml.backbone import RECIPES, untrained
from ml.backbone.interface import Backbone
from ml.collection import Picture
from ml.images import Pixels
from ml.similarity.evaluating import Retrieval, retrieval
from ml.similarity.mixing import ALL_ROUND, mixed
from ml.similarity.ranking import local_scaling, reciprocal
from ml.similarity.senses import Senses, fit
from ml.similarity.spreads import Spread
from ml.splits import same_work_groups

Likenesses = npt.NDArray[np.float32]
HEAD = f"{'space':<28} {'question':<22} {'queries':>7}  {'R@1':>5} {'R@5':>5} {'R@10':>5} {'mAP':>6}"


@dataclass(frozen=True)
class Question:
    """What is to be found: pictures with the same label, from anywhere or from other sources only."""

    name: str
    labels: Sequence[str]
    sources: Sequence[str] | None = None


def questions(pictures: Sequence[Picture]) -> list[Question]:
    """Artist (plainly given works only) and style, and the artist across sources where there are several."""
    artists = [each.artist if each.is_known else "" for each in pictures]
    sources = [each.source for each in pictures]
    asked = [Question("artist", artists), Question("style", [each.style for each in pictures])]
    if len(set(sources)) > 1:
        asked.insert(1, Question("artist, other sources", artists, sources))
    return asked


def look_at(senses: Senses, pixels: Pixels) -> dict[str, npt.NDArray[np.float32]]:
    """Vectors of all pictures by sense."""
    size = senses.backbone.plan.batch_size
    seen = [senses.look(pixels[at : at + size]) for at in range(0, len(pixels), size)]
    return {name: np.concatenate([each[name] for each in seen]) for name in senses.dimensions}


def rows(backbone: Backbone, pixels: Pixels, weights: dict[str, float]) -> Iterator[tuple[str, Likenesses]]:
    """Likenesses ``[n, n]`` by the name of the space that gives them."""
    raw = torch.cat([backbone.raw(pixels[at : at + 32]).cpu() for at in range(0, len(pixels), 32)])
    yield "raw features", cosine(raw.numpy())
    senses = fit(backbone, pixels)
    found = {name: cosine(vectors) for name, vectors in look_at(senses, pixels).items()}
    yield from found.items()
    mix = combine(found, weights, senses.spreads)
    yield "mix", mix
    yield "mix, local scaling", local_scaling(mix)
    yield "mix, reciprocal", reciprocal(mix)
    blind = untrained(backbone.name, device=backbone.plan.device)
    unseen = fit(blind, pixels)
    without = {name: cosine(vectors) for name, vectors in look_at(unseen, pixels).items()}
    yield "control: untrained style", without["style"]
    yield "control: untrained mix", combine(without, weights, unseen.spreads)


def combine(found: dict[str, Likenesses], weights: dict[str, float], spreads: dict[str, Spread]) -> Likenesses:
    return np.asarray(mixed({name: each.astype(np.float64) for name, each in found.items()}, weights, spreads), "f4")


def cosine(vectors: npt.NDArray[np.float32]) -> Likenesses:
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return np.asarray(unit @ unit.T, np.float32)


def evaluate(
    backbone: Backbone,
    pictures: Sequence[Picture],
    pixels: Pixels,
    say: Callable[[str], None],
    *,
    weights: dict[str, float] | None = None,
    hand: Callable[[npt.NDArray[np.int64]], Likenesses] | None = None,
) -> dict[tuple[str, str], Retrieval]:
    """Print, and return by space and question, how well each space finds its like.

    ``pixels uint8 [n, 3, input_px, input_px]``. Near-duplicates of a query are left out of its gallery.
    ``hand``: likenesses ``[n, n]`` by the works' numbers (``ml.similarity.hand``); without it that sense is left out, and said.
    """
    if pixels.shape[2] != RECIPES[backbone.name].input_px:
        raise ValueError(f"{backbone.name} looks at {RECIPES[backbone.name].input_px} pixels.")
    works, asked, figures = same_work_groups(pixels), questions(pictures), {}
    say(f"{len(pictures)} pictures of {works.max() + 1} works, {backbone.name} ({backbone.provenance.source})")
    say(HEAD)
    spaces: Iterable[tuple[str, Likenesses]] = rows(backbone, pixels, weights or dict(ALL_ROUND))
    if hand is None:
        say("hand is left out: name a model of hands to learn it by folds on that model's network (--hand FOLDER).")
    else:
        spaces = itertools.chain(spaces, [("hand, learned by folds", hand(works))])
    for space, scores in spaces:
        for question in asked:
            figure = retrieval(scores, question.labels, works=works, sources=question.sources)
            figures[space, question.name] = figure
            shares = " ".join(f"{share:5.3f}" for share in figure.recall)
            say(f"{space:<28} {question.name:<22} {figure.queries:>7}  {shares} {figure.mean_average_precision:6.3f}")
    return figures
