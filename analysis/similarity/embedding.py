"""Filling spaces: every picture that lacks a vector in any of them is looked at once, batch by batch, for them all."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from analysis.similarity.models import Embedding, EmbeddingSpace
from analysis.similarity.pictures import pixels_ahead
from analysis.similarity.writing import VectorWriter
from artmarket.catalogue.models import ArtworkImage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ml.images import Pixels
    from ml.reporter import Reporter

PAGE = 2_000
Spaces: TypeAlias = Mapping[str, EmbeddingSpace]


class Looker(Protocol):
    """What turns pictures ``uint8 [n, 3, input_px, input_px]`` into unit vectors by sense."""

    @property
    def input_px(self) -> int: ...

    @property
    def batch_size(self) -> int: ...

    def look(self, batch: Pixels, /) -> Mapping[str, npt.NDArray[np.float32]]: ...


@dataclass
class Tally:
    """What an embedding run did. ``unreadable`` pictures are left without a vector and tried again next time."""

    embedded: int = 0
    unreadable: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return self.embedded / self.seconds if self.seconds else 0.0

    def as_result(self) -> dict[str, Any]:
        return {
            "embedded": self.embedded,
            "unreadable": self.unreadable,
            "seconds": round(self.seconds, 1),
            "per_second": round(self.per_second, 1),
        }


def missing(spaces: Spaces, image_ids: Collection[int] | None = None) -> QuerySet[ArtworkImage]:
    """Pictures without a vector in one of the spaces, all or among those given, oldest first."""
    lacks = Q(pk__in=[])
    for space in spaces.values():
        lacks |= Q(~Exists(Embedding.objects.filter(space=space, image=OuterRef("pk"))))
    rows = ArtworkImage.objects.filter(lacks).order_by("pk")
    return rows if image_ids is None else rows.filter(pk__in=image_ids)


def embed_missing(
    spaces: Spaces, looker: Looker, reporter: Reporter, image_ids: Collection[int] | None = None
) -> Tally:
    """Embed what lacks a vector, all or among the pictures given: one decoding and one look for all spaces.

    Each batch is written by itself, so a stopped run goes on where it ended.

    Raises ``ml.reporter.Cancelled`` between batches when told to stop.
    """
    total, tally, started = missing(spaces, image_ids).count(), Tally(), time.monotonic()
    if total == 0:
        return tally
    size, writer = looker.batch_size, VectorWriter(spaces)
    loaded = pixels_ahead(pages(spaces, image_ids), looker.input_px, ahead=3 * size)
    for keys, vectors in seen(batches(loaded, size, tally), looker):
        stop_if_asked(reporter)
        writer.write(keys, vectors)
        tally.embedded += len(keys)
        tally.seconds = time.monotonic() - started
        done = tally.embedded + tally.unreadable
        if done > total:  # pictures came in meanwhile
            total = done + max(0, missing(spaces, image_ids).count() - tally.unreadable)
        reporter.progress(done, total, phase=_("embedding pictures"), metrics={"pictures per second": tally.per_second})
    tally.seconds = time.monotonic() - started
    return tally


def stop_if_asked(reporter: Reporter) -> None:
    from ml.reporter import Cancelled

    if reporter.should_stop():
        raise Cancelled


def pages(spaces: Spaces, image_ids: Collection[int] | None = None) -> Iterator[ArtworkImage]:
    """The missing pictures by pages of the key; no long-lived cursor, so that a transaction need not stay open."""
    last = 0
    while page := list(missing(spaces, image_ids).filter(pk__gt=last)[:PAGE]):
        yield from page
        last = page[-1].pk


def batches(
    loaded: Iterator[tuple[ArtworkImage, Pixels | None]], size: int, tally: Tally
) -> Iterator[list[tuple[int, Pixels]]]:
    """Readable pictures by ``size``; the unreadable are counted."""
    batch: list[tuple[int, Pixels]] = []
    for image, pixels in loaded:
        if pixels is None:
            tally.unreadable += 1
            continue
        batch.append((image.pk, pixels))
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def seen(
    batches: Iterable[list[tuple[int, Pixels]]], looker: Looker
) -> Iterator[tuple[list[int], Mapping[str, npt.NDArray[np.float32]]]]:
    """Keys and vectors by sense of each batch; the model already works on the next one while the caller writes."""

    def look(batch: list[tuple[int, Pixels]]) -> tuple[list[int], Mapping[str, npt.NDArray[np.float32]]]:
        import numpy

        return [key for key, _pixels in batch], looker.look(numpy.stack([pixels for _key, pixels in batch]))

    with ThreadPoolExecutor(1, thread_name_prefix="model") as model:
        before = None
        for batch in batches:
            future = model.submit(look, batch)
            if before is not None:
                yield before.result()
            before = future
        if before is not None:
            yield before.result()


def sample_pixels(count: int, side_px: int) -> Pixels | None:
    """Up to ``count`` pictures of different works, chosen evenly over the catalogue; None where there are none."""
    import numpy as np

    keys = list(ArtworkImage.objects.filter(is_primary=True).order_by("pk").values_list("pk", flat=True))
    chosen = keys[:: max(1, -(-len(keys) // count))]
    images = ArtworkImage.objects.filter(pk__in=chosen).order_by("pk")
    found = [pixels for _image, pixels in pixels_ahead(images, side_px, ahead=64) if pixels is not None]
    return np.stack(found) if found else None
