"""Learning to restyle from the catalogue's public pictures that may be used, and keeping the network with its card."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from analysis.registry.models import ModelVersion
from analysis.registry.services import prune, register_version
from analysis.styletransfer import rights
from analysis.styletransfer.services import KIND
from analysis.styletransfer.sources import StylingRefused, opened
from artmarket.accounts.ownership import Visibility
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import shrunk

if TYPE_CHECKING:
    from ml.images import Pixels
    from ml.reporter import Reporter
    from ml.styletransfer.lesson import Lesson
    from ml.styletransfer.training import Trained

MOST_PICTURES = 5_000
DIGITS = 4


class TooFewToLearn(RuntimeError):
    """Too few pictures are on record to learn from; the message says how many it takes."""


@dataclass(frozen=True)
class Gathered:
    """Pictures to learn from, and how many were left out because of their rights."""

    images: Sequence[ArtworkImage]
    held_back: int

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the pictures, in order of their keys."""
        return sha256("\n".join(image.sha256 for image in self.images).encode()).hexdigest()


def gather() -> Gathered:
    """Primary pictures of public works, but for those licensed to their owner and those of artists who may live."""
    rows = ArtworkImage.objects.filter(is_primary=True, artwork__visibility=Visibility.PUBLIC)
    rows = rows.select_related("artwork__artist").defer("artwork__search", "artwork__artist__search")
    found = list(rows.order_by("pk")[:MOST_PICTURES])
    free = [image for image in found if rights.may_teach(image)]
    return Gathered(free, len(found) - len(free))


def train_restyler(*, reporter: Reporter, job_id: UUID | None = None, steps: int | None = None) -> ModelVersion:
    """Train on what is on record and keep the network; it answers from then on if it has learned: if styles come nearer than
    in pictures left untouched. A stopped training goes on where it was.

    Raises ``TooFewToLearn``, ``ml.reporter.Cancelled``.
    """
    from ml.styletransfer import Eye
    from ml.styletransfer.feedforward import PACKAGED
    from ml.styletransfer.training import train, usual_schedule

    gathered = gather()
    lesson = lesson_from(gathered, reporter)
    eye = Eye.load(PACKAGED, device=settings.ML_DEVICE)
    schedule = usual_schedule(eye) if steps is None else usual_schedule(eye, steps)
    folder = Path(settings.MODELS_DIR) / KIND / f".training-{gathered.fingerprint[:12]}-{schedule.steps}"
    trained = train(lesson, eye, reporter, schedule=schedule, folder=folder)
    version = keep(trained, gathered, lesson, schedule.steps, job_id)
    shutil.rmtree(folder, ignore_errors=True)
    return version


def lesson_from(gathered: Gathered, reporter: Reporter) -> Lesson:
    """The pictures, no larger than they are learned from."""
    from ml.reporter import Cancelled
    from ml.styletransfer.lesson import TooFewPictures, lesson_of

    pictures: list[Pixels] = []
    skipped: dict[str, str] = {}
    for place, image in enumerate(gathered.images, 1):
        if reporter.should_stop():
            raise Cancelled
        try:
            pictures.append(usable_pixels(image))
        except StylingRefused as refused:
            skipped[str(image.pk)] = str(refused)
        reporter.progress(place, len(gathered.images), phase=_("looking at the pictures"))
    try:
        return lesson_of(pictures, skipped)
    except TooFewPictures as error:
        raise TooFewToLearn(
            _("%(count)d public pictures can be learned from; that is too few.") % {"count": len(pictures)}
        ) from error


def usable_pixels(image: ArtworkImage) -> Pixels:
    """``uint8 [3, height, width]``. Raises ``StylingRefused``."""
    from ml.refusals import is_blank
    from ml.styletransfer.lesson import KEPT_PX

    pixels = np.asarray(shrunk(opened(image, "card"), KEPT_PX)).transpose(2, 0, 1)
    if is_blank(pixels):
        raise StylingRefused("one_colour", _("of one colour"))
    return np.ascontiguousarray(pixels)


def keep(trained: Trained, gathered: Gathered, lesson: Lesson, steps: int, job_id: UUID | None) -> ModelVersion:
    figures = {name: round(float(value), DIGITS) for name, value in trained.figures.items() if math.isfinite(value)}
    nearer = figures.get("style_loss", math.inf) < figures.get("style_loss_untouched", -math.inf)
    with tempfile.TemporaryDirectory() as folder:
        trained.restyler.save(Path(folder))
        version = register_version(
            kind=KIND,
            name=_("Restyling network"),
            folder=Path(folder),
            parameters={"eye": trained.restyler.eye.name, "steps": steps, "pictures": len(lesson.pictures)},
            figures=figures,
            card=card_of(trained, gathered, lesson, figures),
            data_fingerprint=gathered.fingerprint,
            job_id=job_id,
            make_active=nearer,
        )
    prune(kind=KIND)
    return version


def card_of(trained: Trained, gathered: Gathered, lesson: Lesson, figures: dict[str, float]) -> dict[str, Any]:
    """The model's card: ``docs/model-cards.md`` says its shape."""
    return {
        "purpose": _("Paints any picture in the manner of any other, in one pass."),
        "data": {
            "pictures learned from": len(lesson.pictures),
            "held out": len(lesson.held),
            "left out: unreadable, or of one colour": len(lesson.skipped),
            "left out: rights": gathered.held_back,
        },
        "split": _("A tenth of the pictures, evenly picked, is only measured on; each in the manner of the next."),
        "figures": figures,
        "controls": [
            {"name": _("the picture untouched"), "content_loss": 0.0, "style_loss": figures.get("style_loss_untouched")}
        ],
        "warnings": list(trained.warnings),
        "limits": [
            _("It knows colours and marks, not what a picture means; faces and writing suffer."),
            _("Losses are by its own eye: compare them only with others by the same."),
        ],
    }
