"""What the active model expects experts to say of works that it did not learn from; written once, read by pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from analysis.appraisal.models import Appraisal, Criterion, Prediction
from analysis.appraisal.training import KIND, prediction
from analysis.registry.models import ModelVersion
from analysis.registry.queries import active_version, artefact_path

if TYPE_CHECKING:
    from ml.appraisal.ratings import RatingModel
    from ml.reporter import Reporter

BATCH = 500


def unforetold(version: ModelVersion, criterion: Criterion) -> QuerySet[Appraisal]:
    """Pictures measured by the version's own code of which it has said nothing by this criterion."""
    said = Prediction.objects.filter(model_version=version, criterion=criterion, appraisal=OuterRef("pk"))
    rows: QuerySet[Appraisal] = Appraisal.objects.taken().filter(~Exists(said), code_version=version.code_version)
    return rows.only("pk", "measures").order_by("pk")


def predict_missing(reporter: Reporter) -> int:
    """Foretell what the active version has not yet; returns how many predictions were made. Each batch is written by itself.

    Raises ``ml.reporter.Cancelled`` between batches when told to stop.
    """
    from ml.appraisal.ratings import RatingModel
    from ml.reporter import Cancelled

    version = active_version(KIND)
    if version is None:
        return 0
    made = 0
    criteria = Criterion.objects.filter(code__in=version.parameters.get("criteria", []))
    for criterion in (each for each in criteria if unforetold(version, each).exists()):
        model = RatingModel.load(artefact_path(version) / criterion.code)
        for rows in batches(version, criterion):
            write(version, criterion, model, rows)
            made += len(rows)
            reporter.progress(made, phase=_("foretelling experts' ratings"))
            if reporter.should_stop():
                raise Cancelled
    return made


def batches(version: ModelVersion, criterion: Criterion) -> Iterator[list[Appraisal]]:
    last = 0
    while rows := list(unforetold(version, criterion).filter(pk__gt=last)[:BATCH]):
        yield rows
        last = rows[-1].pk


@transaction.atomic
def write(version: ModelVersion, criterion: Criterion, model: RatingModel, rows: Sequence[Appraisal]) -> None:
    """Rows for those appraisals that are still there."""
    from ml.appraisal.ratings import Rated

    keys = [row.pk for row in rows]
    alive = set(
        Appraisal.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=keys)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    told = model.predict([Rated(row.measures) for row in rows])
    found = [
        prediction(version, row, criterion, each.value, model.reach)
        for row, each in zip(rows, told, strict=True)
        if row.pk in alive
    ]
    Prediction.objects.bulk_create(found, ignore_conflicts=True)
