"""What changes spaces and searches: filling, rebuilding beside the active spaces, and asking by a picture."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from analysis.registry.models import ModelVersion
from analysis.registry.services import activate, prune
from analysis.similarity import backbones, calibrations, hands, hnsw, mapping
from analysis.similarity.embedding import Tally, embed_missing
from analysis.similarity.finding_duplicates import find_duplicates
from analysis.similarity.hands import learned_hand
from analysis.similarity.models import EmbeddingSpace, PictureSearch, SearchVector
from analysis.similarity.queries import Space, active_spaces
from analysis.similarity.senses import HAND, INBORN, SENSES, SUBJECT
from artmarket.accounts.models import User
from artmarket.catalogue.renditions import as_square, as_webp, shrunk
from artmarket.core import longwork
from artmarket.core.pictures import Picture, PictureRefused, decode_picture

if TYPE_CHECKING:
    from ml.reporter import Reporter
    from ml.similarity.senses import Senses

SEARCH_EDGE_PX = 384
KEPT_SEARCHES = timedelta(days=7)
UNLIKE = "unlike_known"


def embed_catalogue(
    *, reporter: Reporter, job_id: UUID | None = None, image_ids: Collection[int] | None = None
) -> Tally:
    """Embed the pictures that lack a vector in an active space, all or those given; the first time, or when the
    settings name another network, spaces are built for all."""
    spaces = records_of(active_spaces())
    if not set(INBORN) <= set(spaces) or backbones.wanted(spaces[SUBJECT].model_version):
        return rebuild(reporter=reporter, job_id=job_id)
    forget_old_searches()
    return fill(spaces, reporter, image_ids)


def records_of(spaces: Mapping[str, Space]) -> dict[str, EmbeddingSpace]:
    return {name: space.record for name, space in spaces.items() if name in SENSES}


def start_settling(*, actor: User | None = None) -> UUID:
    """Queue what follows new pictures: probabilities, possible duplicates, maps. Waiting twice is waiting once."""
    return longwork.start("similarity.settle", actor=actor, parameters={}, dedupe_key="similarity.settle")


def settle(*, reporter: Reporter, job_id: UUID | None = None) -> dict[str, Any]:
    """Calibrate where the spaces are new, look for duplicates among new pictures, and draw maps that have grown old."""
    take_in_hand(reporter=reporter)
    spaces = active_spaces()
    if SUBJECT not in spaces:
        return {"duplicates": 0, "maps": 0}
    if not calibrations.is_current(spaces[SUBJECT]):
        calibrations.calibrate(spaces, reporter, job_id=job_id)
    found = find_duplicates(spaces[SUBJECT], reporter)
    views = mapping.views_of(spaces)
    return {"duplicates": found, "maps": sum(mapping.refresh(spaces, view, reporter) for view in views)}


def fill(spaces: Mapping[str, EmbeddingSpace], reporter: Reporter, image_ids: Collection[int] | None = None) -> Tally:
    """Look once at each picture that lacks a vector, for all spaces."""
    senses = looker_of(spaces, for_bulk=True)
    known = {name: space for name, space in spaces.items() if name in senses.dimensions}
    tally = embed_missing(known, senses, reporter, image_ids)
    forget_counts(spaces.values())
    return tally


def looker_of(spaces: Mapping[str, EmbeddingSpace], *, for_bulk: bool) -> Senses:
    """The network of the spaces and, where they have the hand and it is of the model that answers now, the hand."""
    senses = backbones.load_senses(spaces[SUBJECT].model_version, for_bulk=for_bulk)
    hand = learned_hand() if HAND in spaces else None
    if hand is None or hand.version.pk != spaces[HAND].model_version_id or hand.input_px != senses.input_px:
        return senses
    return senses.with_hand(hand.look_at)


def forget_counts(spaces: Iterable[EmbeddingSpace]) -> None:
    cache.delete_many([f"similarity:count:{space.pk}" for space in spaces])


def take_in_hand(*, reporter: Reporter) -> Tally:
    """Bring the space of the hand up to what attribution has learned; nothing where it has not, or it is there already."""
    hand, active = learned_hand(), records_of(active_spaces()).get(HAND)
    if hand is None:
        return Tally()
    if active is not None and active.model_version_id == hand.version.pk:
        tally = embed_missing({HAND: active}, hand, reporter)
        forget_counts([active])
        return tally
    space, tally = hands.build(hand, reporter)
    switch_to(spaces=[space])
    old = EmbeddingSpace.objects.filter(name=HAND).exclude(pk=space.pk).order_by("-updated_at", "-pk")
    for each in [*old.filter(state="retired")[1:], *old.filter(state="building")]:
        hnsw.drop_index(each)
        each.delete()
    return tally


def rebuild(*, reporter: Reporter, job_id: UUID | None = None) -> Tally:
    """Build new spaces beside the active ones and let them take over when all are full; search goes on meanwhile.

    Half-built spaces of a former run are gone on with where they were for the network that the settings name.
    """
    spaces = unfinished_spaces() or begin_spaces(backbones.make_version(reporter, job_id=job_id))
    tally = fill(spaces, reporter)
    for space in spaces.values():
        hnsw.build_index(space)
    switch_to(spaces=list(spaces.values()))
    late = fill(spaces, reporter)
    tally.embedded += late.embedded
    prune_spaces()
    return tally


def unfinished_spaces() -> dict[str, EmbeddingSpace]:
    """The newest half-built spaces of one network, if they are whole and it is the one wanted; else none."""
    building = EmbeddingSpace.objects.select_related("model_version").filter(state="building", name__in=INBORN)
    last = building.order_by("pk").last()
    if last is None or backbones.wanted(last.model_version):
        return {}
    found = {space.name: space for space in building.filter(model_version=last.model_version).order_by("pk")}
    return found if set(found) == set(INBORN) else {}


@transaction.atomic
def begin_spaces(version: ModelVersion) -> dict[str, EmbeddingSpace]:
    """Empty spaces, one a sense, for a registered network."""
    senses = backbones.load_senses(version, for_bulk=True)
    return {
        name: EmbeddingSpace.objects.create(
            name=name,
            model_version=version,
            dimensions=senses.dimensions[name],
            spread=senses.spreads[name].as_json() if name in senses.spreads else {},
        )
        for name in INBORN
    }


def switch_to(*, spaces: Sequence[EmbeddingSpace]) -> None:
    """Make ``spaces`` those that answer, all at once; a reader sees the old ones or the new ones, never none or a mixture."""
    states = EmbeddingSpace.State
    with transaction.atomic():
        keys, names = [space.pk for space in spaces], [space.name for space in spaces]
        rivals = EmbeddingSpace.objects.select_for_update().filter(name__in=names).order_by("pk")
        list(rivals)
        now = timezone.now()
        rivals.filter(state=states.ACTIVE).exclude(pk__in=keys).update(state=states.RETIRED, updated_at=now)
        rivals.filter(pk__in=keys).update(state=states.ACTIVE, updated_at=now)
        if spaces[0].name != HAND:
            activate(version=spaces[0].model_version)
    for space in spaces:
        space.state = states.ACTIVE


def prune_spaces() -> None:
    """Delete all retired spaces but the last of each sense, which searches that began before the switch may still be
    reading, and what half-built ones were left."""
    retired: dict[str, list[EmbeddingSpace]] = defaultdict(list)
    for space in EmbeddingSpace.objects.filter(name__in=INBORN, state="retired").order_by("-updated_at", "-pk"):
        retired[space.name].append(space)
    old = [space for spaces in retired.values() for space in spaces[1:]]
    for space in [*old, *EmbeddingSpace.objects.filter(name__in=INBORN, state="building")]:
        hnsw.drop_index(space)
        space.delete()
    prune(kind=backbones.KIND)


def search_by_picture(*, actor: User, source: BinaryIO, name: str = "") -> PictureSearch:
    """Keep an uploaded picture small and have a worker embed it.

    Raises ``core.pictures.PictureRefused``, besides its own codes ``blank`` and ``too_small``: anything is as near to
    nothing as anything else, and hits would pretend otherwise.
    """
    picture = decode_picture(source, name=name)
    small = shrunk(picture.image, SEARCH_EDGE_PX)
    refuse_nothing(picture, small)
    with transaction.atomic():
        asked = PictureSearch.objects.create(asked_by=actor, picture=as_webp(small, 85), sha256=picture.sha256)
        ask_worker(asked)
    return asked


def refuse_nothing(picture: Picture, small: Image.Image) -> None:
    import numpy as np

    from ml.refusals import LEAST_SIDE_PX, is_blank

    if min(picture.width_px, picture.height_px) < LEAST_SIDE_PX:
        message = _("There is nothing to compare in this picture: it has fewer than %(pixels)d pixels on one side.")
        raise PictureRefused("too_small", message % {"pixels": LEAST_SIDE_PX})
    if is_blank(np.asarray(small).transpose(2, 0, 1)):
        raise PictureRefused("blank", _("There is nothing to compare in this picture: it is one tone all over."))


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
    """Give a search's picture its vectors in the active spaces, and say whether it is unlike all that the network was fitted
    on. Runs in a worker."""
    from ml.images import load_square

    spaces = records_of(active_spaces())
    if SUBJECT not in spaces:
        return {"embedded": 0}
    asked = PictureSearch.objects.get(pk=search_id)
    senses = looker_of(spaces, for_bulk=False)
    with Image.open(io.BytesIO(bytes(asked.picture))) as picture:
        square = as_square(picture)
    pixels = load_square(io.BytesIO(square), senses.input_px)
    found = dict(senses.look(pixels[None]))
    if HAND in spaces and HAND not in found:
        hand = learned_hand()
        if hand is not None and hand.version.pk == spaces[HAND].model_version_id:
            found |= hand.look(load_square(io.BytesIO(square), hand.input_px)[None])
    seen = {name: space for name, space in spaces.items() if name in found}
    rows = [SearchVector(search=asked, space=space, vector=found[name][0].tolist()) for name, space in seen.items()]
    with transaction.atomic():
        asked.vectors.all().delete()
        SearchVector.objects.bulk_create(rows)
    return {"embedded": 1, UNLIKE: senses.is_unlike(pixels)}


def is_unlike(*, search: PictureSearch) -> bool:
    """Whether the worker found that the picture does not look like those that this site knows."""
    return bool(search.job is not None and (search.job.result or {}).get(UNLIKE))


def forget_old_searches() -> int:
    """Delete searches by picture older than a week; returns how many."""
    deleted, _each = PictureSearch.objects.filter(created_at__lt=timezone.now() - KEPT_SEARCHES).delete()
    return deleted


READY, WAITING, FAILED, NO_SPACE = "ready", "waiting", "failed", "no_space"


def state_of(*, search: PictureSearch) -> str:
    """``ready``, ``waiting``, ``failed`` or ``no_space``. A picture seen by a network that no longer answers is handed
    to a worker again."""
    spaces = active_spaces()
    if not spaces:
        return NO_SPACE
    known = set(search.vectors.values_list("space_id", flat=True))
    if known >= {space.record.pk for name, space in spaces.items() if name in INBORN}:
        return READY
    if search.job is not None and search.job.state in {"failed", "cancelled", "lost"}:
        return FAILED
    if search.job is None or not search.job.is_unfinished:
        ask_worker(search)
    return WAITING
