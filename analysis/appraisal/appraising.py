"""Measuring pictures: each without an appraisal by this code gets its row, batch by batch: measures, or why there are none."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from PIL import Image

from analysis.appraisal.models import Appraisal
from analysis.similarity.backbones import unlike_known
from artmarket.catalogue.models import ArtworkImage
from artmarket.catalogue.renditions import rendition_bytes
from artmarket.core.pictures import PictureRefused

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ml.reporter import Reporter

SIZE = "large"
BATCH = 25
MOST_THREADS = 8
UNREADABLE = "unreadable"

log = logging.getLogger(__name__)


@dataclass
class Tally:
    """What a run did. ``refused`` pictures have a row with the reason; ``left`` ones could not be reached (the storage was
    away) and are tried again next time."""

    measured: int = 0
    refused: int = 0
    left: int = 0
    seconds: float = 0.0

    @property
    def done(self) -> int:
        return self.measured + self.refused + self.left

    def as_result(self) -> dict[str, Any]:
        rate = self.done / self.seconds if self.seconds else 0.0
        counts = {"measured": self.measured, "refused": self.refused, "left": self.left}
        return counts | {"seconds": round(self.seconds, 1), "per_second": round(rate, 1)}


def code_version() -> str:
    """The version of the measures that this installation takes."""
    from ml.appraisal import CODE_VERSION

    return CODE_VERSION


def inputs_hash(image: ArtworkImage, version: str) -> str:
    return sha256(f"{image.sha256}:{SIZE}:{version}".encode()).hexdigest()


def missing(version: str, image_ids: Collection[int] | None = None) -> QuerySet[ArtworkImage]:
    """Pictures that this version has not looked at, all or among those given."""
    known = Appraisal.objects.filter(image=OuterRef("pk"), code_version=version)
    rows = ArtworkImage.objects.filter(~Exists(known)).order_by("pk")
    return rows if image_ids is None else rows.filter(pk__in=image_ids)


def appraise_missing(reporter: Reporter, image_ids: Collection[int] | None = None) -> Tally:
    """Appraise what lacks it. Each batch is written by itself, so a stopped run goes on where it ended.

    Raises ``ml.reporter.Cancelled`` between batches when told to stop.
    """
    from ml.reporter import Cancelled

    version, tally, started = code_version(), Tally(), time.monotonic()
    total = missing(version, image_ids).count()
    for images, rows in looked_at(version, image_ids):
        write(rows, version, tally)
        tally.left += len(images) - len(rows)
        tally.seconds = time.monotonic() - started
        rate = {"pictures per second": tally.done / max(tally.seconds, 1e-9)}
        reporter.progress(tally.done, max(total, tally.done), phase=_("measuring pictures"), metrics=rate)
        if reporter.should_stop():
            raise Cancelled
    return tally


def looked_at(version: str, image_ids: Collection[int] | None) -> Iterator[tuple[list[ArtworkImage], list[Appraisal]]]:
    """Batches of pictures with the unsaved rows of those that could be reached; no long-lived cursor."""
    from ml.devices import cores

    last, shown = 0, partial(look, version=version, is_unlike=unlike_known())
    with ThreadPoolExecutor(min(MOST_THREADS, cores()), thread_name_prefix="appraise") as pool:
        while images := list(missing(version, image_ids).filter(pk__gt=last)[:BATCH]):
            last = images[-1].pk
            yield images, [row for row in pool.map(shown, images) if row is not None]


def look(image: ArtworkImage, version: str, is_unlike: Callable[[ArtworkImage], bool]) -> Appraisal | None:
    """The unsaved row of a picture; touches files and no table, so that threads share the work."""
    from ml.appraisal import Unappraisable, appraise

    row = Appraisal(image=image, code_version=version, inputs_sha256=inputs_hash(image, version))
    try:
        found = appraise(pixels_of(image)).as_json()
    except Unappraisable as error:
        row.state, row.reason = Appraisal.State.REFUSED, error.reason
    except PictureUnreadable:
        row.state, row.reason = Appraisal.State.REFUSED, UNREADABLE
    except OSError as error:
        log.warning("Picture %s cannot be reached: %s", image.pk, error)
        return None
    else:
        for name in ("measures", "abstained", "warnings", "palette", "overlays"):
            setattr(row, name, found[name])
        row.warnings += ["unlike"] if is_unlike(image) else []
    return row


class PictureUnreadable(Exception):
    """A picture whose files are gone or broken: looking again will not help."""


def pixels_of(image: ArtworkImage) -> npt.NDArray[np.uint8]:
    """``uint8 [h, w, 3]`` of the size that is looked at. Raises ``PictureUnreadable``; ``OSError`` where the storage is
    away."""
    import numpy as np

    try:
        data = rendition_bytes(image, SIZE)
    except (PictureRefused, FileNotFoundError, ValueError) as error:
        raise PictureUnreadable from error
    try:
        with Image.open(io.BytesIO(data)) as opened:
            return np.asarray(opened.convert("RGB"))
    except (OSError, ValueError) as error:
        raise PictureUnreadable from error


@transaction.atomic
def write(rows: Sequence[Appraisal], version: str, tally: Tally) -> None:
    """Keep the rows in place of those of older versions; pictures deleted meanwhile are passed over."""
    alive = ArtworkImage.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=[row.image_id for row in rows]
    )
    keys = set(alive.order_by("pk").values_list("pk", flat=True))
    kept = [row for row in rows if row.image_id in keys]
    Appraisal.objects.filter(image__in=keys).exclude(code_version=version).delete()
    Appraisal.objects.bulk_create(kept, ignore_conflicts=True)
    refused = sum(row.state == Appraisal.State.REFUSED for row in kept)
    tally.refused += refused
    tally.measured += len(kept) - refused
