"""Looking at works that lack a field, and keeping what the model says of them as suggestions."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from analysis.classification.fields import KEPT, Field, is_filled, known_fields
from analysis.classification.models import Reading, Suggestion
from analysis.registry import queries as registry
from analysis.registry.models import ModelVersion
from analysis.similarity.pictures import pixels_ahead
from artmarket.catalogue.models import Artwork, ArtworkImage

if TYPE_CHECKING:
    from ml.classification import Classifier
    from ml.classification import Reading as Told
    from ml.images import Pixels
    from ml.reporter import Reporter

LEAST_PROBABILITY = 0.5
OTHERS = 3
PAGE = 500
_lock = threading.Lock()
_loaded: dict[int, Classifier] = {}


@dataclass
class Tally:
    """What a run of readings did."""

    read: int = 0
    abstained: int = 0
    suggested: int = 0
    unreadable: int = 0

    def as_result(self) -> dict[str, Any]:
        return vars(self)


def load_classifier(version: ModelVersion) -> Classifier:
    """The version's model, kept in this process; its files are checked against their checksum."""
    from ml.classification import load

    with _lock:
        if version.pk not in _loaded:
            _loaded.clear()
            _loaded[version.pk] = load(registry.artefact_path(version), device=settings.ML_DEVICE)
        return _loaded[version.pk]


def lacking(version: ModelVersion) -> Q:
    """Condition on pictures: the work leaves a field empty of which the model knows something."""
    found = Q(pk__in=[])
    for field in known_fields(version):
        found |= KEPT[field].is_empty
    return found


def unread(version: ModelVersion, image_ids: Collection[int] | None = None) -> QuerySet[ArtworkImage]:
    """Primary pictures of works that lack a field and that this version has not looked at, all or among those given."""
    seen = Reading.objects.filter(artwork=OuterRef("artwork"), model_version=version, input_sha256=OuterRef("sha256"))
    rows = ArtworkImage.objects.filter(lacking(version), ~Exists(seen), is_primary=True).order_by("pk")
    return rows if image_ids is None else rows.filter(pk__in=image_ids)


def read_missing(version: ModelVersion, reporter: Reporter, image_ids: Collection[int] | None = None) -> Tally:
    """Look at what was not looked at yet. Each batch is kept by itself, so a stopped run goes on where it ended.

    Raises ``ml.reporter.Cancelled`` between batches when told to stop.
    """
    from ml.reporter import Cancelled

    classifier, tally = load_classifier(version), Tally()
    total, size = unread(version, image_ids).count(), classifier.backbone.plan.batch_size
    loaded = pixels_ahead(pages(version, image_ids), classifier.backbone.input_px, ahead=3 * size)
    while batch := list(islice(loaded, size)):
        if reporter.should_stop():
            raise Cancelled
        keep(version, classifier, batch, tally)
        reporter.progress(min(total, tally.read + tally.unreadable), total, phase=_("looking at works"))
    return tally


def pages(version: ModelVersion, image_ids: Collection[int] | None) -> Iterator[ArtworkImage]:
    last = 0
    rows = unread(version, image_ids).select_related("artwork")
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        yield from page
        last = page[-1].pk


def keep(
    version: ModelVersion, classifier: Classifier, batch: Sequence[tuple[ArtworkImage, Pixels | None]], tally: Tally
) -> None:
    """Read a batch and keep its readings and suggestions; open suggestions of earlier models give way."""
    import numpy as np

    shown = [(image, pixels) for image, pixels in batch if pixels is not None]
    tally.unreadable += len(batch) - len(shown)
    if not shown:
        return
    told = classifier.read(np.stack([pixels for _image, pixels in shown]))
    told = [refused_by_size(image) or each for (image, _pixels), each in zip(shown, told, strict=True)]
    works = [image.artwork for image, _pixels in shown]
    with transaction.atomic():
        Reading.objects.filter(artwork__in=works).delete()
        Suggestion.objects.filter(artwork__in=works, state=Suggestion.State.OPEN).delete()
        Reading.objects.bulk_create(
            [reading_of(version, image, each) for (image, _pixels), each in zip(shown, told, strict=True)]
        )
        made = [one for work, each in zip(works, told, strict=True) for one in suggestions_of(version, work, each)]
        # What a person has decided of the same value stays as it is.
        Suggestion.objects.bulk_create(made, ignore_conflicts=True)
    tally.read += len(shown)
    tally.abstained += sum(1 for each in told if each.abstained)
    tally.suggested += len(made)


def refused_by_size(image: ArtworkImage) -> Told | None:
    """The model sees a square; that the file is tiny or a strip only its record tells."""
    from ml.classification import Reading as Told
    from ml.refusals import refused_by_shape

    reason = refused_by_shape(image.width_px, image.height_px)
    return Told((), reason) if reason else None


def reading_of(version: ModelVersion, image: ArtworkImage, told: Told) -> Reading:
    return Reading(
        artwork_id=image.artwork_id,
        model_version=version,
        input_sha256=image.sha256,
        abstained=told.abstained,
        distance=told.distance,
    )


def suggestions_of(version: ModelVersion, work: Artwork, told: Told) -> list[Suggestion]:
    """One for each empty field whose likeliest answer is likelier than not."""
    found = []
    for answer in told.answers:
        first, *rest = answer.choices
        is_asked = answer.question in Field.values and not is_filled(work, answer.question)
        if is_asked and first.probability >= LEAST_PROBABILITY:
            others = [{"answer": each.answer, "probability": round(each.probability, 4)} for each in rest[:OTHERS]]
            found.append(
                Suggestion(
                    artwork=work,
                    model_version=version,
                    field=answer.question,
                    value=first.answer,
                    probability=min(1.0, first.probability),
                    others=others,
                )
            )
    return found
