"""What changes spaces and searches: filling, rebuilding beside the active space, and asking by a picture."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from PIL import Image

from analysis.registry.models import ModelVersion
from analysis.registry.services import activate, prune
from analysis.similarity import backbones, hnsw
from analysis.similarity.embedding import Tally, embed_missing
from analysis.similarity.models import EmbeddingSpace, PictureSearch
from analysis.similarity.queries import active_space
from artmarket.accounts.models import User
from artmarket.catalogue.renditions import as_square
from artmarket.core import longwork
from artmarket.core.pictures import decode_picture

if TYPE_CHECKING:
    from ml.reporter import Reporter

SEARCH_EDGE_PX = 384
KEPT_SEARCHES = timedelta(days=7)
NAME = "subject"


def embed_catalogue(
    *, reporter: Reporter, job_id: UUID | None = None, image_ids: Collection[int] | None = None
) -> Tally:
    """Embed the pictures that lack a vector in the active space, all or those given; the first time, or when the
    settings name another network, a space is built for all."""
    space = active_space(NAME)
    if space is None or backbones.wanted(space.record.model_version):
        return rebuild(reporter=reporter, job_id=job_id)
    forget_old_searches()
    return fill(space.record, reporter, image_ids)


def fill(space: EmbeddingSpace, reporter: Reporter, image_ids: Collection[int] | None = None) -> Tally:
    backbone = backbones.load_backbone(space.model_version, for_bulk=True)
    tally = embed_missing(space, backbone, reporter, image_ids)
    cache.delete(f"similarity:count:{space.pk}")
    return tally


def rebuild(*, reporter: Reporter, job_id: UUID | None = None) -> Tally:
    """Build a new space beside the active one and let it take over when it is full; search goes on meanwhile.

    A half-built space of a former run is gone on with where it was for the network that the settings name.
    """
    space = unfinished_space() or begin_space(backbones.make_version(reporter, job_id=job_id))
    tally = fill(space, reporter)
    hnsw.build_index(space)
    switch_to(space=space)
    late = fill(space, reporter)
    tally.embedded += late.embedded
    prune_spaces()
    return tally


def unfinished_space() -> EmbeddingSpace | None:
    space = EmbeddingSpace.objects.select_related("model_version").filter(name=NAME, state="building").last()
    return space if space and not backbones.wanted(space.model_version) else None


def begin_space(version: ModelVersion) -> EmbeddingSpace:
    """An empty space for a registered network."""
    dimensions = int(version.figures["dimensions"])
    return EmbeddingSpace.objects.create(name=NAME, model_version=version, dimensions=dimensions)


def switch_to(*, space: EmbeddingSpace) -> None:
    """Make ``space`` the one that answers; a reader sees the old one or the new one, never none."""
    states = EmbeddingSpace.State
    with transaction.atomic():
        rivals = EmbeddingSpace.objects.select_for_update().filter(name=space.name).order_by("pk")
        list(rivals)
        now = timezone.now()
        rivals.filter(state=states.ACTIVE).exclude(pk=space.pk).update(state=states.RETIRED, updated_at=now)
        rivals.filter(pk=space.pk).update(state=states.ACTIVE, updated_at=now)
        activate(version=space.model_version)
    space.state = states.ACTIVE


def prune_spaces() -> None:
    """Delete all retired spaces but the last, which searches that began before the switch may still be reading, and
    what half-built ones were left."""
    retired = list(EmbeddingSpace.objects.filter(name=NAME, state="retired").order_by("-updated_at", "-pk"))
    left_over = list(EmbeddingSpace.objects.filter(name=NAME, state="building"))
    for space in [*retired[1:], *left_over]:
        hnsw.drop_index(space)
        space.delete()
    prune(kind=backbones.KIND)


def search_by_picture(*, actor: User, source: BinaryIO, name: str = "") -> PictureSearch:
    """Keep an uploaded picture small and have a worker embed it. Raises ``core.pictures.PictureRefused``."""
    picture = decode_picture(source, name=name)
    small = picture.image.copy()
    small.thumbnail((SEARCH_EDGE_PX, SEARCH_EDGE_PX))
    out = io.BytesIO()
    small.save(out, "WEBP", quality=85, method=2)
    with transaction.atomic():
        asked = PictureSearch.objects.create(asked_by=actor, picture=out.getvalue(), sha256=picture.sha256)
        ask_worker(asked)
    return asked


def ask_worker(asked: PictureSearch) -> None:
    """Queue the embedding of a search's picture for the active space; once, however often it is asked."""
    job_id = longwork.start(
        "similarity.embed_query",
        actor=asked.asked_by,
        parameters={"search_id": str(asked.pk)},
        dedupe_key=f"similarity.embed_query:{asked.pk}",
    )
    PictureSearch.objects.filter(pk=asked.pk).update(job_id=job_id)
    asked.job_id = job_id


def embed_search(*, search_id: UUID) -> dict[str, Any]:
    """Give a search's picture its vector in the active space. Runs in a worker."""
    from ml.images import load_square

    space = active_space(NAME)
    if space is None:
        return {"embedded": 0}
    asked = PictureSearch.objects.get(pk=search_id)
    backbone = backbones.load_backbone(space.record.model_version)
    with Image.open(io.BytesIO(bytes(asked.picture))) as picture:
        pixels = load_square(io.BytesIO(as_square(picture)), backbone.input_px)
    vector = backbone.embed(pixels[None])[0].tolist()
    PictureSearch.objects.filter(pk=asked.pk).update(vector=vector, space=space.record, updated_at=timezone.now())
    return {"embedded": 1}


def forget_old_searches() -> int:
    """Delete searches by picture older than a week; returns how many."""
    deleted, _each = PictureSearch.objects.filter(created_at__lt=timezone.now() - KEPT_SEARCHES).delete()
    return deleted


READY, WAITING, FAILED, NO_SPACE = "ready", "waiting", "failed", "no_space"


def state_of(*, search: PictureSearch) -> str:
    """``ready``, ``waiting``, ``failed`` or ``no_space``. A picture seen by a network that no longer answers is handed
    to a worker again."""
    space = active_space(NAME)
    if space is None:
        return NO_SPACE
    if search.space_id == space.record.pk:
        return READY
    if search.job is not None and search.job.state in {"failed", "cancelled", "lost"}:
        return FAILED
    if search.job is None or not search.job.is_unfinished:
        ask_worker(search)
    return WAITING
