"""What scores mean: probabilities of one work, one hand, one style, fitted on this catalogue and kept in the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext as _

from analysis.registry.models import ModelVersion
from analysis.registry.services import prune, register_version
from analysis.similarity.calibrated import KEY, KIND, SAME_HAND, SAME_STYLE, SAME_WORK
from analysis.similarity.embedding import sample_pixels
from analysis.similarity.models import Embedding
from analysis.similarity.queries import Space
from analysis.similarity.senses import SENSES
from artmarket.core.attribution import Attribution
from ml.similarity.calibrating import Calibration, TooFewPairs, fit

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ml.reporter import Reporter
    from ml.similarity.pairs import Pairs

MOST_WORKS, PHOTOGRAPHS, SIDE_PX = 3_000, 200, 256


def is_current(space: Space) -> bool:
    """Whether the probabilities were fitted after the space was begun."""
    return ModelVersion.objects.filter(
        kind=KIND, scope=SAME_WORK, is_active=True, created_at__gte=space.record.created_at
    ).exists()


def calibrate(spaces: Mapping[str, Space], reporter: Reporter, *, job_id: UUID | None = None) -> list[str]:
    """Fit what can be fitted; returns the questions that were. What has too few pairs is said in the log and left."""
    fitted = []
    for question, pairs in (
        (SAME_WORK, photograph_pairs()),
        (SAME_HAND, labelled_pairs(spaces, "hand")),
        (SAME_STYLE, labelled_pairs(spaces, "style")),
    ):
        try:
            if pairs is None:
                raise TooFewPairs(_("no pictures"))
            calibration, figures = fit(pairs.names, pairs.table, pairs.same, pairs.groups)
        except TooFewPairs as error:
            reporter.log(_("{question} is not calibrated: {reason}.").format(question=question, reason=error))
            continue
        register(question, calibration, asdict(figures), job_id)
        fitted.append(question)
    cache.delete(KEY)
    return fitted


def register(question: str, calibration: Calibration, figures: Mapping[str, Any], job_id: UUID | None) -> None:
    register_version(
        kind=KIND,
        scope=question,
        name=_("logistic regression"),
        parameters=calibration.as_json(),
        figures=figures,
        card={"purpose": _("Turns how alike two pictures are into a probability; measured on pairs held out.")},
        job_id=job_id,
        make_active=True,
    )
    prune(kind=KIND, scope=question)


def photograph_pairs() -> Pairs | None:
    """Pictures here beside other photographs of them, made by hand, and beside their nearest other work."""
    import numpy as np

    from ml.similarity.colour import small_oklab
    from ml.similarity.composition import composition_features
    from ml.similarity.pairs import photographs

    pixels = sample_pixels(PHOTOGRAPHS, SIDE_PX)
    if pixels is None or len(pixels) < 2:
        return None
    import torch

    looks = composition_features(small_oklab(torch.from_numpy(pixels) / 255)).numpy()
    likeness = looks @ looks.T
    np.fill_diagonal(likeness, -np.inf)
    return photographs(pixels, likeness.argmax(axis=1))


def labelled_pairs(spaces: Mapping[str, Space], label: str) -> Pairs:
    """Works plainly by an artist, or of a stated style, as pairs."""
    from ml.similarity.pairs import neighbours

    vectors, labels, works = labelled_vectors({n: s for n, s in spaces.items() if n in SENSES}, label)
    return neighbours(vectors, {name: space.spread for name, space in spaces.items()}, labels, works)


def labelled_vectors(
    spaces: Mapping[str, Space], label: str
) -> tuple[dict[str, npt.NDArray[np.float32]], Sequence[str], npt.NDArray[np.int64]]:
    """Vectors by sense, labels and works of at most 3,000 primary pictures whose label is known."""
    import numpy as np

    first = next(iter(spaces.values()))
    rows = Embedding.objects.filter(space=first.record, image__is_primary=True)
    rows = (
        rows.filter(image__artwork__artist__isnull=False) if label == "hand" else rows.exclude(image__artwork__style="")
    )
    if label == "hand":
        rows = rows.filter(image__artwork__attribution=Attribution.BY)
    column = "image__artwork__artist_id" if label == "hand" else "image__artwork__style"
    known = list(rows.order_by("image_id").values_list("image_id", "image__artwork_id", column))
    known = known[:: max(1, -(-len(known) // MOST_WORKS))]
    keys = [image for image, _work, _label in known]
    vectors = {}
    for name, space in spaces.items():
        found = dict(Embedding.objects.filter(space=space.record, image_id__in=keys).values_list("image_id", "vector"))
        blank = [0.0] * space.record.dimensions
        rows_of_space = [found.get(key, blank) for key in keys]
        vectors[name] = np.array(rows_of_space, np.float32).reshape(-1, space.record.dimensions)
    return vectors, [str(each[2]) for each in known], np.array([work for _image, work, _label in known], np.int64)
