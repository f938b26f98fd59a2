# ruff: noqa: S608 - only identifiers and whole numbers are composed; values are bound
"""Which pictures may show one work: few candidates by file, hash and look, then each pair laid over each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from analysis.similarity.calibrated import SAME_WORK, active_calibrations
from analysis.similarity.hnsw import cast
from analysis.similarity.models import EmbeddingSpace, LookedThrough, PossibleDuplicate
from analysis.similarity.pictures import load_pixels
from analysis.similarity.queries import Space
from artmarket.catalogue.models import ArtworkImage

if TYPE_CHECKING:
    from ml.images import Pixels
    from ml.reporter import Reporter
    from ml.similarity.calibrating import Calibration

NEAREST = 4
DEVIATIONS = 2.0
HASH_BITS = 10
SIDE_PX = 256
PAGE = 200
LEAST_PROBABILITY = 0.6
SAME_FILE_HASH, SAME_FILE_CORRELATION = 0.95, 0.97


@dataclass(frozen=True)
class Pair:
    """Two pictures of different works, the older first, and what speaks for one work."""

    first: int
    second: int
    kind: str
    probability: float
    evidence: dict[str, Any]


def waiting(space: EmbeddingSpace) -> QuerySet[ArtworkImage]:
    """Pictures with a vector that were not compared with those before them yet."""
    done = LookedThrough.objects.filter(image=OuterRef("pk"))
    return ArtworkImage.objects.filter(~Exists(done), embeddings__space=space).order_by("pk")


def find_duplicates(space: Space, reporter: Reporter) -> int:
    """Compare every waiting picture with those before it and keep the likely pairs; returns how many were kept.

    Page by page, each in one go, so that a stopped run goes on where it ended. Raises ``ml.reporter.Cancelled``.
    """
    from ml.reporter import Cancelled

    calibration = active_calibrations().get(SAME_WORK)
    total, done, kept = waiting(space.record).count(), 0, 0
    while page := list(waiting(space.record)[:PAGE]):
        if reporter.should_stop():
            raise Cancelled
        pairs = list(likely(page, space, calibration))
        kept += keep(pairs, page)
        done += len(page)
        reporter.progress(done, max(total, done), phase=_("looking for duplicates"))
    return kept


def likely(page: Iterable[ArtworkImage], space: Space, calibration: Calibration | None) -> Iterator[Pair]:
    """The pairs of these pictures with older ones that are one work with a probability of 0.6 or more."""
    seen: dict[int, Pixels | None] = {}
    for image in page:
        for other, is_same_file in candidates(image, space):
            if is_same_file:
                yield Pair(other.pk, image.pk, PossibleDuplicate.Kind.FILE, 1.0, {"sha256": True})
                continue
            if (pair := judged(other, image, seen, calibration)) is not None:
                yield pair
        seen = {image.pk: seen.get(image.pk)} if len(seen) > PAGE else seen


def judged(
    other: ArtworkImage, image: ArtworkImage, seen: dict[int, Pixels | None], calibration: Calibration | None
) -> Pair | None:
    """The pair with its probability; None below 0.6, or where a picture cannot be read."""
    from ml.similarity.duplicates import overlay
    from ml.similarity.pairs import hash_agreement

    for each in (other, image):
        if each.pk not in seen:
            seen[each.pk] = load_pixels(each, SIDE_PX)
    left, right = seen[other.pk], seen[image.pk]
    if left is None or right is None:
        return None
    found = overlay(left, right)
    scores = {"correlation": found.correlation, "hash": hash_agreement(left, right)}
    probability = (calibration or usual()).probability(scores) or 0.0
    if probability < LEAST_PROBABILITY:
        return None
    is_file = scores["hash"] >= SAME_FILE_HASH and found.correlation >= SAME_FILE_CORRELATION and found.size == 1.0
    kind = PossibleDuplicate.Kind.FILE if is_file else PossibleDuplicate.Kind.WORK
    evidence = {name: round(value, 3) for name, value in scores.items()} | {"size": round(found.size, 2)}
    return Pair(other.pk, image.pk, kind, min(probability, 1.0), evidence)


def usual() -> Calibration:
    """What 300 pictures of five sources gave, for catalogues too small to measure their own."""
    from ml.similarity.calibrating import USUAL_SAME_WORK

    return USUAL_SAME_WORK


def candidates(image: ArtworkImage, space: Space) -> list[tuple[ArtworkImage, bool]]:
    """Older pictures of other works that have the same file (True), nearly the same hash, or lie nearest in the space."""
    keys: dict[int, bool] = {}
    with connection.cursor() as cursor:
        cursor.execute(BY_FILE, {"image": image.pk, "work": image.artwork_id, "sha256": image.sha256})
        keys |= {key: True for (key,) in cursor.fetchall()}
        if image.phash is not None:
            cursor.execute(
                BY_HASH, {"image": image.pk, "work": image.artwork_id, "hash": image.phash, "bits": HASH_BITS}
            )
            keys |= {key: False for (key,) in cursor.fetchall() if key not in keys}
        least = space.spread.mean + DEVIATIONS * space.spread.deviation
        cursor.execute(by_look(space.record), {"image": image.pk, "least": least})
        keys |= {key: False for key, _cosine in cursor.fetchall() if key not in keys}
    others = ArtworkImage.objects.filter(pk__in=keys, pk__lt=image.pk).exclude(artwork_id=image.artwork_id)
    return [(other, keys[other.pk]) for other in others.order_by("pk")]


BY_FILE = """SELECT id FROM catalogue_artworkimage
WHERE sha256 = %(sha256)s AND artwork_id <> %(work)s AND id < %(image)s ORDER BY id LIMIT 20"""
BY_HASH = """SELECT id FROM catalogue_artworkimage WHERE phash IS NOT NULL AND artwork_id <> %(work)s AND id < %(image)s
AND bit_count((phash # %(hash)s::bigint)::bit(64)) <= %(bits)s
ORDER BY bit_count((phash # %(hash)s::bigint)::bit(64)), id LIMIT 8"""


def by_look(space: EmbeddingSpace) -> str:
    """The nearest pictures of a picture, whatever their work; those nearer than chance by some deviations."""
    key = int(space.pk)
    vector = cast("q.vector", space.dimensions)
    own = f"(SELECT {vector} FROM similarity_embedding q WHERE q.space_id = {key} AND q.image_id = %(image)s)"
    distance = f"{cast('e.vector', space.dimensions)} <=> {own}"
    return (
        f"SELECT image_id, cosine FROM (SELECT e.image_id, 1 - ({distance}) AS cosine FROM similarity_embedding e "
        f"WHERE e.space_id = {key} ORDER BY {distance} LIMIT {4 * NEAREST}) near "
        f"WHERE cosine >= %(least)s AND image_id < %(image)s ORDER BY cosine DESC LIMIT {NEAREST}"
    )


def keep(pairs: Iterable[Pair], page: Iterable[ArtworkImage]) -> int:
    """Write pairs that are new and mark the page as looked through, together; returns how many pairs were likely."""
    from django.db import transaction

    rows = [
        PossibleDuplicate(
            first_id=pair.first, second_id=pair.second, kind=pair.kind, probability=pair.probability,
            evidence=pair.evidence,
        )
        for pair in pairs
    ]  # fmt: skip
    with transaction.atomic():
        PossibleDuplicate.objects.bulk_create(rows, ignore_conflicts=True)
        LookedThrough.objects.bulk_create([LookedThrough(image=image) for image in page], ignore_conflicts=True)
    return len(rows)
