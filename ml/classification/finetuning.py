"""Training end to end: the trunk moves too, from given weights or from nothing. For a GPU, or a small trunk and patience.

What comes out is a ``Classifier`` like that of a frozen trunk: the heads' weights are those of the network, their temperature
and the limit of what is familiar are measured on works that it did not see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from ml.backbone import RECIPES, build
from ml.backbone.features import FeatureNet
from ml.backbone.interface import Provenance
from ml.classification import measuring
from ml.classification.features import features_of_all
from ml.classification.heads import Features, Head, Scaling, fit_head, fit_scaling, fit_temperature, softmax
from ml.classification.labels import Question
from ml.classification.model import Classifier
from ml.classification.network import MultiTask, logits_of, masked_loss
from ml.classification.refusing import Familiarity, fit_familiarity, limited
from ml.images import Pixels
from ml.reporter import Reporter
from ml.splits import folds
from ml.surfaces import fit_surfaces, surfaces_of
from ml.training import Outcome, Schedule, Turn, run
from ml.training.loading import Feed, Load

WHOLE = (1.0,)
TRUNK_RATE = 0.1
HELD_PART = 5


@dataclass(frozen=True)
class Settings:
    """``trunk_rate``: the trunk's learning rate over the heads': 0 leaves it frozen, 1 suits one that begins from nothing."""

    schedule: Schedule = field(
        default_factory=lambda: Schedule(
            steps=600,
            learning_rate=1e-3,
            weight_decay=1e-2,
            batch=32,
            clip_norm=1.0,
            ema=0.99,
            check_every=50,
            patience=5,
            save_every=50,
        )
    )
    trunk_rate: float = TRUNK_RATE


@dataclass(frozen=True)
class Lesson:
    """Pictures to learn from: ``plain`` ``uint8 [n, 3, side, side]``; ``varied(index, random)`` gives one, varied."""

    plain: Pixels
    varied: Load
    asked: Sequence[Question]
    groups: npt.NDArray[np.int64]


def fine_tune(
    name: str,
    trunk: nn.Sequential,
    lesson: Lesson,
    settings: Settings,
    reporter: Reporter,
    *,
    folder: Path | None = None,
    phase: str = "",
    manifest: dict[str, Any] | None = None,
) -> tuple[Classifier, Outcome]:
    """Train the trunk ``name`` and its heads; resumes from ``folder``.

    A fifth of the works is held out: by their mean accuracy over the questions the best weights are kept. A trunk with
    weights begins with heads that were fitted to it as it came, so that they do not shake it. Raises as ``ml.training.run``.
    """
    from_nothing = settings.trunk_rate >= 1
    dealt = folds(lesson.groups, lesson.asked[0].targets.tolist(), count=HELD_PART)
    seen, held = np.flatnonzero(dealt != 0), np.flatnonzero(dealt == 0)
    torch.manual_seed(settings.schedule.seed)
    features = look(name, trunk, lesson.plain[seen], settings.schedule.device, reporter)
    scaling = fit_scaling(features)
    begun = [
        begin(part_of(question, seen), scaling(features), lesson.groups[seen], from_nothing)
        for question in lesson.asked
    ]
    priors = {head.name: head.log_prior for head in begun}
    starting = {head.name: (head.weight, head.bias - head.log_prior) for head in begun}
    model = MultiTask(FeatureNet(trunk, RECIPES[name]), scaling, starting, still=not from_nothing)
    feed = Feed(len(seen), lambda index, random: lesson.varied(int(seen[index]), random), batch=settings.schedule.batch)
    turn = Turn("model", model, loss_on(model, lesson.asked, seen, priors), {"features.": settings.trunk_rate})
    held_questions = [part_of(question, held) for question in lesson.asked]
    figure = accuracy_on(model, lesson.plain[held], held_questions, priors)
    outcome = run([turn], feed, settings.schedule, reporter, folder=folder, phase=phase, validate=figure)
    model.cpu()
    found = {key: logits + priors[key] for key, logits in logits_of(model, lesson.plain[held]).items()}
    heads = [settle(model, head, found[head.name], held_questions[place]) for place, head in enumerate(begun)]
    told = {"how": "end to end", "held_out": held_figures(held_questions, heads, found), **(manifest or {})}
    backbone = build(name, model.features.trunk, Provenance("trained", str(len(seen))), device=settings.schedule.device)
    known = familiarity_of(
        name, model.features.trunk, lesson.plain, seen, held, scaling, settings.schedule.device, reporter
    )
    surfaces = fit_surfaces(surfaces_of(lesson.plain))
    return Classifier(backbone, scaling, tuple(heads), known, told, WHOLE, surfaces), outcome


def look(name: str, trunk: nn.Sequential, pictures: Pixels, device: str, reporter: Reporter) -> Features:
    # A copy: what only looks may be put into another number type.
    backbone = build(name, deepcopy(trunk), Provenance("trained"), device=device)
    size = backbone.plan.batch_size
    batches = (pictures[at : at + size] for at in range(0, len(pictures), size))
    return features_of_all(backbone, batches, len(pictures), reporter, scales=WHOLE)


def part_of(question: Question, chosen: npt.NDArray[np.int64]) -> Question:
    return replace(question, targets=question.targets[chosen])


def begin(question: Question, scaled: Features, groups: npt.NDArray[np.int64], from_nothing: bool) -> Head:
    """A head fitted to the trunk as it is; one that knows only the prior where the trunk knows nothing."""
    fitted = fit_head(question, scaled, groups)
    return replace(fitted, weight=fitted.weight * 0, bias=fitted.log_prior) if from_nothing else fitted


def loss_on(
    model: MultiTask, asked: Sequence[Question], seen: npt.NDArray[np.int64], priors: Mapping[str, Features]
) -> Callable[[tuple[Tensor, Tensor], torch.Generator], Tensor]:
    targets = {question.name: torch.from_numpy(question.targets[seen]) for question in asked}
    raised = {name: torch.from_numpy(prior) for name, prior in priors.items()}

    def loss(batch: tuple[Tensor, Tensor], _random: torch.Generator) -> Tensor:
        indices, pictures = batch
        chosen = {name: values.to(indices.device)[indices] for name, values in targets.items()}
        return masked_loss(model(pictures), chosen, {name: value.to(indices.device) for name, value in raised.items()})

    return loss


def accuracy_on(
    model: MultiTask, pictures: Pixels, asked: Sequence[Question], priors: Mapping[str, Features]
) -> Callable[[], float]:
    """A validation figure: the mean over questions of the share of first answers that are right."""

    def figure() -> float:
        found = logits_of(model, pictures)
        right = [
            ((found[each.name] + priors[each.name]).argmax(axis=1) == each.targets)[each.is_said].mean()
            for each in asked
            if each.is_said.any()
        ]
        return float(np.mean(right))

    return figure


def settle(model: MultiTask, head: Head, logits: Features, question: Question) -> Head:
    """The trained head as it is used: with the prior, and the temperature that fits held-out works."""
    weight, bias = (part.detach().cpu().numpy() for part in model.heads[head.name].parameters())
    said = question.is_said
    temperature = fit_temperature(logits[said].astype(np.float64), question.targets[said]) if said.any() else 1.0
    return replace(head, weight=weight, bias=bias + head.log_prior, temperature=temperature)


def held_figures(asked: Sequence[Question], heads: Sequence[Head], found: Mapping[str, Features]) -> dict[str, Any]:
    """Figures on the held-out works. The temperature was fitted on the same, so calibration looks a little too good."""
    told = {}
    for question, head in zip(asked, heads, strict=True):
        if (said := question.is_said).any():
            probabilities = softmax(found[head.name][said] / head.temperature)
            told[head.name] = measuring.figures(probabilities, question.targets[said])
    return told


def familiarity_of(
    name: str, trunk: nn.Sequential, plain: Pixels, seen: npt.NDArray[np.int64], held: npt.NDArray[np.int64],
    scaling: Scaling, device: str, reporter: Reporter,
) -> Familiarity:  # fmt: skip
    """Fitted on the pictures learned from, its limit by the others."""
    scaled = scaling(look(name, trunk, plain, device, reporter))
    return limited(fit_familiarity(scaled[seen]), scaled[held])
