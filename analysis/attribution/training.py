"""Learning to tell hands apart from the works on record, and keeping the model with its card."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from analysis.attribution.attributors import KIND, Pixels, pixels_of
from analysis.attribution.naming import Hand
from analysis.registry import queries as registry
from analysis.registry.models import ModelVersion
from analysis.registry.services import prune, register_version
from analysis.similarity import backbones
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.attribution import Attribution

if TYPE_CHECKING:
    from ml.attribution import Settings, TrainingPicture
    from ml.backbone import Backbone
    from ml.reporter import Reporter

FEWEST_WORKS = 5
FEWEST_HANDS = 2
BLURRED = (Attribution.ATTRIBUTED_TO,)  # neither the own hand nor another: nothing to learn from


class TooFewWorks(RuntimeError):
    """Too few works by too few hands are on record to learn from."""


@dataclass(frozen=True)
class Gathered:
    """The pictures to learn from, and how many works each hand and qualifier gives."""

    images: Sequence[ArtworkImage]
    works: Counter[tuple[int, str]]

    @property
    def learned(self) -> int:
        """Artists with enough works of their own hand."""
        return sum(each[1] == Attribution.BY and works >= FEWEST_WORKS for each, works in self.works.items())

    @property
    def fingerprint(self) -> str:
        """SHA-256 over which pictures are learned as whose, in order of their keys."""
        lines = [f"{each.artwork.artist_id}:{each.artwork.attribution}:{each.sha256}" for each in self.images]
        return sha256("\n".join(lines).encode()).hexdigest()


def gather() -> Gathered:
    """Primary pictures of public works that bear the name of a public artist.

    Works under a qualifier are what they are, other hands in that artist's manner; where there are enough of them they are
    a class of their own, else they teach what a stranger looks like, as do works by artists of few works. Works of no
    artist are left out: they may be by anybody. So are private ones: whoever may ask the model could else learn of them.
    """
    public = {"artwork__visibility": Visibility.PUBLIC, "artwork__artist__visibility": Visibility.PUBLIC}
    rows = ArtworkImage.objects.filter(is_primary=True, **public).exclude(artwork__attribution__in=BLURRED)
    images = list(rows.select_related("artwork").defer("artwork__search", "artwork__area_cm2").order_by("pk"))
    return Gathered(images, Counter((each.artwork.artist_id or 0, each.artwork.attribution) for each in images))


def pictures_of(gathered: Gathered, side_px: int) -> list[TrainingPicture]:
    """As the model takes them; ``source`` is whose photograph it is, ``group`` the work."""
    from ml.attribution import TrainingPicture

    return [
        TrainingPicture(
            key=f"{image.pk}:{image.sha256}",
            artist=str(image.artwork.artist_id),
            qualifier="" if image.artwork.attribution == Attribution.BY else image.artwork.attribution,
            source=image.credit or str(image.artwork.organisation_id or ""),
            group=image.artwork_id,
            load=partial(loaded, image, side_px),
        )
        for image in gathered.images
    ]


def loaded(image: ArtworkImage, side_px: int) -> Pixels:
    """Raises ``ml.images.UnreadablePicture`` where nothing of the picture can be read."""
    from ml.images import UnreadablePicture

    try:
        return pixels_of(image, side_px)
    except (OSError, ValueError) as error:
        raise UnreadablePicture(str(error)) from error


def needed_backbone(reporter: Reporter, job_id: UUID | None) -> tuple[ModelVersion, Backbone]:
    """The network that sees for this site; made where there is none yet."""
    from ml.backbone import load

    version = registry.active_version(backbones.KIND) or backbones.make_version(reporter, job_id=job_id)
    return version, load(registry.artefact_path(version), device=settings.ML_DEVICE)


def train_attributor(*, reporter: Reporter, job_id: UUID | None = None, lesson: Settings | None = None) -> ModelVersion:
    """Train on what is on record, keep the model, and let it answer. Stored opinions stay what they are.

    A stopped training goes on with the pictures that it has looked at. Raises ``TooFewWorks``, ``ml.reporter.Cancelled``.
    """
    from ml.attribution import TooFewPictures, train

    gathered = gather()
    if gathered.learned < FEWEST_HANDS:
        raise TooFewWorks(
            _("At least two public artists with %(works)d public works of their own hand are needed, with pictures.")
            % {"works": FEWEST_WORKS}
        )
    reporter.log(_("{works} works, {artists} hands").format(works=len(gathered.images), artists=gathered.learned))
    seeing, backbone = needed_backbone(reporter, job_id)
    seen = Path(settings.MODELS_DIR) / KIND / f".seen-{gathered.fingerprint[:12]}-{seeing.pk}"
    seen.mkdir(parents=True, exist_ok=True)
    try:
        trained = train(
            pictures_of(gathered, 2 * backbone.input_px), backbone, reporter, checkpoint=seen, settings=lesson
        )
    except TooFewPictures as error:
        raise TooFewWorks(str(error)) from error
    with tempfile.TemporaryDirectory() as folder:
        trained.save(Path(folder))
        artists = [str(Hand.parse(key)) for key in trained.attributor.artists]
        version = register_version(
            kind=KIND,
            name=_("Hands"),
            folder=Path(folder),
            parameters={"artists": artists, "backbone": seeing.pk, "network": seeing.name},
            figures=finite(trained.figures),
            card=card_of(gathered, finite(trained.card)),
            data_fingerprint=gathered.fingerprint,
            code_version=str(trained.figures.get("code_version", "")),
            job_id=job_id,
            make_active=True,
        )
    shutil.rmtree(seen, ignore_errors=True)
    prune(kind=KIND)
    return version


def card_of(gathered: Gathered, measured: Mapping[str, Any]) -> dict[str, Any]:
    """The library's card, and what only the site knows: whose pictures these were."""
    by_qualifier: Counter[str] = Counter()
    for (_artist, qualifier), works in gathered.works.items():
        by_qualifier[qualifier] += works
    data = {
        "works by qualifier": dict(by_qualifier.most_common()),
        "left out": _("private works; works of no artist; works “attributed to” an artist"),
    }
    known = measured.get("data")
    return {
        "purpose": _(
            "Says whose hand a picture may be, with “none of those known” as an answer, and tests single names."
        ),
        **measured,
        "data": (known if isinstance(known, dict) else {}) | data,
        "labels_are": "artists",
    }


def finite(value: Any) -> Any:
    """The same with None for what is no number, which JSON cannot say."""
    if isinstance(value, Mapping):
        return {name: finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
