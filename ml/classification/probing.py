"""Training on a frozen trunk: features once, heads in seconds. What a few hundred pictures and two cores allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.backbone import Backbone
from ml.classification.features import SCALES
from ml.classification.heads import Features, fit_head, fit_scaling
from ml.classification.labels import Question
from ml.classification.model import Classifier
from ml.classification.refusing import fit_familiarity
from ml.images import Pixels
from ml.reporter import Cancelled, Reporter
from ml.surfaces import fit_surfaces, surfaces_of

LEAST_PICTURES = 16


class TooLittle(ValueError):
    """There is not enough to learn from; the message says what is missing."""


def fit(
    backbone: Backbone,
    features: Features,
    asked: Sequence[Question],
    groups: npt.NDArray[np.int64],
    reporter: Reporter,
    *,
    manifest: dict[str, Any] | None = None,
    scales: tuple[float, ...] = SCALES,
    pixels: Pixels | None = None,
    phase: str = "",
) -> Classifier:
    """A classifier of ``features`` ``[n, d]`` as ``features_of(backbone, …, scales)`` gives them.

    ``pixels [n, 3, input_px, input_px]``: the same pictures, so that what is no artwork is refused by its surface as well.
    Raises ``TooLittle`` where no question can be learned and ``Cancelled`` when told to stop.
    """
    if len(features) < LEAST_PICTURES or not asked:
        raise TooLittle("No question has two answers with enough works each to learn from.")
    scaling = fit_scaling(features)
    scaled, heads = scaling(features), []
    for number, question in enumerate(asked):
        if reporter.should_stop():
            raise Cancelled
        heads.append(fit_head(question, scaled, groups))
        reporter.progress(number + 1, len(asked), phase=phase)
    facts = {"network": backbone.name, "weights": asdict(backbone.provenance), "pictures": len(features)}
    told = {each.name: {"answers": len(each.answers), "pictures": int(each.is_said.sum())} for each in asked}
    return Classifier(
        backbone,
        scaling,
        tuple(heads),
        fit_familiarity(scaled),
        {**facts, "questions": told, **(manifest or {})},
        scales,
        None if pixels is None else fit_surfaces(surfaces_of(pixels)),
    )
