"""Learning to foretell experts' ratings from what was measured, and keeping the models as one version with its card."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Avg, Count
from django.utils.translation import gettext as _

from analysis.appraisal.appraising import code_version
from analysis.appraisal.criteria import HIGHEST, LOWEST
from analysis.appraisal.models import Appraisal, Criterion, Prediction, Rating
from analysis.registry.models import ModelVersion
from analysis.registry.queries import active_version
from analysis.registry.services import prune, register_version

if TYPE_CHECKING:
    from ml.appraisal.ratings import RatingModel
    from ml.reporter import Reporter

KIND = "appraisal"
FEWEST_RATED = 30
SCALE, LEVEL, SEED = (float(LOWEST), float(HIGHEST)), 0.8, 1


class TooFewRated(ValueError):
    """Too few works were rated by any criterion; the message says how many there are and how many it takes."""


@dataclass(frozen=True)
class Lesson:
    """A criterion's rated public works: appraisals, the experts' means, and how many raters stand behind each."""

    criterion: Criterion
    appraisals: Sequence[Appraisal]
    means: Sequence[float]
    raters: Sequence[int]

    @property
    def groups(self) -> list[int]:
        """Works of one artist are kept on one side of every split, so that the error is that on artists not yet seen."""
        return [row.image.artwork.artist_id or -row.image.artwork_id for row in self.appraisals]


def lessons() -> list[Lesson]:
    """What there is to learn from: public works with a measured picture. Three queries."""
    rated = Rating.objects.filter(withdrawn_at=None, artwork__visibility="public").values("criterion", "artwork")
    means = {(row["criterion"], row["artwork"]): row for row in rated.annotate(mean=Avg("score"), raters=Count("pk"))}
    rows = Appraisal.objects.taken().filter(
        code_version=code_version(), image__artwork__in={work for _c, work in means}
    )
    known = {
        row.image.artwork_id: row for row in rows.select_related("image__artwork").defer("overlays").order_by("pk")
    }
    found = []
    for criterion in Criterion.objects.asked():
        works = sorted(work for key, work in means if key == criterion.pk and work in known)
        told = [means[criterion.pk, work] for work in works]
        found.append(
            Lesson(
                criterion,
                [known[work] for work in works],
                [row["mean"] for row in told],
                [row["raters"] for row in told],
            )
        )
    return found


def fingerprint(taught: Sequence[Lesson]) -> str:
    """SHA-256 over all that is learned from."""
    digest = sha256(code_version().encode())
    for lesson in taught:
        rows = zip(lesson.appraisals, lesson.means, lesson.raters, strict=True)
        digest.update(
            repr((lesson.criterion.code, [(row.image_id, mean, count) for row, mean, count in rows])).encode()
        )
    return digest.hexdigest()


def train_ratings(*, reporter: Reporter, job_id: UUID | None = None) -> dict[str, Any]:
    """Train each criterion that enough works were rated by, keep the models as one version, let it answer.

    Nothing is done where nothing changed since the active version. Raises ``TooFewRated`` where no criterion has enough,
    ``ml.reporter.Cancelled`` when told to stop.
    """
    from ml.reporter import Cancelled

    taught = lessons()
    mark, active = fingerprint(taught), active_version(KIND)
    if active is not None and active.data_fingerprint == mark:
        return {"unchanged": active.pk}
    models: dict[str, RatingModel] = {}
    refused: dict[str, str] = {}
    for number, lesson in enumerate(taught):
        if reporter.should_stop():
            raise Cancelled
        reporter.progress(number, len(taught), phase=_("learning how experts rate"))
        learn(lesson, models, refused)
    if not models:
        raise TooFewRated(" ".join(f"{name}: {reason}" for name, reason in refused.items()))
    version = keep([each for each in taught if each.criterion.code in models], models, refused, mark, job_id)
    return {"model": version.pk, "refused": refused}


def learn(lesson: Lesson, models: dict[str, RatingModel], refused: dict[str, str]) -> None:
    """Add the criterion's model, or why there is none."""
    from ml.appraisal import ratings

    works = [ratings.Rated(row.measures) for row in lesson.appraisals]
    code, told = lesson.criterion.code, {"count": len(works), "fewest": FEWEST_RATED}
    try:
        models[code] = ratings.train(
            code,
            works,
            lesson.means,
            scale=SCALE,
            groups=lesson.groups,
            level=LEVEL,
            minimum=FEWEST_RATED,
            seed=SEED,
        )
    except ratings.TooFewRated:
        refused[code] = _("%(count)d rated works are too few to learn from; it takes %(fewest)d.") % told
    except ValueError:
        refused[code] = _("All works were rated alike; there is nothing to learn.")


def keep(
    taught: Sequence[Lesson],
    models: Mapping[str, RatingModel],
    refused: Mapping[str, str],
    mark: str,
    job_id: UUID | None,
) -> ModelVersion:
    """Register the version and write what it expects of the works that it learned from, each held out."""
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        for code, model in models.items():
            model.save(Path(name) / code)
        version = register_version(
            kind=KIND,
            name=_("Experts' ratings"),
            folder=Path(name),
            parameters={"criteria": sorted(models), "level": LEVEL, "seed": SEED, "measures": code_version()},
            figures={code: dict(model.figures) | {"works": model.works} for code, model in models.items()},
            card=card(taught, models, refused),
            data_fingerprint=mark,
            code_version=code_version(),
            job_id=job_id,
            make_active=True,
        )
        Prediction.objects.exclude(model_version=version).delete()
        for lesson in taught:
            Prediction.objects.bulk_create(
                held_out_rows(lesson, models[lesson.criterion.code], version), batch_size=2_000
            )
    prune(kind=KIND)
    return version


def held_out_rows(lesson: Lesson, model: RatingModel, version: ModelVersion) -> list[Prediction]:
    """Each rated work as a model foretells it that saw neither it nor its artist, with the reach of the other folds."""
    import numpy as np

    from ml.appraisal.holding_out import dealt, held_out, quantile
    from ml.appraisal.ratings import Rated

    works, target = [Rated(row.measures) for row in lesson.appraisals], np.asarray(lesson.means, np.float64)
    fold = dealt(lesson.groups, SEED)
    values = held_out(model.method, works, target, fold, SEED)
    errors = np.abs(values - target)
    reach = {number: quantile(errors[fold != number], LEVEL) for number in np.unique(fold)}
    return [
        prediction(version, row, lesson.criterion, float(value), reach[number], is_held_out=True)
        for row, value, number in zip(lesson.appraisals, values, fold, strict=True)
    ]


def prediction(
    version: ModelVersion,
    row: Appraisal,
    criterion: Criterion,
    value: float,
    reach: float,
    *,
    is_held_out: bool = False,
) -> Prediction:
    """An unsaved row within the scale."""
    low, high = SCALE
    middle = min(max(value, low), high)
    return Prediction(
        model_version=version,
        appraisal=row,
        criterion=criterion,
        low=max(low, middle - reach),
        middle=middle,
        high=min(high, middle + reach),
        is_held_out=is_held_out,
    )


def card(taught: Sequence[Lesson], models: Mapping[str, RatingModel], refused: Mapping[str, str]) -> dict[str, Any]:
    """What the version is for, what it learned from, and what it does not know."""
    return {
        "purpose": _(
            "Foretells how experts would rate a work by each criterion, from what was measured of its picture."
        ),
        "data": [
            {
                "criterion": lesson.criterion.code,
                "works": len(lesson.appraisals),
                "ratings": sum(lesson.raters),
                "artists": len(set(lesson.groups)),
                "method": models[lesson.criterion.code].method,
            }
            for lesson in taught
        ],
        "parts": [part(lesson.criterion.code, models[lesson.criterion.code].figures) for lesson in taught],
        "left out": dict(refused),
        "split": _(
            "Ten folds, all works of an artist in one: the error is that on artists whose works were not rated. The interval "
            "holds eight in ten held-out works of the other folds."
        ),
        "limits": [
            _("Public works only. It sees the picture alone: no date, no name, no history, no original."),
            _("It foretells opinions; it judges nothing, and no figure sums a work up."),
        ],
    }


def part(code: str, figures: Mapping[str, float]) -> dict[str, Any]:
    """One criterion's figures beside saying the mean of all others' works."""
    own = {name: round(value, 3) for name, value in figures.items() if name not in {"mae_mean", "skill"}}
    return {
        "name": code,
        "figures": own,
        "controls": [{"name": _("always the mean"), "mae": round(figures["mae_mean"], 3)}],
    }
