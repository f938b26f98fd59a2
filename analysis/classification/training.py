"""Training the classifier on the catalogue's own pictures and words, and keeping it with its card."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from analysis.classification.gathering import LEAST_WORKS, Lessons, gather, what_is_missing
from analysis.registry.models import ModelVersion
from analysis.registry.queries import active_version, artefact_path
from analysis.registry.services import prune, register_version
from analysis.similarity.backbones import KIND as BACKBONE

if TYPE_CHECKING:
    from ml.backbone import Backbone
    from ml.classification import Classifier
    from ml.classification.features import Features
    from ml.reporter import Reporter

KIND = "classification"
FOLDS = 3
PURPOSE = gettext_lazy("Tells medium, support, genre, style and period of a picture where the record does not.")
LIMITS = gettext_lazy(
    "It knows only the answers that the catalogue had often enough, and pictures like those it learned from. A photograph "
    "shows paint badly: oil and acrylic can look alike. Probabilities hold for works like those of this catalogue."
)
NO_ARTWORKS = gettext_lazy(
    "A page of text, a chart, a code, noise: how often such constructed pictures are refused stands on this card, by kind. "
    "A photograph of something else may pass for a picture of a work."
)


class TooLittle(RuntimeError):
    """There is not enough to learn from; the message says what is missing."""


def train(*, reporter: Reporter, job_id: UUID | None = None) -> ModelVersion:
    """Train on the active backbone's features, measure by three folds over works, keep it, let it answer.

    Raises ``TooLittle``, and ``ml.reporter.Cancelled`` when told to stop.
    """
    from ml.backbone import load, untrained
    from ml.classification.labels import questions
    from ml.splits import same_work_groups

    seeing = active_version(BACKBONE)
    if seeing is None:
        raise TooLittle(_("There is no network that sees yet: embed the pictures first."))
    # In the form in which it will be asked: features of another number type are others.
    backbone = load(artefact_path(seeing), device=settings.ML_DEVICE)
    lessons = gather(backbone.input_px)
    if lessons is None:
        raise TooLittle(_("There are no public works with a picture yet."))
    groups = same_work_groups(lessons.pixels)
    asked = questions(lessons.said, groups, least=LEAST_WORKS)
    if not asked:
        raise TooLittle(what_is_missing(lessons.said))
    features = look(backbone, lessons, reporter, _("looking at pictures"))
    bare = look(
        untrained(backbone.name, device=settings.ML_DEVICE), lessons, reporter, _("the untrained network, to compare")
    )
    return keep(backbone, lessons, asked, groups, features, bare, reporter, job_id)


def look(backbone: Backbone, lessons: Lessons, reporter: Reporter, phase: str) -> Features:
    from ml.classification.features import features_of_all

    size, pixels = backbone.plan.batch_size, lessons.pixels
    batches: Iterator[Any] = (pixels[at : at + size] for at in range(0, len(pixels), size))
    return features_of_all(backbone, batches, len(pixels), reporter, phase=phase)


def keep(
    backbone: Backbone, lessons: Lessons, asked: Any, groups: Any, features: Features, bare: Features,
    reporter: Reporter, job_id: UUID | None,
) -> ModelVersion:  # fmt: skip
    from ml.classification.evaluating import evaluate
    from ml.classification.features import histogram
    from ml.classification.probing import fit
    from ml.valuation.versions import code_version

    controls = {_("untrained network"): bare, _("colour histogram"): histogram(lessons.pixels)}
    parts = evaluate(asked, features, controls, groups, reporter, count=FOLDS, phase=_("measuring on held-out works"))
    classifier = fit(backbone, features, asked, groups, reporter, pixels=lessons.pixels, phase=_("learning"))
    with tempfile.TemporaryDirectory() as folder:
        classifier.save(Path(folder))
        version = register_version(
            kind=KIND,
            name=_("Classifier on {network}").format(network=backbone.name),
            folder=Path(folder),
            parameters={"network": backbone.name, "source": backbone.provenance.source, "least_works": LEAST_WORKS}
            | {"questions": [question.name for question in asked]},
            figures={part["name"]: part["figures"] for part in parts},
            card=card_of(lessons, classifier, parts),
            data_fingerprint=fingerprint(lessons),
            code_version=code_version(),
            job_id=job_id,
            make_active=True,
        )
    prune(kind=KIND)
    return version


def card_of(lessons: Lessons, classifier: Classifier, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The model's card: ``docs/model-cards.md`` says its shape."""
    return {
        "purpose": str(PURPOSE),
        "data": {
            "public works with a picture": len(lessons.images),
            "answers": {head.name: len(head.answers) for head in classifier.heads},
            "works that say": {field: sum(1 for value in values if value) for field, values in lessons.said.items()},
        },
        "split": "three folds over works; near-duplicate pictures stay together; strength and temperature chosen within",
        "parts": parts,
        "limits": [str(LIMITS), str(NO_ARTWORKS)],
        "non_artworks_refused": no_artworks(classifier),
    }


def no_artworks(classifier: Classifier) -> dict[str, float]:
    """By kind, the share of constructed non-artworks of which the classifier says nothing."""
    from ml.nonartworks import refused

    return refused(lambda pixels: bool(classifier.read_picture(Image.fromarray(pixels)).abstained))


def fingerprint(lessons: Lessons) -> str:
    """SHA-256 over the pictures' checksums and what their works say."""
    digest = sha256()
    for place, image in enumerate(lessons.images):
        said = [lessons.said[field][place] for field in sorted(lessons.said)]
        digest.update(f"{image.sha256}{said}".encode())
    return digest.hexdigest()
