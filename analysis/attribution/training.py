"""Learning to tell hands apart from the works on record, and keeping the model with its card."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from analysis.attribution.attributors import KIND, pixels_of
from analysis.registry import queries as registry
from analysis.registry.models import ModelVersion
from analysis.registry.services import prune, register_version
from analysis.similarity import backbones
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import ArtworkImage
from artmarket.core.attribution import Attribution

if TYPE_CHECKING:
    from ml.attribution import TrainingPicture
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
    def artists(self) -> set[int]:
        return {artist for artist, _qualifier in self.works}

    @property
    def fingerprint(self) -> str:
        """SHA-256 over which pictures are learned as whose, in order of their keys."""
        lines = [f"{each.artwork.artist_id}:{each.artwork.attribution}:{each.sha256}" for each in self.images]
        return sha256("\n".join(lines).encode()).hexdigest()


def gather() -> Gathered:
    """Primary pictures of public works by public artists with five works or more by the own hand; works under other
    qualifiers of the same artists are what they are: followers' hands.

    Private works are left out: whoever may ask the model could else learn of them.
    """
    public = {"artwork__visibility": Visibility.PUBLIC, "artwork__artist__visibility": Visibility.PUBLIC}
    rows = ArtworkImage.objects.filter(is_primary=True, **public).exclude(artwork__attribution__in=BLURRED)
    images = list(rows.select_related("artwork").defer("artwork__search", "artwork__area_cm2").order_by("pk"))
    own = Counter(each.artwork.artist_id for each in images if each.artwork.attribution == Attribution.BY)
    learned = {artist for artist, works in own.items() if artist is not None and works >= FEWEST_WORKS}
    kept = [each for each in images if each.artwork.artist_id in learned]
    return Gathered(kept, Counter((each.artwork.artist_id or 0, each.artwork.attribution) for each in kept))


def pictures_of(gathered: Gathered) -> Iterator[TrainingPicture]:
    """As the model takes them; ``source`` is whose photograph it is, ``group`` the work."""
    from ml.attribution import TrainingPicture

    for image in gathered.images:
        work = image.artwork
        yield TrainingPicture(
            key=str(image.pk),
            artist=str(work.artist_id),
            qualifier=work.attribution,
            source=image.credit or str(work.organisation_id or ""),
            group=str(work.pk),
            load=partial(pixels_of, image),
        )


def needed_backbone(reporter: Reporter, job_id: UUID | None) -> tuple[ModelVersion, Backbone]:
    """The network that sees for this site; made where there is none yet."""
    version = registry.active_version(backbones.KIND) or backbones.make_version(reporter, job_id=job_id)
    return version, backbones.load_backbone(version, for_bulk=True)


def train_attributor(*, reporter: Reporter, job_id: UUID | None = None) -> ModelVersion:
    """Train on what is on record, keep the model, and let it answer. Stored opinions stay what they are.

    Raises ``TooFewWorks``, ``ml.reporter.Cancelled`` when told to stop.
    """
    from ml.attribution import train

    gathered = gather()
    if len(gathered.artists) < FEWEST_HANDS:
        raise TooFewWorks(
            _("At least two public artists with %(works)d public works of their own hand are needed, with pictures.")
            % {"works": FEWEST_WORKS}
        )
    reporter.log(
        _("{works} works by {artists} artists").format(works=len(gathered.images), artists=len(gathered.artists))
    )
    seeing, backbone = needed_backbone(reporter, job_id)
    trained = train(pictures_of(gathered), backbone, reporter)
    with tempfile.TemporaryDirectory() as folder:
        trained.save(Path(folder))
        version = register_version(
            kind=KIND,
            name=_("Hands"),
            folder=Path(folder),
            parameters={"artists": list(trained.attributor.artists), "backbone": seeing.pk, "network": seeing.name},
            figures=trained.figures,
            card=card_of(gathered, trained.card),
            data_fingerprint=gathered.fingerprint,
            job_id=job_id,
            make_active=True,
        )
    prune(kind=KIND)
    return version


def card_of(gathered: Gathered, measured: dict[str, Any]) -> dict[str, Any]:
    """The library's card, and what only the site knows: whose pictures these were."""
    by_qualifier: Counter[str] = Counter()
    for (_artist, qualifier), works in gathered.works.items():
        by_qualifier[qualifier] += works
    data = {
        "works": len(gathered.images),
        "artists": len(gathered.artists),
        "works by qualifier": dict(by_qualifier.most_common()),
        "left out": _("private works; works “attributed to”; artists with fewer than five works of their own hand"),
    }
    known = measured.get("data")
    return {
        "purpose": _(
            "Says whose hand a picture may be, with “none of those known” as an answer, and tests single names."
        ),
        **measured,
        "data": data | (known if isinstance(known, dict) else {}),
        "labels_are": "artists",
    }
